"""Properties of the best choice between offers, and of what exclusive offers hold."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import Final

import pytest
from attrs import evolve
from hypothesis import assume

from servicecore.pricing import (
    Exclusivity,
    Offer,
    OfferTrigger,
    PriceBook,
    Quote,
    Selection,
)
from servicecore.pricing.best_price import Certificate
from servicecore.pricing.promotions.combination import PercentBase
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.probe import PricingProbe, only_offers, without_offers
from servicecore.testing.pricing.scaled import finest
from servicecore.testing.pricing.visit import Visit

_MOST: Final = 6
_SMALL: Final = 3
_NEARLY: Final = Decimal("1e-9")


class BestPriceProperties(PricingProbe):
    """Properties 15, 16, 17, 18 and 45.

    A book whose selection promises no best price is put to the test with the selection `optimal` instead of its own.
    """

    def test_15_best_price_at_least_each_single_offer(self) -> None:
        """No offer alone takes more off than the selection of all of them; with `best_single` off each line.

        Must not hold for exclusive offers that win by rule: only offers that stand beside others are tried, all of one
        priority.
        """
        self._needs_optional()

        def check(visit: Visit) -> None:
            visit, book = visit.bare(), self._optional(visit)
            best = self.till.quote(visit, book)
            for offer in book.offers[:_MOST]:
                alone = self.till.quote(visit, only_offers(book, offer))
                worse = _worse(best, alone)
                if worse:
                    raise PropertyBroken(15, f"{offer.id} alone takes more off {worse}", visit, best=best, alone=alone)

        self.prove(15, check, self.visits(codes=False, named=False))

    def test_16_best_price_monotone_in_offers(self) -> None:
        """Taking a non-exclusive offer out of the book never raises the discount.

        Must not hold for exclusive or mandatory offers and for offers that share a budget.
        """
        self._needs_optional()

        def check(visit: Visit) -> None:
            visit, book = visit.bare(), self._optional(visit)
            best = self.till.quote(visit, book)
            for offer in book.offers[:_MOST]:
                fewer = tuple(each for each in book.offers if each is not offer)
                less = self.till.quote(visit, only_offers(book, *fewer))
                worse = _worse(best, less)
                if worse:
                    raise PropertyBroken(16, f"without {offer.id} more is off {worse}", visit, all=best, fewer=less)

        self.prove(16, check, self.visits(codes=False, named=False))

    def test_17_best_price_equals_oracle(self) -> None:
        """On small carts nothing better is found by trying every choice, and the best of them is reached.

        The choices are every offer alone and, with `optimal`, every selection of at most three. What is reached is
        known for offers that lower each line for itself: the best single one of each line. Rounding is done as finely
        as it goes there.
        """
        self._needs_optional()

        def check(visit: Visit) -> None:
            visit, book = visit.bare(), self._optional(visit)
            best = self.till.quote(visit, book)
            for size in range(2 if self._is_single else _SMALL + 1):
                for offers in combinations(book.offers[:_MOST], size):
                    way = self.till.quote(visit, only_offers(book, *offers))
                    worse = _worse(best, way)
                    if worse:
                        names = ", ".join(each.id for each in offers)
                        raise PropertyBroken(17, f"{names} take more off {worse}", visit, best=best, oracle=way)
            self._check_reached(visit, book)

        self.prove(17, check, self.visits(most_lines=3, codes=False, named=False))

    def test_18_exclusive_feasibility(self) -> None:
        """What an exclusive offer holds no other offer touches.

        One that is exclusive on its lines is alone on them, one that is exclusive in the cart alone in it and on its
        charges, none is applied twice to a line, one that takes no discounted lines is the first there, one that stops
        others the last; offers that name each other share no line, and of a group there is one.
        Coupons are not offers: they may stand beside, but an exclusive one that lowers goods stands beside no offer.
        """
        offers = {each.id: each for each in self.book.offers}
        coupons = {each.id for each in self.book.coupons if each.exclusive}

        def check(visit: Visit) -> None:
            quote = self.till.quote(visit)
            taken = [each.offer for line in quote.lines for each in line.discounts]
            taken += [each.offer for charge in quote.charges for each in charge.discounts]
            in_cart = {each for each in taken if each in offers}
            alone = coupons.intersection(taken)
            if alone and in_cart:
                why = f"the exclusive coupon {min(alone)} stands beside {', '.join(sorted(in_cart))}"
                raise PropertyBroken(18, why, visit, quote=quote)
            for line in quote.lines:
                applied = [each.offer for each in line.discounts if each.offer in offers]
                why = _infeasible(applied, in_cart, offers)
                if why:
                    raise PropertyBroken(18, f"line {line.number}: {why}", visit, quote=quote)

        self.prove(18, check, self.visits())

    def test_45_anytime_bound(self) -> None:
        """An optimum cut short is feasible, at least as good as greedy, and states a gap that bounds the loss.

        It is cut short by a work budget of one choice. What greedy reaches is known for offers that lower each line for
        itself: there it is the best there is.
        """
        self._needs_optional()

        def check(visit: Visit) -> None:
            visit, book = visit.bare(), self._optional(visit, optimal=True)
            hasty = evolve(book, combination=evolve(book.combination, work_budget=1))
            full, short = self.till.quote(visit, book), self.till.quote(visit, hasty)
            most, least, bound = _proof(full).value, _proof(short).value, _proof(short).bound
            if not least <= most <= bound:
                why = f"cut short it takes {least} off, at most {bound}, but {most} are possible"
                raise PropertyBroken(45, why, visit, cut_short=short, best=full)
            greedy, short = self.till.quote(visit, _of_lines(book)), self.till.quote(visit, _of_lines(hasty))
            if _proof(short).value < _proof(greedy).value:
                raise PropertyBroken(45, "cut short it is worse than greedy", visit, cut_short=short, greedy=greedy)

        self.prove(45, check, self.visits(codes=False, named=False))

    @property
    def _is_single(self) -> bool:
        return self.book.combination.selection is Selection.BEST_SINGLE

    def _needs_optional(self) -> None:
        if not any(_is_optional(each) for each in self.book.offers):
            pytest.skip("the book has no automatic offer that stands beside others")

    def _optional(self, visit: Visit, *, optimal: bool = False) -> PriceBook:
        """Return the book with its automatic offers that stand beside others, in one lane and of one priority.

        With `best_single` these are offers on lines; otherwise, or where ``optimal``, the selection is `optimal`.
        """
        book = self.till.around(visit)
        offers = [evolve(each, priority=0, lane="") for each in book.offers if _is_optional(each)]
        combination = book.combination
        if self._is_single and not optimal:
            offers = [each for each in offers if not each.on_order]
        else:
            combination = evolve(combination, selection=Selection.OPTIMAL, base=PercentBase.REMAINING)
        assume(offers)
        return evolve(only_offers(book, *offers), combination=combination, charges=(), margin=None)

    def _check_reached(self, visit: Visit, book: PriceBook) -> None:
        book = finest(_of_lines(book))
        best = self.till.quote(visit, book)
        singles = [self.till.quote(visit, only_offers(book, each)) for each in book.offers]
        plain = self.till.quote(visit, without_offers(book))
        for place, line in enumerate(best.lines):
            nets = [each.lines[place].net for each in (plain, *singles)]
            least = min(nets, key=lambda net: net.amount)
            if abs(line.net.amount - least.amount) > _NEARLY:
                why = f"line {line.number} costs {line.net}, the best single offer makes it {least}"
                raise PropertyBroken(17, why, visit, best=best, without_offers=plain)


def _worse(best: Quote, other: Quote) -> str:
    """Return where ``other`` takes more off than ``best`` can; empty where it does not.

    Of two optima the proofs are compared, so that the rounding of lines plays no part; what is not proven counts as far
    as its bound.
    """
    if best.best_price is not None and other.best_price is not None:
        return "the order" if other.best_price.value > best.best_price.bound else ""
    lines = zip(best.lines, other.lines, strict=True)
    return next((f"line {line.number}" for line, rival in lines if rival.net < line.net), "")


def _proof(quote: Quote) -> Certificate:
    if quote.best_price is None:
        raise AssertionError(f"the quote {quote.id} has no proof of its best price")
    return quote.best_price


def _of_lines(book: PriceBook) -> PriceBook:
    """Return the book with the offers that lower each line for itself."""
    return only_offers(book, *[each for each in book.offers if each.plain and not each.on_order])


def _is_optional(offer: Offer) -> bool:
    alone = offer.exclusive is not Exclusivity.NO or offer.names_others or offer.stops or offer.group
    return offer.trigger is OfferTrigger.AUTOMATIC and not alone and offer.applies_to_discounted


def _infeasible(applied: list[str], in_cart: set[str], offers: dict[str, Offer]) -> str:
    for place, name in enumerate(applied):
        offer = offers[name]
        others = ", ".join(sorted(set(applied) - {name}))
        if applied.count(name) > 1:
            return f"{name} is applied twice"
        if others and offer.exclusive is Exclusivity.LINE:
            return f"{name} is exclusive on its lines, and beside it stand {others}"
        if len(in_cart) > 1 and offer.exclusive is Exclusivity.CART:
            return f"{name} is exclusive in the cart, and in it stand {', '.join(sorted(in_cart))}"
        if offer.stops and place + 1 < len(applied):
            return f"{name} stops those after it, and {applied[-1]} comes after it"
        if any(not offer.stands_beside(offers[each]) for each in applied if each != name):
            return f"{name} is not combinable with one of {others}"
        if offer.group and sum(offers[each].group == offer.group for each in in_cart) > 1:
            return f"{name} stands in the group {offer.group}, and beside it another one"
        if place and not offer.applies_to_discounted:
            return f"{name} takes no discounted lines, and comes after {applied[0]}"
    return ""
