"""The probe: what every property needs from the class that a user writes: book, till, taste, and the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, ClassVar, Final

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure, HypothesisException, Unsatisfiable

from servicecore.pricing import Offer, PriceBook
from servicecore.pricing.promotions.endless_repeat import repeats_endlessly
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.carts import visits
from servicecore.testing.pricing.taste import Taste, taste_of
from servicecore.testing.pricing.till import Till
from servicecore.testing.pricing.visit import Visit

_PREPARED: Final = "_servicecore_prepared"


class PricingProbe:
    """A book under test, and how thoroughly.

    Attributes:
        book: the price book; the one thing that a subclass has to give.
        max_examples: how many carts each property tries.
        derandomize: whether every run tries the same carts.
        channels: further sales channels that carts come from.
        customer_groups: further groups of customers.
        at: quote only at this instant; None takes the edges of the book's validities.
        fractions: whether quantities may be fractions, such as 0.5 kg.
        tolerated: numbers of properties that this book may break, each with the reason, which the report shows.

    """

    book: ClassVar[PriceBook]
    max_examples: ClassVar[int] = 50
    derandomize: ClassVar[bool] = False
    channels: ClassVar[tuple[str, ...]] = ()
    customer_groups: ClassVar[tuple[str, ...]] = ()
    at: ClassVar[datetime | None] = None
    fractions: ClassVar[bool] = False
    tolerated: ClassVar[Mapping[int, str]] = {}

    @property
    def till(self) -> Till:
        """Return the till of the book, made once for the class."""
        return self._prepare()[0]

    @property
    def taste(self) -> Taste:
        """Return the taste for the book, made once for the class."""
        return self._prepare()[1]

    def _prepare(self) -> tuple[Till, Taste]:
        cls = type(self)
        prepared: tuple[Till, Taste] | None = cls.__dict__.get(_PREPARED)
        if prepared is None or prepared[0].book is not cls.book:
            till = Till(cls.book)
            taste = taste_of(till, channels=cls.channels, groups=cls.customer_groups, fractions=cls.fractions)
            prepared = (till, taste)
            setattr(cls, _PREPARED, prepared)
        return prepared

    def visits(
        self, *, most_lines: int = 4, codes: bool = True, named: bool = True, by_hand: bool = False
    ) -> st.SearchStrategy[Visit]:
        """Return carts of the book with the instant of their quote."""
        drawn = visits(self.taste, most_lines=most_lines, codes=codes, named=named, by_hand=by_hand)
        at = self.at
        return drawn if at is None else drawn.map(lambda visit: visit.at_instant(at))

    def prove(
        self, number: int, check: Callable[..., None], *drawn: st.SearchStrategy[Any], most: int = 10_000
    ) -> None:
        """Look for values of ``drawn`` on which ``check`` fails, and raise its failure on the smallest found."""
        if number in self.tolerated:
            pytest.skip(f"tolerated: {self.tolerated[number]}")
        search = settings(
            max_examples=min(self.max_examples, most),
            derandomize=self.derandomize,
            database=None if self.derandomize else settings().database,
            deadline=None,
            print_blob=False,
            report_multiple_bugs=False,
            phases=[each for each in Phase if each is not Phase.explain],
            suppress_health_check=list(HealthCheck),
        )
        try:
            search(given(*drawn)(_telling_the_cart(number, check)))()
        except Unsatisfiable:
            pytest.skip(f"property {number}: no cart drawn from this book puts it to the test")
        except FlakyFailure as flaky:
            # The engine answers differently when asked again: what it did the first time is the finding.
            first = next((each for each in flaky.exceptions if isinstance(each, PropertyBroken)), None)
            raise first or flaky from None


def _telling_the_cart(number: int, check: Callable[..., None]) -> Callable[..., None]:
    """Return ``check`` with every exception of the engine told with the cart on which it fails."""

    @wraps(check)
    def told(**drawn: Any) -> None:
        try:
            check(**drawn)
        except (PropertyBroken, HypothesisException):
            raise
        except Exception as error:
            visit = next((each for each in drawn.values() if isinstance(each, Visit)), None)
            if visit is None:
                raise
            raise PropertyBroken(number, f"{type(error).__name__}: {error}", visit) from error

    return told


def without_offers(book: PriceBook) -> PriceBook:
    """Return the book without offers and coupons."""
    return evolve(book, offers=(), coupons=())


def with_offers(book: PriceBook, *offers: Offer) -> PriceBook:
    """Return the book with ``offers`` beside its own."""
    return evolve(book, offers=(*book.offers, *_once(book, offers)))


def only_offers(book: PriceBook, *offers: Offer) -> PriceBook:
    """Return the book with ``offers`` instead of its own offers, and no coupons."""
    return evolve(without_offers(book), offers=_once(book, offers))


def _once(book: PriceBook, offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """Return ``offers``, each applied once where the book would repeat it without end and therefore refuse it."""
    bounded = []
    for offer in offers:
        endless = repeats_endlessly(offer, book.combination)
        bounded.append(evolve(offer, limits=evolve(offer.limits, per_basket=1)) if endless else offer)
    return tuple(bounded)
