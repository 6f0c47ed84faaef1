"""Properties of quantities: breaks fall, lines split and merge, copies of a cart cost no more each."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import pytest
from attrs import evolve
from hypothesis import assume
from hypothesis import strategies as st

from servicecore.kernel.rounding import EXACT
from servicecore.pricing import (
    AllOf,
    AmountOff,
    AnyOf,
    BreakPricing,
    CartLine,
    Counted,
    Exclusivity,
    Not,
    Offer,
    PriceBook,
    QuantityBetween,
    Quote,
    Selection,
    SetPrice,
    Spread,
    Tiered,
    ValueAtLeast,
)
from servicecore.pricing.lint import rising_items
from servicecore.pricing.promotions.benefits import Benefit, PlainBenefit
from servicecore.pricing.promotions.benefits.tiered import TierMeasure
from servicecore.pricing.promotions.combination import PercentBase, UnitPick
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.carts import copies
from servicecore.testing.pricing.probe import PricingProbe, without_offers
from servicecore.testing.pricing.scaled import finest, same_prices
from servicecore.testing.pricing.visit import Visit

_NEARLY: Final = Decimal("1e-9")
_LITTLE: Final = Decimal("0.001")
_BY_LINE: Final = frozenset({UnitPick.BASKET, UnitPick.DEAREST_LINE})
"""Picks of units that look at whole lines."""


class QuantityProperties(PricingProbe):
    """Properties 19 to 23."""

    def test_19_quantity_break_monotonicity(self) -> None:
        """One unit never costs more because more are bought.

        Must not hold for items whose breaks rise, which the linter names, and says nothing of line totals: at a
        break that counts for all units the total may fall.
        """
        rising = rising_items(self.book)

        def check(visit: Visit, more: Decimal) -> None:
            line = visit.cart.lines[0]
            assume(line.item not in rising)
            one = visit.bare().with_lines([CartLine(line.item, line.quantity)])
            many = one.with_lines([CartLine(line.item, EXACT.add(line.quantity, more))])
            book = same_prices(self.till.around(visit))
            few, lot = self.till.quote(one, book), self.till.quote(many, book)
            if lot.lines[0].unit_price > few.lines[0].unit_price:
                why = f"{line.quantity} cost {few.lines[0].unit_price} each, {many.cart.lines[0].quantity} "
                why += f"{lot.lines[0].unit_price}"
                raise PropertyBroken(19, why, visit, fewer=few, more=lot)

        steps = st.sampled_from([Decimal(each) for each in (1, 2, 5, 10, 100)])
        self.prove(19, check, self.visits(most_lines=1, codes=False, named=False), steps)

    def test_20_graduated_continuity(self) -> None:
        """The total of a graduated price is continuous and never falls as the quantity grows.

        Must not hold for items that some list prices by breaks which count for all units, where the total may fall, nor
        where another quantity takes its price from another list.
        """
        if not any(each.breaks is BreakPricing.GRADUATED for each in self.book.lists):
            pytest.skip("the book has no list with graduated prices")
        prices = [row.amount for each in self.book.lists for row in each.rows]
        prices += [item.base_unit_price for item in self.book.items]
        priciest = max([price.amount for price in prices if price is not None])

        def check(visit: Visit, more: Decimal) -> None:
            line = visit.cart.lines[0]
            assume(_one_break_for_all_units(self.book, line.item))
            book = finest(self.till.around(visit))
            one = visit.bare().with_lines([CartLine(line.item, line.quantity)])
            lot = one.with_lines([CartLine(line.item, EXACT.add(line.quantity, more))])
            few, many = self.till.quote(one, book), self.till.quote(lot, book)
            assume(_sources(few) == _sources(many))
            rise = EXACT.subtract(many.subtotal.amount, few.subtotal.amount)
            if not -_NEARLY <= rise <= EXACT.add(EXACT.multiply(more, priciest), _NEARLY):
                why = f"{line.quantity} cost {few.subtotal}, {many.cart.lines[0].quantity} cost {many.subtotal}"
                raise PropertyBroken(20, why, visit, fewer=few, more=many)

        steps = st.sampled_from([_LITTLE, *(Decimal(each) for each in (1, 2, 5, 10, 100))])
        self.prove(20, check, self.visits(most_lines=1, codes=False, named=False), steps)

    def test_21_line_split_invariance(self) -> None:
        """One line of q1 + q2 and two lines of q1 and q2 come to the same total.

        Must not hold for rounding of lines (done as finely as it goes here), breaks between the quantities (drawn
        again), lowest prices (not heeded here), and offers that count, pay or pick each line for itself (left out). Of
        offers that take single units one is left, because the next would find units that cost less than others of
        their line; beside it those are left out that ask whether a line has a discount, and all of them where
        percentages are of the original price. Where each line gets its best offer alone, all on units are.
        """

        def check(visit: Visit, part: Decimal) -> None:
            line = visit.cart.lines[0]
            assume(part < line.quantity)
            halves = (evolve(line, quantity=part), evolve(line, quantity=line.quantity - part, number=0))
            self._compare(21, visit, visit.with_lines((*halves, *visit.cart.lines[1:])), line, part)

        parts = st.sampled_from([Decimal(each) for each in ("1", "2", "3", "0.5", "5")])
        self.prove(21, check, self.visits(codes=False, named=False), parts)

    def test_22_line_merge_invariance(self) -> None:
        """Two lines of the same item and one line of both quantities come to the same total; as 21 the other way."""

        def check(visit: Visit, part: Decimal) -> None:
            line = visit.cart.lines[-1]
            twin = evolve(line, quantity=part, number=0)
            merged = visit.with_lines((*visit.cart.lines[:-1], evolve(line, quantity=line.quantity + part)))
            self._compare(22, merged, visit.with_lines((*visit.cart.lines, twin)), merged.cart.lines[-1], part)

        parts = st.sampled_from([Decimal(each) for each in (1, 2, 7)])
        self.prove(22, check, self.visits(codes=False, named=False), parts)

    def _compare(self, number: int, whole: Visit, split: Visit, line: CartLine, part: Decimal) -> None:
        book = self.till.around(whole)
        book = finest(_without_lines_of_their_own(book, _discounting(self.till.quote(whole, book))))
        alone = [self._price(whole, line, quantity) for quantity in (part, line.quantity - part, line.quantity)]
        assume(len(set(alone)) == 1)
        one, two = self.till.quote(whole, book), self.till.quote(split, book)
        if abs(one.subtotal.amount - two.subtotal.amount) > _NEARLY:
            why = f"{line.quantity} x {line.item} in one line: {one.subtotal}, in two: {two.subtotal}, nothing rounded"
            raise PropertyBroken(number, why, whole, in_one_line=one, in_two_lines=two)

    def _price(self, visit: Visit, line: CartLine, quantity: Decimal) -> Decimal:
        alone = visit.with_lines([CartLine(line.item, quantity)])
        return self.till.quote(alone, same_prices(self.till.around(visit))).lines[0].unit_price.amount

    def test_23_quantity_homogeneity(self) -> None:
        """Copies of a cart cost at most as many times as much.

        Must not hold for what is given once (amounts off the order or a line, fixed coupons, charges), for maxima,
        for values and exclusions that a larger cart loses, and for rising breaks: those offers and items are left
        out. Rounding is done as finely as it goes.
        """
        rising = rising_items(self.book)

        def check(visit: Visit, times: int) -> None:
            assume(not any(line.item in rising for line in visit.cart.lines))
            book = finest(_repeatable(self.till.around(visit)))
            one = self.till.quote(visit, book)
            many = self.till.quote(evolve(visit, cart=copies(visit.cart, times)), book)
            if many.subtotal.amount - one.subtotal.amount * times > _NEARLY:
                why = f"one cart costs {one.subtotal}, {times} of it {many.subtotal}"
                raise PropertyBroken(23, why, visit, one=one, copies=many)

        self.prove(23, check, self.visits(codes=False, named=False), st.integers(2, 5))


def _one_break_for_all_units(book: PriceBook, item: str) -> bool:
    """Return whether no list has several breaks for ``item`` that count for all units, or ends at some quantity."""
    for each in book.lists:
        rows = [row for row in each.rows if row.item in {"", item}]
        breaks = {row.min_quantity for row in rows}
        if any(row.max_quantity is not None for row in rows):
            return False
        if each.breaks is BreakPricing.ALL_UNITS and len(breaks) > 1:
            return False
    return True


def _sources(quote: Quote) -> tuple[str, ...]:
    steps = quote.lines[0].explanation.steps
    return tuple([value for step in steps for name, value in step.params if name == "source"])


def _discounting(quote: Quote) -> frozenset[str]:
    return frozenset([discount.offer for line in quote.lines for discount in line.discounts])


def _without_lines_of_their_own(book: PriceBook, applied: frozenset[str]) -> PriceBook:
    """Return the book without offers that count or pay each line for itself, or stand or fall line by line.

    Of the offers on single units that are ``applied`` to the cart the first is left, alone with plain ones.
    """
    kept = [each for each in book.offers if not _looks_at_lines(each)]
    if book.combination.unit_pick in _BY_LINE or book.combination.selection in {
        Selection.BEST_SINGLE,
        Selection.CONCURRENCY,
    }:
        kept = [each for each in kept if each.plain]
    first = next((each for each in kept if not each.plain and each.id in applied), None)
    if first is not None:
        beside = book.combination.base is PercentBase.REMAINING
        kept = [each for each in kept if each is first or (beside and each.plain and not _asks_for_discounts(each))]
    combination = evolve(book.combination, heed_lowest_price=False)
    return evolve(without_offers(book), offers=tuple(kept), combination=combination)


def _asks_for_discounts(offer: Offer) -> bool:
    return offer.exclusive is Exclusivity.LINE or not offer.applies_to_discounted


def _looks_at_lines(offer: Offer) -> bool:
    if offer.exclusive is Exclusivity.LINE and not offer.plain:
        return True
    if any(pick in _BY_LINE for benefit in offer.benefits for pick in _picks(benefit)):
        return True
    if any(isinstance(each, Tiered) and each.measure is TierMeasure.LINE_VALUE for each in offer.benefits):
        return True
    return _is_of_line(offer) or any(_counts_each_line(each) for each in offer.conditions)


def _picks(benefit: Benefit) -> Iterator[UnitPick]:
    """Yield what the benefit itself says of the units that it takes first."""
    for holder in (benefit, getattr(benefit, "caps", None)):
        for name in ("buy_pick", "get_pick", "first"):
            pick = getattr(holder, name, None)
            if isinstance(pick, UnitPick):
                yield pick


def _is_of_line(offer: Offer) -> bool:
    return any(isinstance(each, PlainBenefit) and each.spread is Spread.EACH_LINE for each in offer.benefits)


def _counts_each_line(condition: object) -> bool:
    if isinstance(condition, AllOf | AnyOf):
        return any(_counts_each_line(each) for each in condition.conditions)
    if isinstance(condition, Not):
        return _counts_each_line(condition.condition)
    return isinstance(condition, QuantityBetween) and condition.counted is Counted.EACH_LINE


def _repeatable(book: PriceBook) -> PriceBook:
    """Return the book with the offers that a larger cart gets at least as often."""
    offers = tuple(each for each in book.offers if _repeats(each))
    return evolve(without_offers(book), offers=offers, charges=(), margin=None)


def _repeats(offer: Offer) -> bool:
    return (
        offer.plain
        and not _is_of_line(offer)
        and not (offer.on_order and isinstance(offer.benefits[0], AmountOff | SetPrice))
        and offer.exclusive is Exclusivity.NO
        and offer.applies_to_discounted
        and not any(_can_be_lost(each, of_order=offer.on_order) for each in offer.conditions)
    )


def _can_be_lost(condition: object, *, of_order: bool) -> bool:
    if isinstance(condition, AllOf | AnyOf):
        return any(_can_be_lost(each, of_order=of_order) for each in condition.conditions)
    if isinstance(condition, Not):
        return True
    if isinstance(condition, QuantityBetween):
        return condition.maximum is not None
    return of_order and isinstance(condition, ValueAtLeast)
