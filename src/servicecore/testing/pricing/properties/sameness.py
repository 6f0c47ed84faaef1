"""Properties of sameness: the order of things, repetition and storage change nothing."""

from __future__ import annotations

from random import Random
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from servicecore.pricing import CartLine, CouponUsage, PriceBook, Quote, UsageCount
from servicecore.pricing.promotions.offer_parts import OfferParts
from servicecore.storage.codec import JsonCodec
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.carts import UNKNOWN_CODE
from servicecore.testing.pricing.probe import PricingProbe
from servicecore.testing.pricing.visit import Visit

RANDOM = st.randoms(use_true_random=False)


class SamenessProperties(PricingProbe):
    """Properties 7, 8, 9, 10, 11, 38 and 43."""

    def test_07_line_order_independence(self) -> None:
        """Permuting the lines, which keep their numbers, permutes the quote: every line costs what it did.

        Odd cents go by the lines' numbers, so that also ties stay where they were. Must not hold for remainders
        that go by position.
        """

        def check(visit: Visit, order: Random) -> None:
            lines = list(visit.cart.lines)
            order.shuffle(lines)
            straight, turned = self.till.quote(visit), self.till.quote(visit.with_lines(lines))
            for line in straight.lines:
                other = turned.line(line.number)
                if other is None or (other.net, other.tax) != (line.net, line.tax):
                    why = f"line {line.number} costs {line.net} in one order, {other and other.net} in the other"
                    raise PropertyBroken(7, why, visit, as_it_is=straight, lines_permuted=turned)
            if straight.total != turned.total:
                raise PropertyBroken(7, "the totals differ", visit, as_it_is=straight, lines_permuted=turned)

        self.prove(7, check, self.visits(), RANDOM)

    def test_08_offer_order_independence(self) -> None:
        """The same offers in another order in the book, and with them the same coupons, give the same quote.

        Priorities decide, then kind and id; nothing goes by the place in the file.
        """

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

        The rows of a list keep their order: it is their rule under ``first_match``.
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
    parts = OfferParts.named_in(book.offers, book.combination)
    return JsonCodec(added=parts.by_base()).encode(book)


def _turned(book: PriceBook) -> PriceBook:
    parts: dict[str, Any] = {
        name: getattr(book, name)[::-1] for name in ("items", "lists", "offers", "coupons", "charges", "conversions")
    }
    return evolve(book, **parts)


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
