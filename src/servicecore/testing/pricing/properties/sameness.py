"""Properties of sameness: the order of things, repetition and storage change nothing."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import pytest
from attrs import evolve
from hypothesis import assume
from hypothesis import strategies as st

from servicecore.kernel.allocation import Remainder
from servicecore.kernel.money import Money
from servicecore.pricing import CartLine, CouponUsage, OfferOrder, PriceBook, Quote, QuoteLine, UsageCount
from servicecore.pricing.promotions.combination import Tie, UnitPick
from servicecore.pricing.promotions.offer_parts import OfferParts
from servicecore.storage.codec import JsonCodec
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.carts import UNKNOWN_CODE
from servicecore.testing.pricing.probe import PricingProbe
from servicecore.testing.pricing.visit import Visit

RANDOM = st.randoms(use_true_random=False)
_BY_POSITION: Final = frozenset(
    {Remainder.FIRST_LINES, Remainder.REVERSED, Remainder.LAST_LINE, Remainder.HALF_DOWN_FIRST}
)


class SamenessProperties(PricingProbe):
    """Properties 7, 8, 9, 10, 11, 38 and 43."""

    def test_07_line_order_independence(self) -> None:
        """Permuting the lines, which keep their numbers, permutes the quote: every line costs what it did.

        Odd cents go by the lines' numbers, so that also ties stay where they were. Must not hold where units are
        picked as they lie in the basket; where remainders go by position, a line may move by one minor unit for each
        of its discounts. Between two lines of one item an offer on single units may choose either: they are not
        looked at one by one, and with several such offers not at all.
        """
        combination = self.book.combination
        if combination.unit_pick is UnitPick.BASKET:
            pytest.skip("units are picked as they lie in the basket")
        by_position = combination.remainder in _BY_POSITION or combination.tie is Tie.LAST

        def check(visit: Visit, order: Random) -> None:
            lines = list(visit.cart.lines)
            order.shuffle(lines)
            straight, turned = self.till.quote(visit), self.till.quote(visit.with_lines(lines))
            alike, on_units = _alike(visit), self._on_units(visit, straight)
            assume(not alike or on_units <= 1)
            for line in straight.lines:
                other = turned.line(line.number)
                if other is not None and by_position and _nearly(line, other):
                    continue
                if on_units and line.item in alike:
                    continue
                if other is None or (other.net, other.tax) != (line.net, line.tax):
                    why = f"line {line.number} costs {line.net} in one order, {other and other.net} in the other"
                    raise PropertyBroken(7, why, visit, as_it_is=straight, lines_permuted=turned)
            if straight.total != turned.total and not by_position:
                raise PropertyBroken(7, "the totals differ", visit, as_it_is=straight, lines_permuted=turned)

        self.prove(7, check, self.visits(), RANDOM)

    def _on_units(self, visit: Visit, quote: Quote) -> int:
        """Return how many offers on single units are in the quote."""
        applied = {discount.offer for line in quote.lines for discount in line.discounts}
        return sum(1 for offer in self.till.around(visit).offers if offer.id in applied and not offer.plain)

    def test_08_offer_order_independence(self) -> None:
        """The same offers in another order in the book, and with them the same coupons, give the same quote.

        Priorities decide, then kind and id; nothing goes by the place in the file. Must not hold where the book orders
        its offers by place, as the orders ``as_given``, ``buy_get_first``, and ``priority`` among equals do.
        """
        by_place = _offers_by_place(self.book)
        if by_place:
            pytest.skip(by_place)

        def check(visit: Visit, order: Random) -> None:
            book = self.till.around(visit)
            offers, coupons = list(book.offers), list(book.coupons)
            order.shuffle(offers)
            order.shuffle(coupons)
            straight = self.till.quote(visit)
            turned = self.till.quote(visit, evolve(book, offers=tuple(offers), coupons=tuple(coupons)))
            if turned != straight:
                raise PropertyBroken(8, _difference(straight, turned), visit, as_it_is=straight, permuted=turned)

        self.prove(8, check, self.visits(), RANDOM)

    def test_09_idempotence(self) -> None:
        """Quoting the cart that a quote carries gives the quote again: adjustments never count twice."""

        def check(visit: Visit) -> None:
            first = self.till.quote(visit)
            again = self.till.quote(evolve(visit, cart=first.cart))
            if again != first:
                raise PropertyBroken(9, _difference(first, again), visit, first=first, its_cart_again=again)

        self.prove(9, check, self.visits())

    def test_10_determinism(self) -> None:
        """The same question to the same book, and to the same book compiled anew, is answered with the same bytes."""
        codec = JsonCodec()

        def check(visit: Visit) -> None:
            first, second = self.till.quote(visit), self.till.quote(visit)
            anew = self.till.quote(visit, self.till.around(visit))
            for other in (second, anew):
                if codec.encode(other) != codec.encode(first):
                    raise PropertyBroken(10, _difference(first, other), visit, first=first, second=other)

        self.prove(10, check, self.visits())

    def test_11_purity(self) -> None:
        """Quoting changes neither the cart nor the book nor the coupons' usage."""
        codec, book = JsonCodec(), codec_text(self.book)
        usage = CouponUsage(tuple(UsageCount(each.id, 1) for each in self.book.coupons))

        def check(visit: Visit) -> None:
            before = (codec.encode(visit.cart), codec.encode(usage))
            quote = self.till.quote(visit, facts=(usage,))
            if (codec.encode(visit.cart), codec.encode(usage)) != before:
                raise PropertyBroken(11, "the cart or the usage is another after the quote", visit, quote=quote)
            if len(book) < _LONG and codec_text(self.book) != book:
                raise PropertyBroken(11, "the book is another after the quote", visit, quote=quote)

        self.prove(11, check, self.visits())
        assert codec_text(self.book) == book, "quoting changed the book"

    def test_38_removal(self) -> None:
        """A line or code that is added and removed again leaves the first quote."""

        def check(visit: Visit) -> None:
            first = self.till.quote(visit)
            line = first.cart.lines[0]
            lines = (*first.cart.lines, CartLine(line.item, line.quantity))
            more = evolve(visit, cart=evolve(first.cart, lines=lines, codes=(*first.cart.codes, UNKNOWN_CODE)))
            larger = self.till.quote(more)
            less = evolve(larger.cart, lines=larger.cart.lines[:-1], codes=larger.cart.codes[:-1])
            again = self.till.quote(evolve(visit, cart=less))
            if again != first:
                raise PropertyBroken(38, _difference(first, again), visit, first=first, added_and_removed=again)

        self.prove(38, check, self.visits())

    def test_43_serialisation(self) -> None:
        """A quote written as JSON and read back is equal, and a book stored the other way round gives the same quote.

        The rows of a list keep their order: it is their rule under ``first_match``; so do offers where the book orders
        them by place.
        """
        codec = JsonCodec()

        def check(visit: Visit) -> None:
            quote = self.till.quote(visit)
            read = codec.decode(Quote, codec.encode(quote))
            if read != quote or codec.encode(read) != codec.encode(quote):
                raise PropertyBroken(43, "the quote is another after JSON", visit, quote=quote, read_back=read)
            turned = self.till.quote(visit, _turned(self.till.around(visit)))
            if turned != quote:
                raise PropertyBroken(43, _difference(quote, turned), visit, as_it_is=quote, stored_backwards=turned)

        self.prove(43, check, self.visits())


