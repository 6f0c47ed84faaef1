"""Offers on lines and on the order: selection, exclusivity, order of application, rounding, and who lost to whom."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import Rounding
from servicecore.pricing import (
    AmountOff,
    CartLine,
    Combination,
    Exclusivity,
    InChannel,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    Quote,
    RoundingPolicy,
    Selection,
    SetPrice,
    Spread,
    Target,
    ValueAtLeast,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS = (
    Item("A", "Ten", base_price=_eur(10)),
    Item("B", "Twenty", base_price=_eur(20)),
    Item("C", "Odd", base_price=_eur("3.33")),
    Item("D", "Never", base_price=_eur(50), discountable=False),
)


def _book(*offers: Offer, best: bool = False) -> PriceBook:
    selection = Selection.BEST_SINGLE if best else Selection.ALL
    return PriceBook("b", "1", items=ITEMS, offers=offers, combination=Combination(selection=selection))


def _nets(quote: Quote) -> list[str]:
    return [str(line.net.amount) for line in quote.lines]


def _lost(quote: Quote) -> dict[str, str]:
    return {each.rule: each.reason.code.removeprefix("pricing.") for each in quote.not_applied}


@pytest.mark.parametrize(
    ("benefit", "net"),
    [
        (PercentOff("12.5"), "8.74"),  # 9.99 * 0.875 = 8.74125
        (AmountOff(_eur("0.50")), "8.49"),  # 3 * 0.50
        (AmountOff(_eur("0.50"), spread=Spread.EACH_LINE), "9.49"),
        (AmountOff(_eur(50)), "0.00"),
        (SetPrice(_eur(3)), "9.00"),
        (PercentOff("12.5", on_order=True), "8.74"),
        (AmountOff(_eur(5), on_order=True), "4.99"),
        (AmountOff(_eur(50), on_order=True), "0.00"),
        (PercentOff(100), "0.00"),
    ],
)
def test_what_each_benefit_leaves_of_9_99(desk: Any, benefit: Any, net: str) -> None:
    quote = desk.quote(_book(Offer("o", benefit)), desk.cart(CartLine("C", 3)))
    assert _nets(quote) == [net]
    assert str(quote.lines[0].discount.amount) == str(Decimal("9.99") - Decimal(net))


def test_a_fixed_price_above_the_price_is_ignored_and_named(desk: Any) -> None:
    quote = desk.quote(_book(Offer("o", SetPrice(_eur(22)))), desk.cart(CartLine("B", 1)))
    assert (_nets(quote), _lost(quote)) == (["20.00"], {"o": "offer_gives_nothing"})


def test_amounts_go_before_percentages_at_one_priority(desk: Any) -> None:
    """10.00 - 1.00 = 9.00, less 10 percent 8.10, whatever the ids."""
    offers = (Offer("1", PercentOff(10)), Offer("2", AmountOff(_eur(1))))
    assert _nets(desk.quote(_book(*offers), desk.cart(CartLine("A", 1)))) == ["8.10"]
    first = evolve(offers[0], priority=1)  # 10 percent of 10.00 first: 9.00 - 1.00
    assert _nets(desk.quote(_book(first, offers[1]), desk.cart(CartLine("A", 1)))) == ["8.00"]


def test_the_best_single_offer_of_each_line_wins_and_the_losers_say_to_whom(desk: Any) -> None:
    """3 off is more than 20 percent of 10.00 and less than 20 percent of 20.00."""
    offers = (Offer("p", PercentOff(20)), Offer("a", AmountOff(_eur(3))), Offer("z", PercentOff(1)))
    quote = desk.quote(_book(*offers, best=True), desk.cart(CartLine("A", 1), CartLine("B", 1)))
    assert _nets(quote) == ["7.00", "16.00"]
    assert [each.rule for each in quote.lines[0].explanation.not_applied] == ["p", "z"]
    winners = [each.reason.param("winner") for each in quote.lines[1].explanation.not_applied]
    assert winners == ["p", "p"]
    assert _lost(quote) == {"z": "offer_lost"}


def test_of_several_offers_on_the_order_the_best_single_one_wins(desk: Any) -> None:
    offers = (Offer("p", PercentOff(10, on_order=True)), Offer("a", AmountOff(_eur(2), on_order=True)))
    quote = desk.quote(_book(*offers, best=True), desk.cart(CartLine("A", 1), CartLine("B", 1)))
    assert _nets(quote) == ["9.00", "18.00"]
    assert _lost(quote) == {"a": "offer_lost"}


def test_an_offer_exclusive_on_its_line_takes_untouched_lines_and_closes_them(desk: Any) -> None:
    alone = Offer("alone", PercentOff(50), target=Target(("A",)), exclusive=Exclusivity.LINE, priority=5)
    other = Offer("other", PercentOff(10))
    cart = desk.cart(CartLine("A", 1), CartLine("B", 1))
    assert _nets(desk.quote(_book(alone, other), cart)) == ["5.00", "18.00"]
    late = evolve(alone, priority=-5)
    quote = desk.quote(_book(late, other), cart)
    assert (_nets(quote), _lost(quote)) == (["9.00", "18.00"], {"alone": "offer_not_combinable"})


@pytest.mark.parametrize("best", [False, True])
def test_an_offer_exclusive_on_its_line_keeps_order_offers_off_it(desk: Any, best: bool) -> None:
    """30 percent of 10.00 leaves 7.00; the 10 percent of the order find no line that is free."""
    alone = Offer("alone", PercentOff(30), exclusive=Exclusivity.LINE)
    quote = desk.quote(
        _book(alone, Offer("order", PercentOff(10, on_order=True)), best=best), desk.cart(CartLine("A", 1))
    )
    assert (_nets(quote), _lost(quote)) == (["7.00"], {"order": "offer_not_combinable"})


@pytest.mark.parametrize("best", [False, True])
def test_an_offer_exclusive_in_the_cart_stands_alone_or_back(desk: Any, best: bool) -> None:
    alone = Offer("alone", PercentOff(30), target=Target(("A",)), exclusive=Exclusivity.CART)
    other, order = Offer("other", PercentOff(10)), Offer("order", AmountOff(_eur(1), on_order=True))
    cart = desk.cart(CartLine("A", 1), CartLine("B", 1))
    quote = desk.quote(_book(alone, other, order, best=best), cart)
    assert _nets(quote) == ["7.00", "20.00"]
    assert _lost(quote) == dict.fromkeys(("other", "order"), "offer_not_combinable")
    back = desk.quote(_book(alone, evolve(other, priority=1), best=best), cart)
    assert (_nets(back), _lost(back)) == (["9.00", "18.00"], {"alone": "offer_not_combinable"})


def test_an_exclusive_offer_on_the_order_stands_back_behind_line_offers(desk: Any) -> None:
    order = Offer("order", AmountOff(_eur(3), on_order=True), exclusive=Exclusivity.CART)
    cart = desk.cart(CartLine("A", 1), CartLine("B", 1))
    assert _nets(desk.quote(_book(order, Offer("second", AmountOff(_eur(3), on_order=True))), cart)) == [
        "9.00",
        "18.00",
    ]
    quote = desk.quote(_book(order, Offer("line", PercentOff(10), target=Target(("A",)))), cart)
    assert (_nets(quote), _lost(quote)) == (["9.00", "20.00"], {"order": "offer_not_combinable"})


def test_an_exclusive_offer_that_gives_nothing_keeps_nobody_out(desk: Any) -> None:
    vain = Offer("vain", SetPrice(_eur(99)), exclusive=Exclusivity.CART)
    quote = desk.quote(_book(vain, Offer("order", AmountOff(_eur(2), on_order=True))), desk.cart(CartLine("A", 1)))
    assert (_nets(quote), _lost(quote)) == (["8.00"], {"vain": "offer_gives_nothing"})


@pytest.mark.parametrize(("day", "net"), [(14, "10.00"), (15, "9.00"), (16, "9.00"), (17, "10.00")])
def test_both_days_of_an_offer_are_included(desk: Any, day: int, net: str) -> None:
    offer = Offer("o", PercentOff(10), valid_from=date(2026, 1, 15), valid_until=date(2026, 1, 16))
    that_day = evolve(desk, now=datetime(2026, 1, day, 23, 59, tzinfo=UTC))
    assert _nets(that_day.quote(_book(offer), desk.cart(CartLine("A", 1)))) == [net]


def test_a_minimum_in_another_currency_is_never_reached(desk: Any) -> None:
    dollars = ValueAtLeast(Money(Decimal(1), "USD"))
    offer = Offer("o", PercentOff(10), trigger=OfferTrigger.DIRECT, conditions=(dollars,))
    quote = desk.quote(_book(offer), desk.cart(CartLine("A", 1, offers=("o",))))
    assert _lost(quote) == {"o": "condition_currency"}


@given(cents=st.integers(1, 1999))
def test_all_of_the_order_is_all_of_it_even_between_cash_steps(desk: Any, cents: int) -> None:
    """Lines round to 0.05; an amount split to the cent leaves a net between two steps, and 100 percent takes it."""
    offers = (
        Offer("a", AmountOff(_eur(cents) * Decimal("0.01"), on_order=True)),
        Offer("b", PercentOff(100, on_order=True), target=Target(("A",))),
    )
    cash = RoundingPolicy(line=Rounding(step=Decimal("0.05")))
    book = evolve(_book(*offers), rounding=cash)
    quote = desk.quote(book, desk.cart(CartLine("A", 1), CartLine("C", 3)))
    assert quote.lines[0].net == _eur(0)


def test_an_offer_may_leave_discounted_lines_alone(desk: Any) -> None:
    line = Offer("line", PercentOff(10), target=Target(("A",)))
    order = Offer("order", AmountOff(_eur(2), on_order=True), applies_to_discounted=False)
    assert _nets(desk.quote(_book(line, order), desk.cart(CartLine("A", 1), CartLine("B", 1)))) == ["9.00", "18.00"]


def test_offers_on_the_order_see_what_line_offers_left(desk: Any) -> None:
    order = Offer("order", AmountOff(_eur(2), on_order=True), conditions=(ValueAtLeast(_eur(20)),))
    cart = desk.cart(CartLine("B", 1))
    assert _nets(desk.quote(_book(order), cart)) == ["18.00"]
    quote = desk.quote(_book(order, Offer("line", PercentOff(1))), cart)
    assert (_nets(quote), _lost(quote)) == (["19.80"], {"order": "condition_value"})


def test_what_takes_no_offers_is_left_alone(desk: Any) -> None:
    quote = desk.quote(_book(Offer("o", PercentOff(10))), desk.cart(CartLine("D", 1)))
    assert (_nets(quote), _lost(quote)) == (["50.00"], {"o": "offer_line_closed"})


def test_a_named_offer_touches_only_the_lines_that_name_it(desk: Any) -> None:
    offer = Offer("o", PercentOff(10), trigger=OfferTrigger.DIRECT, target=Target(("A", "B")))
    cart = desk.cart(CartLine("A", 1), CartLine("A", 1, offers=("o",)), CartLine("C", 1, offers=("o",)))
    quote = desk.quote(_book(offer), cart)
    assert _nets(quote) == ["10.00", "9.00", "3.33"]
    (left_out,) = quote.lines[2].explanation.not_applied
    assert (left_out.rule, left_out.reason.code) == ("o", "pricing.offer_no_line")


def test_a_named_offer_that_cannot_apply_says_why(desk: Any) -> None:
    offers = (
        Offer("old", PercentOff(10), trigger=OfferTrigger.DIRECT, valid_until=date(2026, 1, 14)),
        Offer("coded", PercentOff(10), trigger=OfferTrigger.CODE),
        Offer("dollar", AmountOff(Money(Decimal(1), "USD")), trigger=OfferTrigger.DIRECT),
        Offer("web", PercentOff(10), conditions=(InChannel(("web",)),)),
    )
    quote = desk.quote(_book(*offers), desk.cart(CartLine("A", 1, offers=("old", "coded", "dollar", "web"))))
    assert _lost(quote) == {
        "old": "offer_expired",
        "coded": "offer_needs_code",
        "dollar": "offer_currency",
        "web": "condition_channel",
    }
    (value,) = [each.reason.param("value") for each in quote.not_applied if each.rule == "old"]
    assert value == "2026-01-15"


_offers = st.lists(
    st.tuples(
        st.one_of(
            st.integers(0, 100).map(PercentOff),
            st.integers(1, 2500).map(lambda cents: AmountOff(_eur(str(Decimal(cents) / 100)))),
            st.integers(0, 2500).map(lambda cents: SetPrice(_eur(str(Decimal(cents) / 100)))),
        ),
        st.sampled_from((Target(), Target(("A",)), Target(("B", "C")))),
        st.integers(-1, 1),
    ),
    max_size=5,
)
_lines = st.lists(st.tuples(st.sampled_from(("A", "B", "C")), st.integers(1, 9)), min_size=1, max_size=5)


def _made(parts: Any) -> list[Offer]:
    return [Offer(f"o{n}", benefit, target=target, priority=rank) for n, (benefit, target, rank) in enumerate(parts)]


@given(parts=_offers, lines=_lines)
def test_each_line_gets_what_its_best_offer_alone_would_take(desk: Any, parts: Any, lines: Any) -> None:
    """Brute force: quote every offer alone, take the smallest net of each line (property 15 for single offers)."""
    cart = desk.cart(*(CartLine(item, count) for item, count in lines))
    offers = _made(parts)
    got = desk.quote(_book(*offers, best=True), cart)
    alone = [desk.quote(_book(offer), cart) for offer in offers] or [desk.quote(_book(), cart)]
    for line in got.lines:
        assert line.net == min(each.line(line.number).net for each in alone)


@given(first=st.integers(0, 100), second=st.integers(0, 100), quantity=st.integers(1, 50))
def test_percentages_compound_on_what_is_left(desk: Any, first: int, second: int, quantity: int) -> None:
    """Property 29: one rounding at the end, so the exact product decides; the order of the two does not."""
    offers = (Offer("x", PercentOff(first)), Offer("y", PercentOff(second)))
    quote = desk.quote(_book(*offers), desk.cart(CartLine("C", quantity)))
    expected = Decimal("3.33") * quantity * (100 - first) * (100 - second) / 10000
    assert quote.lines[0].net_exact.amount == expected
    swapped = (evolve(offers[0], priority=-1), offers[1])
    assert _nets(desk.quote(_book(*swapped), desk.cart(CartLine("C", quantity)))) == _nets(quote)


@given(lines=_lines, cents=st.integers(1, 20000))
def test_an_amount_off_the_order_is_split_without_a_cent_lost(desk: Any, lines: Any, cents: int) -> None:
    """Properties 1, 4 and 28; no line goes below 0."""
    amount = _eur(str(Decimal(cents) / 100))
    quote = desk.quote(
        _book(Offer("o", AmountOff(amount, on_order=True))), desk.cart(*(CartLine(i, n) for i, n in lines))
    )
    goods = sum(line.gross.to_minor() for line in quote.lines)
    assert quote.discount.to_minor() == min(cents, goods)
    assert all(line.net.amount >= 0 for line in quote.lines)
    assert quote.subtotal.to_minor() == goods - min(cents, goods)
