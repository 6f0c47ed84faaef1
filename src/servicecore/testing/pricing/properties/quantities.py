"""Properties of quantities: breaks fall, lines split and merge, copies of a cart cost no more each."""

from __future__ import annotations

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
    ValueAtLeast,
)
from servicecore.pricing.lint import rising_items
from servicecore.pricing.promotions.benefits import PlainBenefit
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.carts import copies
from servicecore.testing.pricing.probe import PricingProbe, without_offers
from servicecore.testing.pricing.scaled import finest, same_prices
from servicecore.testing.pricing.visit import Visit

_NEARLY: Final = Decimal("1e-9")
_LITTLE: Final = Decimal("0.001")


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
        priciest = max([row.amount.amount for each in self.book.lists for row in each.rows if row.amount is not None])

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
        again), and offers that count or pay each line for itself (left out); nor, where each line gets its best offer
        alone, for those on units of several lines (left out too).
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
        book = finest(_without_lines_of_their_own(self.till.around(whole)))
        alone = [self._price(whole, line, quantity) for quantity in (part, line.quantity - part, line.quantity)]
        assume(len(set(alone)) == 1)
        one, two = self.till.quote(whole, book), self.till.quote(split, book)
        if abs(one.subtotal.amount - two.subtotal.amount) > _NEARLY:
            why = f"{line.quantity} x {line.item} in one line: {one.subtotal}, in two: {two.subtotal}"
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


def _without_lines_of_their_own(book: PriceBook) -> PriceBook:
    """Return the book without offers that count or pay each line for itself, or stand or fall line by line."""
    by_line = book.combination.selection in {Selection.BEST_SINGLE, Selection.CONCURRENCY}
    kept = (each for each in book.offers if not _looks_at_lines(each) and (each.plain or not by_line))
    return evolve(without_offers(book), offers=tuple(kept))


def _looks_at_lines(offer: Offer) -> bool:
    return _is_of_line(offer) or any(_counts_each_line(each) for each in offer.conditions)


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