_LONG = 50_000


def codec_text(book: PriceBook) -> str:
    """Return the book as canonical JSON."""
    of_charges = [condition for charge in book.charges for condition in charge.conditions]
    parts = OfferParts.named_in(book.offers, book.combination, of_charges)
    return JsonCodec(added=parts.by_base()).encode(book)


def _turned(book: PriceBook) -> PriceBook:
    names = ["items", "lists", "coupons", "charges", "conversions"]
    if not _offers_by_place(book):
        names.append("offers")
    parts: dict[str, Any] = {name: getattr(book, name)[::-1] for name in names}
    return evolve(book, **parts)


def _offers_by_place(book: PriceBook) -> str:
    """Return why the place of offers in the book counts; empty where it does not."""
    order, priorities = book.combination.order, [each.priority for each in book.offers]
    if order in {OfferOrder.AS_GIVEN, OfferOrder.BUY_GET_FIRST}:
        return f"offers are applied in the order {order.value}, by their place in the book"
    if order is OfferOrder.PRIORITY and len(set(priorities)) < len(priorities):
        return "offers of one priority are applied by their place in the book"
    return ""


def _nearly(line: QuoteLine, other: QuoteLine) -> bool:
    """Return whether two prices of a line differ by no more than a minor unit for each discount."""
    step = Money.from_minor(1, line.net.currency).amount
    return abs((line.net - other.net).amount) <= step * max(len(line.discounts), len(other.discounts))


def _difference(one: Quote, other: Quote) -> str:
    """Return the first thing in which two quotes differ."""
    if one.total != other.total:
        return f"the totals are {one.total} and {other.total}"
    for line, twin in zip(one.lines, other.lines, strict=False):
        if line.net != twin.net:
            return f"line {line.number} costs {line.net} and {twin.net}"
        if line != twin:
            return f"line {line.number} is explained differently"
    return "what was not applied, or why, differs"


def _alike(visit: Visit) -> frozenset[str]:
    """Return the items that stand in several lines."""
    items = [line.item for line in visit.cart.lines]
    return frozenset([item for item in items if items.count(item) > 1])
