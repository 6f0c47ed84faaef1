"""Properties of what runs out: the uses of coupons, and budgets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

import pytest
from attrs import evolve
from hypothesis import assume, reject
from hypothesis import strategies as st

from servicecore.engine import Desk, ServiceCore, Settings
from servicecore.errors import Refused
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.ids import CountingIds
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.rounding import EXACT
from servicecore.orders import CancelOrder, OnAccount, PlaceOrder
from servicecore.pricing import (
    Budget,
    Coupon,
    CouponTier,
    CouponValue,
    Measure,
    Offer,
    OfferLimits,
    PercentOff,
    Quote,
)
from servicecore.pricing.check_coupon import LIMIT_REACHED
from servicecore.pricing.promotions import BudgetCheck, Selection
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.probe import PricingProbe, only_offers
from servicecore.testing.pricing.visit import Visit

_CODE: Final = "PROBE-CODE"
_MOST_COURSES: Final = 12


class UseProperties(PricingProbe):
    """Properties 32, 33, 34 and 35.

    They run an installation in memory on the book's goods with a coupon of the probe's own, which may be used so and
    so often: orders count its uses.
    """

    def test_32_ledger_safety(self) -> None:
        """However quotes, orders and cancellations follow each other, no coupon is used beyond its limit.

        A use that is free is given.
        """

        def check(visit: Visit, limit: int, course: list[tuple[str, int]]) -> None:
            with self._open(visit, limit=limit) as (desk, typed):
                quotes: list[Quote] = []
                live: list[str] = []
                for what, place in course:
                    if what == "quote":
                        quotes.append(desk.quote(typed.cart))
                    elif what == "place" and quotes:
                        quote = quotes.pop(place % len(quotes))
                        uses = bool(quote.discount)
                        order = _placed(desk, quote)
                        if uses and (order is not None) is not (len(live) < limit):
                            answer = "given" if order else "refused"
                            why = f"{len(live)} of {limit} uses are taken, and one more is {answer}"
                            raise PropertyBroken(32, why, typed, quote=quote)
                        live += [order] if order and uses else []
                    elif what == "cancel" and live:
                        desk.execute(CancelOrder(live.pop(place % len(live))), reason="customer_request")

        steps = st.tuples(st.sampled_from(("quote", "place", "quote", "cancel")), st.integers(0, 5))
        courses = st.lists(steps, min_size=2, max_size=10).map(lambda each: [("quote", 0), ("quote", 0), *each])
        self._prove_few(32, check, self.visits(codes=False, named=False), st.integers(1, 2), courses)

    def test_33_round_trip(self) -> None:
        """Placing and canceling leaves the counters as they were; the same command with the same key counts once."""

        def check(visit: Visit, limit: int) -> None:
            with self._open(visit, limit=limit) as (desk, typed):
                quote = desk.quote(typed.cart)
                first = desk.execute(PlaceOrder(quote=quote, tenders=(OnAccount(),)), key="probe")
                again = desk.execute(PlaceOrder(quote=quote, tenders=(OnAccount(),)), key="probe")
                desk.execute(CancelOrder(first.id), reason="customer_request")
                placed = [_placed(desk, each) for each in [desk.quote(typed.cart) for _ in range(limit + 1)]]
                if first.id != again.id or [each is not None for each in placed] != [True] * limit + [False]:
                    given = sum(each is not None for each in placed)
                    why = f"after a round trip {given} of {limit} uses are free"
                    raise PropertyBroken(33, why, typed, quote=quote)

        self._prove_few(33, check, self.visits(codes=False, named=False), st.integers(1, 3))

    def test_34_budget_running_total(self) -> None:
        """What an offer takes off all lines of one quote fits into what is left of its budget.

        Tested on an offer of the probe's own and on those of the book. An offer that does not fit is refused or cut, as
        the settings say. Must not hold under `each_share`, which asks the budget for each line alone.
        """
        budgets = {each.id: each.limits.budget for each in self.book.offers if each.limits.budget is not None}
        if self.book.combination.budget_check is BudgetCheck.EACH_SHARE:
            pytest.skip("the book asks its budgets for each line alone")

        def check(visit: Visit, limit: Decimal, used: Decimal) -> None:
            budget = Budget(Measure.AMOUNT, limit, min(used, limit))
            offer = Offer("probe", PercentOff(Decimal(50)), limits=OfferLimits(budget=budget))
            probed = evolve(only_offers(self.till.around(visit), offer), margin=None)
            asked = ((self.till.quote(visit.bare(), probed), {"probe": budget}), (self.till.quote(visit), budgets))
            for quote, known in asked:
                for name, each in known.items():
                    left = EXACT.subtract(each.limit, each.used)
                    taken = [part.amount for line in quote.lines for part in line.discounts if part.offer == name]
                    total = sum_money(taken, quote.currency)
                    if each.measure is Measure.AMOUNT and total.amount > left:
                        raise PropertyBroken(34, f"{name} takes {total}, and {left} is left", visit, quote=quote)

        limits = st.integers(0, 10_000).map(lambda cents: Decimal(cents).scaleb(-2))
        self.prove(34, check, self.visits(), limits, limits)

    def test_35_per_customer_limit(self) -> None:
        """One use a customer is one use, however the code is typed and however many carts stand open.

        Another customer has one too.
        Customers are known by their ids, which are matched to persons by the customers room; blanks around an id are
        refused. Must not hold where anonymous use is allowed by configuration.
        """

        def check(visit: Visit, spelling: str) -> None:
            with self._open(visit, limit_per_customer=1) as (desk, typed):
                parallel = [desk.quote(typed.cart), desk.quote(typed.with_codes(spelling).cart)]
                placed = [_placed(desk, quote) for quote in parallel]
                later = desk.quote(typed.with_codes(spelling).cart)
                other = evolve(typed, cart=evolve(typed.cart, customer="probe-customer-2"))
                free = desk.quote(other.cart)
                if placed[0] is None or placed[1] is not None or later.discount:
                    raise PropertyBroken(35, "a customer used the coupon twice", typed, first=parallel[0], later=later)
                if _coupon_refused(free):
                    raise PropertyBroken(35, "one customer's use counts for another", other, quote=free)

        spellings = st.sampled_from((_CODE.lower(), f" {_CODE} ", "pro be-co de"))
        self._prove_few(35, check, self.visits(codes=False, named=False), spellings)

    def _prove_few(self, number: int, check: Any, *drawn: st.SearchStrategy[Any]) -> None:
        """Prove on few courses: each opens an installation."""
        self.prove(number, check, *drawn, most=_MOST_COURSES)

    @contextmanager
    def _open(
        self, visit: Visit, *, limit: int | None = None, limit_per_customer: int | None = None
    ) -> Iterator[tuple[Desk, Visit]]:
        """Open an installation whose book has one coupon, and return a desk and the visit with its code typed."""
        visit = visit.bare()
        tier = CouponTier(Money.zero(visit.currency), Decimal(50), CouponValue.PERCENT)
        coupon = Coupon("probe", (_CODE,), tiers=(tier,), limit=limit, limit_per_customer=limit_per_customer)
        book = evolve(only_offers(self.till.around(visit)), coupons=(coupon,), margin=None)
        # Without offers there is nothing to select, and the installation has no plugins that could.
        book = evolve(book, combination=evolve(book.combination, selection=Selection.ALL))
        typed = visit.with_codes(_CODE)
        core = ServiceCore.open(
            "memory:",
            settings=Settings(tax_engine="none"),
            book=book,
            autoload=False,
            clock=FixedClock(visit.at),
            ids=CountingIds(),
        )
        with core:
            desk = core.acting_as(Actor("probe", roles=frozenset({"agent", "manager"})))
            try:
                assume(desk.quote(typed.cart).discount)
            except Refused:
                reject()
            yield desk, typed


def _placed(desk: Desk, quote: Quote) -> str | None:
    """Return the id of the order of ``quote``; None where its coupon is used up."""
    try:
        return desk.execute(PlaceOrder(quote=quote, tenders=(OnAccount(),))).id
    except Refused as refused:
        if any(each.code != LIMIT_REACHED.code for each in refused.problems):
            raise
        return None


def _coupon_refused(quote: Quote) -> bool:
    return any(each.rule == _CODE for each in quote.not_applied)
