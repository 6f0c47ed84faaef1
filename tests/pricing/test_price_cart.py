"""Whole quotes: what must hold for any book and any cart."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.rounding import Rounding
from servicecore.pricing import (
    AmountOff,
    AutoCharge,
    Cart,
    CartLine,
    ChargeKind,
    ChargeTier,
    Combination,
    Coupon,
    CouponTier,
    CouponValue,
    MarginPolicy,
    Offer,
    PercentOff,
    PriceBook,
    PriceList,
    PriceListType,
    PriceRow,
    QuantityBetween,
    Quote,
    RoundingPolicy,
    Selection,
    SetPrice,
    SubtotalFrom,
    Target,
    TaxQuote,
    TaxSettings,
    compile_book,
    finish_quote,
    price_cart,
)
from servicecore.storage.codec import JsonCodec


def _eur(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "EUR")


_cents = st.integers(0, 9999).map(lambda cents: _eur(Decimal(cents) / 100))
_some_cents = st.integers(1, 9999).map(lambda cents: _eur(Decimal(cents) / 100))
_targets = st.sampled_from((Target(), Target(("A",)), Target(categories=("odd",)), Target(excluded_items=("B",))))
_percents = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)
_line_benefits = st.one_of(
    st.builds(PercentOff, _percents), st.builds(AmountOff, _some_cents), st.builds(SetPrice, _cents)
)
_benefits = st.one_of(
    _line_benefits,
    st.builds(PercentOff, _percents, on_order=st.just(True)),
    st.builds(AmountOff, _some_cents, on_order=st.just(True)),
)


@st.composite
def _books(draw: st.DrawFn, benefits: st.SearchStrategy[Any] = _benefits) -> PriceBook:
    items = tuple(
        Item(
            name,
            f"Item {name}",
            base_price=draw(_cents),
            cost=draw(_cents),
            categories=("odd",) if name in "AC" else (),
        )
        for name in "ABC"
    )
    parts = draw(st.lists(st.tuples(benefits, _targets, st.integers(0, 2), st.integers(0, 6)), max_size=4))
    offers = tuple(
        Offer(f"o{n}", benefit, target=target, priority=rank, conditions=(QuantityBetween(minimum),))
        for n, (benefit, target, rank, minimum) in enumerate(parts)
    )
    agreed = tuple(PriceRow(draw(st.sampled_from("AB")), draw(_cents), min_quantity=n) for n in (1, 5))
    charges = (AutoCharge("freight", "EUR", (ChargeTier("2.5", ChargeKind.PERCENT),), tax_category="standard"),)
    return PriceBook(
        "b",
        "1",
        items=items,
        lists=(PriceList("agreed", agreed, PriceListType.SALE),) if draw(st.booleans()) else (),
        offers=offers,
        coupons=(Coupon("c", ("CODE",), tiers=(CouponTier(_eur(5), Decimal(7), CouponValue.PERCENT),)),),
        charges=charges if draw(st.booleans()) else (),
        combination=Combination(selection=draw(st.sampled_from((Selection.ALL, Selection.BEST_SINGLE)))),
        rounding=RoundingPolicy(
            line=Rounding(digits=draw(st.sampled_from((None, 4)))),
            subtotal_from=draw(st.sampled_from(SubtotalFrom)),
        ),
        margin=MarginPolicy(Decimal(40), Decimal(20)),
        tax=TaxSettings(prices_include_tax=draw(st.booleans())),
    )


_quantities = st.one_of(st.integers(1, 12).map(Decimal), st.integers(1, 400).map(lambda n: Decimal(n) / 100))
_lines = st.lists(st.tuples(st.sampled_from("ABC"), _quantities), min_size=1, max_size=5)
_codes = st.sampled_from(((), ("code",), ("code", "other")))


def _cart(lines: Any, codes: tuple[str, ...] = ()) -> Cart:
    return Cart("C1", "EUR", [CartLine(item, quantity) for item, quantity in lines], codes)


@given(book=_books(), lines=_lines, codes=_codes)
def test_the_totals_conserve_and_every_figure_is_the_sum_of_its_steps(
    desk: Any, book: PriceBook, lines: Any, codes: tuple[str, ...]
) -> None:
    """Properties 2, 3 and 4, added up again from the parts."""
    quote = desk.quote(book, _cart(lines, codes))
    for line in quote.lines:
        assert line.gross - sum_money((each.amount for each in line.discounts), "EUR") == line.net
        assert sum(step.delta.amount for step in line.explanation.steps) == line.net.amount
        exact = [step.delta.amount for step in line.explanation.steps if step.rule != "kernel.rounded"]
        assert sum(exact) == line.net_exact.amount
        assert line.net.amount >= 0
        assert line.net_exact.amount >= 0
        assert all(each.amount.amount > 0 for each in line.discounts)
    exactly = book.rounding.subtotal_from is SubtotalFrom.EXACT_LINES
    lines_sum = sum_money((line.net_exact if exactly else line.net for line in quote.lines), "EUR")
    assert quote.subtotal == lines_sum.round()
    charges = sum_money((charge.amount for charge in quote.charges), "EUR")
    added = Money.zero("EUR") if book.tax.prices_include_tax else quote.tax
    assert quote.total == quote.subtotal + charges + added
    assert sum(step.delta.amount for step in quote.explanation.steps) == quote.total.amount
    assert quote.tax == sum_money((each.tax for each in (*quote.lines, *quote.charges)), "EUR")


@given(book=_books(), lines=_lines, codes=_codes)
def test_every_offer_and_code_is_either_applied_or_named_with_its_reason(
    desk: Any, book: PriceBook, lines: Any, codes: tuple[str, ...]
) -> None:
    quote = desk.quote(book, _cart(lines, codes))
    steps = {param for line in quote.lines for step in line.explanation.steps for param in step.params}
    named = Counter(each.rule for each in quote.not_applied)
    for offer in book.offers:
        cart_has_it = any(offer.target.includes(item) for item in book.items if item.id in {each for each, _ in lines})
        applied = ("offer", offer.id) in steps
        assert applied + named[offer.id] == (1 if cart_has_it else named[offer.id])
        assert named[offer.id] <= 1
    for code in {each.upper() for each in codes}:
        assert (("code", code) in steps) + named[code] == 1
    assert all(each.reason.text(locale) for each in quote.not_applied for locale in ("en", "it", "de"))


@given(book=_books(), lines=_lines, codes=_codes)
def test_the_same_input_gives_an_equal_quote_and_changes_nothing(
    desk: Any, book: PriceBook, lines: Any, codes: tuple[str, ...]
) -> None:
    """Properties 10 and 11; also from a second compilation."""
    cart = _cart(lines, codes)
    compiled, before = compile_book(book), repr((book, cart))
    first = price_cart(compiled, cart, desk.facts(), "Q1")
    assert price_cart(compiled, cart, desk.facts(), "Q1") == first
    assert desk.draft(book, cart) == first
    assert repr((book, cart)) == before


@given(book=_books(), lines=_lines)
def test_no_offer_raises_a_price(desk: Any, book: PriceBook, lines: Any) -> None:
    """Property 6."""
    with_offers = desk.quote(book, _cart(lines))
    without = desk.quote(evolve(book, offers=()), _cart(lines))
    for line, plain in zip(with_offers.lines, without.lines, strict=True):
        assert line.net <= plain.net
        assert line.unit_price == plain.unit_price


@given(book=_books(), lines=_lines, codes=_codes, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_lines_only_permutes_the_quote(
    desk: Any, book: PriceBook, lines: Any, codes: tuple[str, ...], seed: Any
) -> None:
    """Property 7; the lines keep their numbers, by which odd cents go."""
    numbered = [CartLine(item, quantity, number=n) for n, (item, quantity) in enumerate(lines, 1)]
    shuffled = list(numbered)
    seed.shuffle(shuffled)
    straight = desk.quote(book, Cart("C1", "EUR", numbered, codes))
    turned = desk.quote(book, Cart("C1", "EUR", shuffled, codes))
    assert (turned.total, turned.subtotal) == (straight.total, straight.subtotal)
    for line in straight.lines:
        assert turned.line(line.number).net == line.net


@given(book=_books(), lines=_lines, codes=_codes)
def test_the_order_of_the_book_does_not_matter(desk: Any, book: PriceBook, lines: Any, codes: tuple[str, ...]) -> None:
    """Properties 8 and 43: offers are applied by priority and id, wherever they stand."""
    turned = evolve(book, offers=book.offers[::-1], items=book.items[::-1], lists=book.lists[::-1])
    assert desk.quote(turned, _cart(lines, codes)) == desk.quote(book, _cart(lines, codes))


@given(book=_books(), lines=_lines, item=st.sampled_from("ABC"))
def test_taking_a_line_and_a_code_away_again_gives_the_first_quote(
    desk: Any, book: PriceBook, lines: Any, item: str
) -> None:
    """Property 38."""
    first, longer = _cart(lines), _cart([*lines, (item, 3)], ("CODE",))
    shorter = evolve(longer, lines=longer.lines[:-1], codes=())
    desk.quote(book, longer)
    assert desk.quote(book, shorter) == desk.quote(book, first)


@settings(max_examples=50)
@given(book=_books(benefits=st.builds(PercentOff, _percents)), lines=_lines, power=st.integers(1, 4))
def test_prices_a_power_of_ten_higher_make_a_quote_a_power_of_ten_higher(
    desk: Any, book: PriceBook, lines: Any, power: int
) -> None:
    """Property 14 on the exact nets, which no rounding has touched."""
    factor = Decimal(10) ** power
    plain = evolve(book, coupons=(), charges=())
    scaled = evolve(
        plain,
        items=tuple(evolve(each, base_price=each.base_price and each.base_price * factor) for each in book.items),
        lists=tuple(
            evolve(each, rows=tuple(evolve(row, amount=row.amount and row.amount * factor) for row in each.rows))
            for each in book.lists
        ),
    )
    first, second = desk.quote(plain, _cart(lines)), desk.quote(scaled, _cart(lines))
    for line, tenfold in zip(first.lines, second.lines, strict=True):
        if [each.offer for each in line.discounts] == [each.offer for each in tenfold.discounts]:
            assert tenfold.net_exact == line.net_exact * factor


@given(book=_books(benefits=st.just(PercentOff(100))), lines=_lines)
def test_a_hundred_percent_leaves_exactly_nothing(desk: Any, book: PriceBook, lines: Any) -> None:
    """Property 28, with tax inside the prices and outside."""
    everything = Offer("all", PercentOff(100, on_order=True))
    quote = desk.quote(evolve(book, offers=(*book.offers, everything), charges=()), _cart(lines))
    assert (quote.subtotal, quote.tax, quote.total) == (_eur(0), _eur(0), _eur(0))


@given(book=_books(), lines=_lines)
def test_one_line_and_two_halves_of_it_are_worth_the_same_without_rounding(
    desk: Any, book: PriceBook, lines: Any
) -> None:
    """Properties 21 and 22 where no rule counts single lines and lines keep four decimals."""
    plain = evolve(book, lists=(), coupons=(), offers=(), charges=(), rounding=RoundingPolicy(line=Rounding(digits=8)))
    halves = [(item, quantity / 2) for item, quantity in lines for _ in range(2)]
    assert desk.quote(plain, _cart(lines)).subtotal == desk.quote(plain, _cart(halves)).subtotal


def test_a_document_may_round_once_instead_of_line_by_line(desk: Any) -> None:
    """Three lines of 0.333: 0.33 * 3 = 0.99 line by line, 0.999 rounded once is 1.00."""
    item = Item("A", "Crumb", base_price=_eur("0.333"))
    book = PriceBook("b", "1", items=(item,))
    cart = desk.cart(*(CartLine("A", 1) for _ in range(3)))
    once = evolve(book, rounding=RoundingPolicy(subtotal_from=SubtotalFrom.EXACT_LINES))
    assert (desk.quote(book, cart).subtotal, desk.quote(once, cart).subtotal) == (_eur("0.99"), _eur("1.00"))
    assert "rounded" in desk.quote(once, cart).explanation.text()


def test_the_waterfall_reads_in_three_languages(desk: Any) -> None:
    book = PriceBook(
        "b",
        "1",
        items=(Item("A", "Lamp", base_price=_eur("19.99")),),
        offers=(Offer("ten", PercentOff(10), "Ten off"), Offer("big", PercentOff(9), conditions=(QuantityBetween(9),))),
    )
    quote = desk.quote(book, desk.cart(CartLine("A", 3)))
    # 3 lamps of 19.99 are 59.97
    assert "offer ten Ten off: -10 % on 59.97 EUR (quantity 3)" in quote.explain()
    assert "offerta ten Ten off: -10 % su 59.97 EUR (quantità 3)" in quote.explain("it")
    assert "Angebot ten Ten off: -10 % auf 59.97 EUR (Menge 3)" in quote.explain("de")
    assert "prezzo di listino 19.99 EUR" in quote.explain("it")
    assert "big: quantity: die Menge ist 3; zulässig: 9 oder mehr" in quote.explain("de")


def test_an_answer_of_the_tax_engine_that_does_not_fit_is_refused(desk: Any) -> None:
    book = PriceBook("b", "1", items=(Item("A", "Lamp", base_price=_eur(10)),))
    answer = finish_quote(desk.draft(book, desk.cart(CartLine("A", 1))), TaxQuote("broken", (), _eur(0)))
    assert isinstance(answer, Refusal)
    assert [problem.code for problem in answer.problems] == ["pricing.tax_missing_key"]


def test_currencies_of_none_and_three_decimals_round_by_their_own(desk: Any) -> None:
    """10 percent off 999 yen is 899.1, so 899; off 1.005 dinar it is 0.9045, so 0.905."""
    for currency, price, net in (("JPY", "999", "899"), ("KWD", "1.005", "0.905")):
        item = Item("A", "Thing", base_price=Money(Decimal(price), currency))
        book = PriceBook("b", "1", items=(item,), offers=(Offer("o", PercentOff(10)),))
        draft = desk.draft(book, desk.cart(CartLine("A", 1), currency=currency))
        assert str(draft.lines[0].net.amount) == net


def test_the_tax_request_carries_category_day_and_place(desk: Any) -> None:
    book = PriceBook("b", "1", items=(Item("A", "Book", "each", "books", base_price=_eur(10)),))
    request = desk.draft(book, desk.cart(CartLine("A", 2), ship_to_country="IT", ship_to_region="RM")).tax_request
    assert (request.country, request.region, request.on) == ("IT", "RM", date(2026, 1, 15))
    assert [(line.key, line.category, line.amount) for line in request.lines] == [("line:1", "books", _eur(20))]


def test_a_zone_that_does_not_exist_is_refused_when_the_book_is_compiled() -> None:
    with pytest.raises(InvalidValue) as refused:
        compile_book(PriceBook("b", "1", zone="Europe/Nowhere"))
    assert refused.value.problem.code == "time.unknown_zone"


def test_a_quote_names_book_instant_and_offers_tested(desk: Any) -> None:
    book = PriceBook("shop", "7", items=(Item("A", "Lamp", base_price=_eur(10)),))
    facts: Facts = desk.facts()
    quote: Quote = desk.quote(book, desk.cart(CartLine("A", 1)), facts)
    assert (quote.book, quote.at, quote.id) == ("shop@7", facts.now, "Q1")


def test_however_many_percentages_compound_the_steps_still_sum(desk: Any) -> None:
    """Sixty times 0.37 percent off 9.99: 9.99 * 0.9963 ** 60 is 7.998..., beyond what 60 digits can hold exactly."""
    offers = tuple(Offer(f"o{n:02}", PercentOff("0.37")) for n in range(60))
    book = PriceBook("b", "1", items=(Item("A", "Thing", base_price=_eur("9.99")),), offers=offers)
    line = desk.quote(book, desk.cart(CartLine("A", 1))).lines[0]
    assert abs(float(line.net_exact.amount) - 9.99 * 0.9963**60) < 1e-9
    assert len(line.explanation.steps) == 62


@pytest.mark.parametrize("quantity", ["1E+29", "9E+18"])
def test_a_quantity_beyond_what_money_holds_is_refused(desk: Any, quantity: str) -> None:
    book = PriceBook("b", "1", items=(Item("A", "Thing", base_price=_eur("99999999999")),))
    cart = desk.cart(CartLine("A", quantity), CartLine("A", quantity), CartLine("A", 1))
    assert [code for code, _path in desk.codes(book, cart)] == ["value.not_accepted"]


@settings(max_examples=40)
@given(book=_books(), lines=_lines, codes=_codes)
def test_book_cart_and_quote_survive_a_round_trip_through_text(
    desk: Any, book: PriceBook, lines: Any, codes: tuple[str, ...]
) -> None:
    """Property 43; a replay from stored text gives the same bytes."""
    codec = JsonCodec()
    cart = _cart(lines, codes)
    quote = desk.quote(book, cart)
    text = codec.encode(quote)
    assert codec.decode(Quote, text) == quote
    replayed = desk.quote(codec.decode(PriceBook, codec.encode(book)), codec.decode(Cart, codec.encode(cart)))
    assert codec.encode(replayed) == text
