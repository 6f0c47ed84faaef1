"""Concurrency modes and priorities (CC 7.3): who has a line, what compounds, and what never does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction
from typing import Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.authority import Actor, Authority
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import HALF_UP
from servicecore.pricing import (
    AmountOff,
    Budget,
    Bundle,
    Cart,
    CartLine,
    Combination,
    ConcurrencyControl,
    DraftQuote,
    Measure,
    Offer,
    OfferLimits,
    PercentOff,
    PriceBook,
    Selection,
    SetPrice,
    Spread,
    Stacking,
    Target,
    ValueAtLeast,
    compile_book,
    price_cart,
)
from servicecore.pricing.promotions.apply_to_basket import apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.benefits import AnyBenefit

WITHIN, ACROSS = ConcurrencyControl.WITHIN_PRIORITY, ConcurrencyControl.ACROSS_PRIORITIES
BEST, COMPOUND, EXCLUSIVE = Stacking.BEST_PRICE, Stacking.COMPOUND, Stacking.EXCLUSIVE
FACTS: Final = Facts(datetime(2026, 1, 15, tzinfo=UTC), Actor("tests"), Authority())


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def quote(control: ConcurrencyControl, prices: list[str], *offers: Offer) -> DraftQuote:
    items = tuple(Item(f"P{place}", "P", base_price=eur(price)) for place, price in enumerate(prices, 1))
    rules = Combination(selection=Selection.CONCURRENCY, concurrency=control, percent_rounding=HALF_UP)
    book = PriceBook("b", "1", items, offers=offers, combination=rules)
    cart = Cart("C-1", "EUR", [CartLine(item.id, 1) for item in items])
    draft = price_cart(compile_book(book), cart, FACTS, "Q")
    assert isinstance(draft, DraftQuote)
    return draft


def nets(draft: DraftQuote) -> list[str]:
    return [str(line.net.amount) for line in draft.lines]


def applied(draft: DraftQuote) -> list[list[str]]:
    return [[each.offer for each in line.discounts] for line in draft.lines]


def offer(
    name: str, benefit: AnyBenefit, stacking: Stacking = COMPOUND, priority: int = 0, items: tuple[str, ...] = ()
) -> Offer:
    return Offer(name, benefit, stacking=stacking, priority=priority, target=Target(items=items))


def on_order(percent: int) -> PercentOff:
    return PercentOff(percent, on_order=True, spread=Spread.EACH_LINE)


TWO: Final = ("P1", "P2")
PUBLISHED: Final = (
    offer("BP1", PercentOff(15), BEST, 10, TWO),
    offer("BP2", PercentOff(20), BEST, 5),
    offer("C1", AmountOff(eur("1")), COMPOUND, 10, TWO),
    offer("C2", PercentOff(10), COMPOUND, 10, TWO),
    offer("C3", PercentOff(25), COMPOUND, 5),
    offer("C4", on_order(10), COMPOUND, 5),
)


def test_the_published_example_within_a_priority() -> None:
    """10.00 less 1.00, less 10 %, less 10 % on the order; 20.00 less 15 %, to which nothing is added; 10.00 less both.

    The reference product's documents work this example out in both control models.
    """
    draft = quote(WITHIN, ["10", "20", "10"], *PUBLISHED)
    assert nets(draft) == ["7.29", "17.00", "6.75"]
    assert applied(draft) == [["C1", "C2", "C4"], ["BP1"], ["C3", "C4"]]


def test_the_published_example_across_priorities() -> None:
    """15 % and then 25 % of 8.50, which is 2.13; the offer on the order has a priority that is taken already."""
    draft = quote(ACROSS, ["10", "20", "10"], *PUBLISHED)
    assert nets(draft) == ["6.37", "12.75", "7.50"]
    assert applied(draft) == [["BP1", "C3"], ["BP1", "C3"], ["C3"]]


def test_prices_come_before_amounts_and_amounts_before_percentages() -> None:
    """8.00, less 1.00 is 7.00, less 10 % is 6.30, in whatever order the offers stand."""
    offers = (offer("a", PercentOff(10)), offer("b", AmountOff(eur("1"))), offer("c", SetPrice(eur("8"))))
    for given_ in (offers, offers[::-1]):
        draft = quote(WITHIN, ["10"], *given_)
        assert nets(draft) == ["6.30"]
        assert applied(draft) == [["c", "b", "a"]]


@pytest.mark.parametrize("control", [WITHIN, ACROSS])
def test_an_exclusive_offer_has_its_lines_for_itself(control: ConcurrencyControl) -> None:
    """The best exclusive one wins though others give more; what a higher priority lowered is closed to it."""
    alone = offer("alone", PercentOff(5), EXCLUSIVE)
    weaker = offer("weaker", PercentOff(4), EXCLUSIVE)
    more = offer("more", PercentOff(50))
    order = offer("order", on_order(10), COMPOUND, -1)
    assert applied(quote(control, ["10"], weaker, alone, more, order)) == [["alone"]]
    higher = offer("higher", PercentOff(1), BEST, 3)
    assert "alone" not in applied(quote(control, ["10"], alone, higher))[0]


def test_an_offer_on_the_order_joins_compound_ones_only() -> None:
    best = offer("best", PercentOff(10), BEST, items=("P1",))
    compound = offer("compound", PercentOff(10), items=("P2",))
    order = offer("order", on_order(10), priority=9)
    assert applied(quote(WITHIN, ["10", "10", "10"], best, compound, order)) == [
        ["best"],
        ["compound", "order"],
        ["order"],
    ]
    weak = offer("weak", on_order(5), BEST, 9)
    # A best price on the order takes undiscounted lines, where it stands against what compounds there.
    assert applied(quote(WITHIN, ["10", "10", "10"], best, compound, weak)) == [["best"], ["compound"], ["weak"]]
    # Of the offers on the order too only the highest priority counts on a line.
    lower = offer("lower", on_order(90), priority=1)
    assert applied(quote(WITHIN, ["10"], lower, order)) == [["order"]]


def test_across_priorities_one_offer_of_each_priority_is_taken() -> None:
    """10.00 less 10 % is 9.00, less 20 % is 7.20, less 5 % on the order, of a priority of its own, is 6.84."""
    offers = (
        offer("a", PercentOff(10), COMPOUND, 3),
        offer("b", PercentOff(9), COMPOUND, 3),
        offer("c", PercentOff(20), BEST, 2),
        offer("d", on_order(5), BEST, 1),
        offer("e", on_order(50), COMPOUND, 2),
    )
    draft = quote(ACROSS, ["10"], *offers)
    assert nets(draft) == ["6.84"]
    assert applied(draft) == [["a", "c", "d"]]


def test_a_condition_on_the_order_sees_what_offers_on_lines_left() -> None:
    half = offer("half", PercentOff(50))
    reached = Offer("reached", on_order(10), conditions=(ValueAtLeast(eur("6")),))
    draft = quote(WITHIN, ["10"], half, reached)
    assert applied(draft) == [["half"]]
    assert [each.rule for each in draft.not_applied] == ["reached"]


def test_a_bundle_is_made_with_all_its_lines_or_not_at_all() -> None:
    """Two for 12.00 takes 4.00 off each of 10.00; half off one is more there, and the other alone is no bundle.

    Left at 10.00 and 5.00 the customer pays 15.00; the bundle is 12.00, so it is kept on both lines. Where half a
    price takes 9.00 off one of them, it stands back.
    """
    pair = offer("pair", Bundle(size=2, price=eur("12")), BEST)
    half = offer("half", PercentOff(50), BEST, items=("P1",))
    assert nets(quote(WITHIN, ["10", "10"], half, pair)) == ["6.00", "6.00"]
    most = offer("most", PercentOff(90), BEST, items=("P1",))
    draft = quote(WITHIN, ["10", "10"], most, pair)
    assert nets(draft) == ["1.00", "10.00"]
    (lost,) = draft.not_applied
    assert (lost.rule, lost.reason.code) == ("pair", "pricing.offer_lost")
    assert "most" in lost.reason.text()


def test_of_equal_offers_the_fewest_win_then_the_lower_id() -> None:
    """20 % of 10.00 is what 1.00 and 1.00 are together."""
    single = offer("z", PercentOff(20), BEST)
    one, two = offer("a", AmountOff(eur("1"))), offer("b", AmountOff(eur("1")))
    assert applied(quote(WITHIN, ["10"], one, two, single)) == [["z"]]
    assert applied(quote(WITHIN, ["10"], offer("m", PercentOff(20)), single)) == [["m"]]
    assert applied(quote(ACROSS, ["10"], single, offer("y", PercentOff(20)))) == [["y"]]


def test_what_loses_says_to_whom_and_what_is_closed_says_beside_whom() -> None:
    draft = quote(WITHIN, ["10", "20", "10"], *PUBLISHED)
    losers = {each.rule: each.reason.code for each in draft.not_applied}
    assert losers == {"BP2": "pricing.offer_lost"}
    second = draft.lines[1]
    assert {each.rule for each in second.explanation.not_applied} >= {"C1", "C2"}
    low = offer("low", PercentOff(1), priority=-1)
    (closed,) = quote(WITHIN, ["10"], offer("high", PercentOff(2)), low).not_applied
    assert (closed.rule, closed.reason.code) == ("low", "pricing.offer_not_combinable")


def test_an_offer_beyond_its_budget_says_so_and_leaves_the_line_to_others() -> None:
    spent = Offer("spent", PercentOff(50), limits=OfferLimits(budget=Budget(Measure.AMOUNT, 3)), stacking=BEST)
    draft = quote(WITHIN, ["10"], spent, offer("ten", PercentOff(10)))
    assert applied(draft) == [["ten"]]
    assert [(each.rule, each.reason.code) for each in draft.not_applied] == [("spent", "pricing.offer_budget")]


@given(
    prices=st.lists(st.integers(5, 30), min_size=3, max_size=3),
    pairs=st.lists(st.tuples(st.sampled_from([(0, 1), (1, 2), (0, 2)]), st.integers(2, 40)), min_size=1, max_size=3),
    percents=st.lists(st.integers(0, 90), min_size=3, max_size=3),
)
def test_bundles_are_whole_and_never_cost_the_customer_more(
    prices: list[int], pairs: list[tuple[tuple[int, int], int]], percents: list[int]
) -> None:
    """Two lines of a bundle that is made cost its price together; with bundles the cart costs no more than without."""
    texts = [str(price) for price in prices]
    singles = [
        offer(f"single{place}", PercentOff(percent), BEST, items=(f"P{place + 1}",))
        for place, percent in enumerate(percents)
    ]
    bundles = [
        offer(
            f"pair{place}", Bundle(size=2, price=eur(str(price))), BEST, items=tuple(f"P{each + 1}" for each in lines)
        )
        for place, (lines, price) in enumerate(pairs)
    ]
    draft = quote(WITHIN, texts, *singles, *bundles)
    for place, (lines, price) in enumerate(pairs):
        made = [line for line in lines if f"pair{place}" in applied(draft)[line]]
        if made:
            assert made == list(lines)
            assert sum(draft.lines[line].net.amount for line in lines) == price
    assert draft.subtotal <= quote(WITHIN, texts, *singles).subtotal


_KINDS = st.tuples(st.sampled_from(["percent", "amount"]), st.integers(1, 60))
_DRAWN = st.tuples(
    st.sampled_from([BEST, COMPOUND, EXCLUSIVE]),
    st.integers(0, 2),
    _KINDS,
    st.booleans(),
    st.sets(st.integers(0, 2), min_size=1),
)


@given(
    control=st.sampled_from([WITHIN, ACROSS]),
    prices=st.lists(st.integers(1, 40), min_size=3, max_size=3),
    drawn=st.lists(_DRAWN, max_size=7),
    data=st.data(),
)
def test_every_line_comes_to_what_the_rules_say(
    control: ConcurrencyControl,
    prices: list[int],
    drawn: list[tuple[Stacking, int, tuple[str, int], bool, set[int]]],
    data: st.DataObject,
) -> None:
    """The same as following the published steps for each line with fractions, however the offers stand in the book."""
    offers = []
    for place, (stacking, priority, (kind, value), on_all, lines) in enumerate(drawn):
        percent = kind == "percent" or on_all
        benefit: AnyBenefit = (
            on_order(value) if on_all else PercentOff(value) if percent else AmountOff(eur(str(value)))
        )
        items = tuple(f"item{line}" for line in sorted(lines))
        offers.append(offer(f"o{place}", benefit, stacking, priority, items))
    basket = Basket("EUR", tuple(BasketLine(f"l{n}", f"item{n}", 1, price) for n, price in enumerate(prices)))
    rules = Combination(selection=Selection.CONCURRENCY, concurrency=control)
    shuffled = tuple(data.draw(st.permutations(offers)))
    outcome = apply_to_basket(shuffled, rules, basket, FACTS.now.toordinal())
    for number, price in enumerate(prices):
        known = [
            (f"o{place}", stacking, priority, kind if not on_all else "percent", value, on_all)
            for place, (stacking, priority, (kind, value), on_all, lines) in enumerate(drawn)
            if number in lines
        ]
        expected = Fraction(price) - _line(control, Fraction(price), known)
        assert Fraction(outcome.discount(f"l{number}")) == expected, (number, known)


_Known: TypeAlias = tuple[str, Stacking, int, str, int, bool]


def _line(control: ConcurrencyControl, left: Fraction, offers: list[_Known]) -> Fraction:
    """Return what is left of one line, by the published steps, one line being nothing to another."""
    had: list[_Known] = []
    for on_all in (False, True):
        for priority in (2, 1, 0):
            group = [each for each in offers if each[5] is on_all and each[2] == priority]
            blocked = any(each[1] is EXCLUSIVE for each in had)
            exclusive = [(each,) for each in group if each[1] is EXCLUSIVE and not had]
            best = [(each,) for each in group if each[1] is BEST]
            compound = sorted(
                (each for each in group if each[1] is COMPOUND), key=lambda each: (each[3] != "amount", each[0])
            )
            rivals: list[tuple[_Known, ...]]
            if control is ACROSS:
                free = all(each[2] != priority for each in had)
                rivals = [*best, *((each,) for each in compound)] if free else []
            else:
                joins = all(each[1] is COMPOUND and not each[5] for each in had) and (on_all or not had)
                rivals = [*([] if had else best), *([tuple(compound)] if joins and compound else [])]
            won = _winner(left, exclusive) or _winner(left, [] if blocked else rivals)
            for each in won:
                left -= _off(left, each)
            had.extend(won)
    return left


def _winner(left: Fraction, stacks: Iterable[tuple[_Known, ...]]) -> tuple[_Known, ...]:
    ranked = []
    for stack in stacks:
        rest, taking = left, []
        for each in stack:
            off = _off(rest, each)
            rest -= off
            if off:
                taking.append(each)
        if taking:
            ranked.append((rest - left, len(taking), [each[0] for each in taking], tuple(taking)))
    return min(ranked)[3] if ranked else ()


def _off(left: Fraction, each: _Known) -> Fraction:
    return left * each[4] / 100 if each[3] == "percent" else min(left, Fraction(each[4]))
