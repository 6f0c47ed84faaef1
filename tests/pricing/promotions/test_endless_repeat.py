"""Offers that would repeat on the same units until they cost nothing are refused, and those that end are not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from servicecore.boundary.price_books import read_price_book
from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.problems import LOCALES
from servicecore.pricing import PriceBook, compile_book, with_offer
from servicecore.pricing.promotions.apply_to_basket import apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine, Scope
from servicecore.pricing.promotions.benefits import (
    AddItem,
    AmountOff,
    Bundle,
    CheapestFree,
    PercentOff,
    PromiseReward,
    SetPrice,
)
from servicecore.pricing.promotions.combination import Combination, PercentBase, Selection, UnitUse, ValueSeen
from servicecore.pricing.promotions.conditions import AllOf, AnyOf, InChannel, ValueAtLeast
from servicecore.pricing.promotions.limits import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer import Offer

REPEAT = Combination(repeat=True)
TENTH = PercentOff(10)
EIGHTY = Money(80, "EUR")


def book(offer: Offer, rules: Combination = REPEAT) -> PriceBook:
    return PriceBook(
        "b", "1", items=(Item("tea", "Tea", base_price=Money(10, "EUR")),), offers=(offer,), combination=rules
    )


def offer(benefit: Any = TENTH, **more: Any) -> Offer:
    return Offer("ten", benefit, **more)


def left(given: Offer, rules: Combination = REPEAT) -> Decimal:
    """Return what ten teas at 10.00 come to."""
    line = BasketLine("tea", "tea", Decimal(10), Decimal(10))
    return line.value - apply_to_basket((given,), rules, Basket("EUR", (line,), channel="web"), 20_000).discount("tea")


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        (offer(), REPEAT),
        (offer(CheapestFree()), REPEAT),
        (offer((TENTH, PromiseReward("club"))), REPEAT),
        (offer(Bundle(size=3, price=Money(20, "EUR"))), REPEAT),
        (offer((SetPrice(Money(9, "EUR")), AmountOff(Money(1, "EUR")))), REPEAT),
        (offer(SetPrice(Money(9, "EUR"))), Combination(repeat=True, base=PercentBase.ORIGINAL)),
        (offer(limits=OfferLimits(per_customer=3)), REPEAT),
        (offer(conditions=(InChannel(("web",)),)), REPEAT),
        (offer(conditions=(ValueAtLeast(EIGHTY, seen=ValueSeen.ORIGINAL),)), REPEAT),
        (offer(conditions=(AnyOf((ValueAtLeast(EIGHTY), InChannel(("web",)))),)), REPEAT),
        (offer(), Combination(repeat=True, selection=Selection.FIRST_EXCLUSIVE_ELSE_ALL)),
    ],
)
def test_an_offer_that_nothing_ends_is_refused_by_its_name(given: Offer, rules: Combination) -> None:
    with pytest.raises(InvalidValue) as refused:
        compile_book(book(given, rules))
    problem = refused.value.problem
    assert (problem.code, problem.path) == ("pricing.offer_repeats_endlessly", "offers.ten.limits.per_basket")
    assert (problem.param("offer"), problem.param("value")) == ("ten", "none")
    assert "combination.unit_use: spent" in problem.text()
    assert len({problem.text(locale) for locale in LOCALES}) == len(LOCALES)
    with pytest.raises(InvalidValue, match="would repeat"):
        apply_to_basket((given,), rules, Basket("EUR", (BasketLine("tea", "tea"),)), 20_000)


@pytest.mark.parametrize(
    ("given", "rules", "comes_to"),
    [
        (offer(), Combination(repeat=True, unit_use=UnitUse.SPENT), "90"),
        (offer(), Combination(), "90"),
        (offer(limits=OfferLimits(per_basket=2)), REPEAT, "81"),
        (offer(limits=OfferLimits(total=5, used=3)), REPEAT, "81"),
        (offer(limits=OfferLimits(budget=Budget(Measure.COUNT, 2))), REPEAT, "81"),
        (offer(conditions=(ValueAtLeast(EIGHTY),)), REPEAT, "72.9"),  # 90, 81, 72.9
        (offer(conditions=(AllOf((ValueAtLeast(EIGHTY), InChannel(("web",)))),)), REPEAT, "72.9"),
        (offer(SetPrice(Money(9, "EUR"))), REPEAT, "90"),
        (offer(PercentOff(100)), REPEAT, "0"),
        (offer((TENTH, AddItem("tea", Money(1, "EUR")))), REPEAT, "90"),
        (offer(skip_conditions=True), REPEAT, "90"),
        (offer(PromiseReward("club")), REPEAT, "100"),
        (offer(PercentOff(50, scope=Scope.SHIPPING)), REPEAT, "100"),
        (offer(), Combination(repeat=True, selection=Selection.BEST_SINGLE), "90"),
    ],
)
def test_an_offer_that_ends_is_taken_and_comes_to_what_its_end_says(
    given: Offer, rules: Combination, comes_to: str
) -> None:
    assert compile_book(book(given, rules)).offers.by_id["ten"] == given
    assert left(given, rules) == Decimal(comes_to)


def test_an_offer_that_is_added_to_a_compiled_book_is_looked_at_too() -> None:
    compiled = compile_book(book(offer(limits=OfferLimits(per_basket=1))))
    with pytest.raises(InvalidValue, match="the offer ten would repeat"):
        with_offer(compiled, offer(), "2")


def test_a_file_says_it_with_its_place() -> None:
    plain = {
        "id": "b",
        "version": "1",
        "combination": {"repeat": True},
        "offers": [{"id": "ten", "benefits": [{"type": "PercentOff", "percent": 10}]}],
    }
    answer = read_price_book(plain)
    assert isinstance(answer, tuple)
    assert [(each.code, each.path) for each in answer] == [
        ("pricing.offer_repeats_endlessly", "offers[0].limits.per_basket")
    ]
