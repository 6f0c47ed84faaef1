"""A quote explains itself wholly in the language of its reader: no English is left in Italian or German."""

from __future__ import annotations

import re
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel.test_html import Page

from servicecore.kernel.operations import Refusal
from servicecore.pricing import PriceBook, Quote
from servicecore.testing.pricing import price_books, quote_from
from servicecore.testing.pricing.carts import visits
from servicecore.testing.pricing.taste import taste_of
from servicecore.testing.pricing.till import Till

ENGLISH: Final = frozenset(
    re.findall(
        r"\w+",
        """
        a above accepted all and any are at below both by each either exactly fewer for from goods item items known
        least less line more most none not of off on one or other out rounded than the to together total unit used was
        which who with without
        """,
    )
)
"""Words of English explanations that are words of neither other language, nor fields, nor settings."""
FOREIGN: Final = {"it": {"a", "all", "e", "non", "none", "on"}, "de": {"an", "was", "at", "all", "and"}}
BOOK = """\
id: shop
version: "1"
items:
  - {id: TEA, name: Tee, base_price: 10.00 EUR, categories: [pantry]}
  - {id: JAM, name: Marmelade, base_price: 4.005 EUR, categories: [pantry]}
offers:
  - {id: THREE, benefits: [{type: Bundle, size: 3, price: 20.00 EUR}]}
  - {id: GROUPS, benefits: [{type: FullGroups, size: 9, amount: 1.00 EUR}]}
  - {id: GIFT, benefits: [{type: AddItem, item: JAM, unit_price: 4.00 EUR, per_units: 2}]}
  - {id: TIERS, benefits: [{type: Tiered, base: 0, tiers: [{start: 10, value: 5}, {start: 50, value: 9}]}]}
  - {id: ALONE, priority: -1, exclusive: cart, benefits: [{type: PercentOff, percent: 5}]}
  - {id: MANY, conditions: [{type: QuantityBetween, minimum: 50}], benefits: [{type: PercentOff, percent: 5}]}
  - id: SOME
    conditions: [{type: QuantityBetween, minimum: 5, maximum: 6, target: {items: [TEA, JAM], categories: [kitchen]}}]
    benefits: [{type: PercentOff, percent: 5}]
  - {id: RICH, conditions: [{type: ValueAtLeast, minimum: 900 EUR}], benefits: [{type: PercentOff, percent: 5}]}
  - {id: WEB, conditions: [{type: InChannel, channels: [web]}], benefits: [{type: PercentOff, percent: 5}]}
  - {id: ME, conditions: [{type: IsCustomer, customers: [C-9]}], benefits: [{type: PercentOff, percent: 5}]}
  - {id: FIRST, conditions: [{type: NthOrder, n: 1}], benefits: [{type: PercentOff, percent: 5}]}
  - {id: MUGS, target: {categories: [mugs]}, benefits: [{type: PercentOff, percent: 5}]}
  - {id: LATE, valid_from: 2099-01-01, benefits: [{type: PercentOff, percent: 5}]}
  - {id: UNIT, benefits: [{type: AmountOff, amount: 0.10 EUR}, {type: AmountOff, amount: 0.10 EUR, spread: each_line}]}
  - {id: CLUB, benefits: [{type: PromiseReward, reward: club, per_amount: 2.00 EUR}]}
  - {id: WALLET, benefits: [{type: PromiseReward, reward: wallet, kind: credit, percent: 5}]}
  - {id: NEXT, benefits: [{type: PromiseReward, reward: SPRING, kind: coupon, per_units: 2}]}
  - {id: BAG, benefits: [{type: PromiseReward, reward: Beutel, kind: other}]}
  - {id: FEW, benefits: [{type: PromiseReward, reward: club, per_units: 90}]}
  - {id: BUDGET, limits: {budget: {measure: amount, limit: 1, used: 1}}, benefits: [{type: PercentOff, percent: 5}]}
"""


def english_in(text: str, locale: str) -> list[str]:
    """Return the English words in an explanation; ids, paths and settings are none."""
    words = re.findall(r"[^\W\d_]+(?:[-_.\w]*\w)?", text)
    return sorted({word for word in words if word in ENGLISH - FOREIGN[locale]})


@pytest.mark.parametrize("locale", ["it", "de"])
def test_every_kind_of_step_and_refusal_is_in_the_language(locale: str) -> None:
    for lines in ((("TEA", 7), ("JAM", 3)), (("JAM", 1),)):
        quote = quote_from(BOOK, *lines)
        assert english_in(quote.explain(locale), locale) == [], quote.explain(locale)
        page = Page(quote.html(locale))
        told = " ".join(
            [*page.summaries, *(cell for row in page.rows for cell in row if row[0] not in ("1", "2", "3"))]
        )
        assert english_in(told, locale) == [], told


def test_the_same_words_are_there_in_english() -> None:
    """The test above can fail: what it looks for is found in the English text."""
    found = english_in(quote_from(BOOK, ("TEA", 7), ("JAM", 3)).explain(), "de")
    assert {"of", "item", "rounded", "to", "the", "line", "total", "accepted", "more"} <= set(found)


@settings(max_examples=60)
@given(st.data(), price_books(), st.sampled_from(["it", "de"]))
def test_whatever_the_book_and_the_cart_no_english_is_left(data: st.DataObject, book: PriceBook, locale: str) -> None:
    visit = data.draw(visits(taste_of(Till(book))))
    answer: Quote | Refusal = Till(book).answer(visit)
    told = (
        "\n".join(each.text(locale) for each in answer.problems)
        if isinstance(answer, Refusal)
        else answer.explain(locale)
    )
    assert english_in(told, locale) == [], told
