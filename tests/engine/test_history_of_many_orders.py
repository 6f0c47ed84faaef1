"""What a quote reads of its customer's orders: no more of them where there are a thousand than where there are ten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.conftest import Shop, tea_book

from servicecore import orders, pricing
from servicecore.engine.customer_history import AskedHistory, orders_before
from servicecore.kernel.filing import Filing
from servicecore.kernel.money import Money
from servicecore.orders import RecordedLine, RecordedOrder, RecordOrder
from servicecore.pricing.promotions import OfferCode, OfferLimits
from servicecore.pricing.promotions.conditions import HasFlag, Not, NthOrder, UsesPerCustomer
from servicecore.storage.memory import MemoryStore


@contextmanager
def orders_read(shop: Any) -> Iterator[list[str]]:
    """Note the ids of the orders that are read, placed and recorded ones."""
    read: list[str] = []
    journal = type(shop.core.runtime.journal)
    original = journal.read_state

    def counting(self: Any, kind: Any, document: Any) -> Any:
        if kind.name in {"order", "recorded_order"}:
            read.append(document.id)
        return original(self, kind, document)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "read_state", counting)
        yield read


FIRST = pricing.Offer("FIRST", pricing.PercentOff(10), conditions=(NthOrder(1),))
ASKING = (
    FIRST,
    pricing.Offer("LATER", pricing.PercentOff(1), conditions=(Not(NthOrder(1)),)),
    pricing.Offer("STAFF", pricing.PercentOff(10), conditions=(HasFlag("staff"),)),
    pricing.Offer("SELDOM", pricing.PercentOff(1), conditions=(UsesPerCustomer(2000),)),
    pricing.Offer("LIMITED", pricing.PercentOff(1), limits=OfferLimits(per_customer=2000)),
    pricing.Offer(
        "CODED",
        pricing.PercentOff(1),
        trigger=pricing.OfferTrigger.CODE,
        codes=(OfferCode("TEA", uses_per_customer=2000),),
    ),
)


def test_a_quote_reads_as_many_orders_after_a_thousand_as_after_ten(open_shop: Any) -> None:
    """None: counters know their uses from the beginning, and how many they are the index says."""
    shop = open_shop(book=tea_book(offers=ASKING))
    seen = []
    for more in (10, 990):
        for _ in range(more):
            shop.agent.execute(shop.placing(1, codes=("TEA",)))
        with orders_read(shop) as read:
            placing = shop.placing(1, codes=("TEA",))
            assert shop.agent.check(placing) == ()
        given = {each.offer: each.orders_before for each in placing.quote.offer_uses}
        seen.append((read, given))
    assert [read for read, _given in seen] == [[], []]
    assert [given["LATER"] for _read, given in seen] == [10, 1000]
    assert set(seen[1][1]) == {"LATER", "SELDOM", "LIMITED", "CODED"}


def test_only_orders_are_read_that_used_the_offer_before_somebody_counted(open_shop: Any) -> None:
    """Two orders had the offer when it had no limit, 30 did not; the limit of 3 leaves one use."""
    plain = pricing.Offer("TEN", pricing.PercentOff(10))
    shop = open_shop(book=tea_book(offers=(plain,)))
    used = [shop.place(1), shop.place(1)]
    shop.core.use_book(tea_book(version="2"))
    for _ in range(30):
        shop.place(1)
    limited = evolve(plain, limits=OfferLimits(per_customer=3))
    shop.core.use_book(tea_book(version="3", offers=(limited,)))
    seen = []
    for _ in range(2):
        with orders_read(shop) as read:
            placing = shop.placing(1)
        assert sorted(set(read)) == sorted(used)
        seen.append([each.uses_before for each in placing.quote.offer_uses])
        shop.agent.execute(placing)
    assert seen == [[2], []]


def test_a_store_that_is_filed_by_older_rules_is_read_whole(open_shop: Any) -> None:
    """Until it is upgraded the index does not say which orders were canceled: the first order is the third, not yet."""
    shop = open_shop(book=tea_book(offers=(FIRST,)))
    canceled = shop.place(1)
    shop.manager.execute(orders.CancelOrder(canceled), reason="customer_request")
    store = shop.core.runtime.store
    document = store.load("order", canceled)
    with store.transaction() as transaction:
        indexes = {name: values for name, values in document.indexes.items() if name != "canceled"}
        transaction.refile("order", canceled, document.version, Filing(indexes, document.wakeup, document.claims))
        transaction.put("filing-versions", '{"order": 2}')
    with orders_read(shop) as read:
        assert shop.placing(1).quote.discount == Money("0.45", "EUR")
    assert read == [canceled]
    shop.core.rebuild_indexes()
    with orders_read(shop) as read:
        assert shop.placing(1).quote.discount == Money("0.45", "EUR")
    assert read == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["place", "place", "code", "cancel", "part", "price", "record", "book"]), st.integers(0, 9)
    ),
    max_size=12,
)


class Story:
    """A shop whose offers get limits and lose them, and a customer who orders and cancels."""

    def __init__(self) -> None:
        self.shop = Shop(MemoryStore(), book=self.book(0))
        self.placed: list[str] = []
        self.recorded = 0

    def book(self, number: int) -> pricing.PriceBook:
        limited, coded = bool(number % 2), bool(number % 3)
        limits = OfferLimits(per_customer=50) if limited else OfferLimits()
        conditions = (NthOrder(2),) if number % 4 == 0 else ()
        code = OfferCode("TEA", uses_per_customer=50 if coded else None, cancel_releases_use=number % 5 > 1)
        return tea_book(
            version=f"{number}-{id(self)}",
            offers=(
                pricing.Offer("TEN", pricing.PercentOff(10), conditions=conditions, limits=limits),
                pricing.Offer("CODED", pricing.PercentOff(5), trigger=pricing.OfferTrigger.CODE, codes=(code,)),
            ),
        )

    def step(self, step: str, number: int) -> None:
        agent, manager = self.shop.agent, self.shop.manager
        identity = self.placed[number % len(self.placed)] if self.placed else ""
        if step in {"place", "code"}:
            codes = ("te a",) if step == "code" else ()
            self.placed.append(agent.execute(self.shop.placing(2, codes=codes)).id)
        elif step == "record":
            self.recorded += 1
            four = Money("4.50", "EUR")
            line, nothing = RecordedLine("tea", Decimal(1), four), Money.zero("EUR")
            day = date(2025, 1, 7)
            old = RecordedOrder(f"old-{self.recorded}", "C-1", day, "EUR", (line,), four, nothing, nothing)
            manager.execute(RecordOrder(old))
        elif step == "book":
            self.shop.core.use_book(self.book(number))
        elif identity and self.shop.order(identity).open:
            if step == "price":
                manager.execute(orders.OverridePrice(identity, 1, Money("1.00", "EUR")), reason="loyalty")
            else:
                units = Decimal(1) if step == "part" else None
                manager.execute(orders.CancelLine(identity, 1, units), reason="other")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_what_is_asked_for_is_what_reading_all_orders_says(steps: list[tuple[str, int]]) -> None:
    """The number of orders, the uncounted uses of an offer, and of its code: whatever was ordered and canceled."""
    story = Story()
    try:
        for step in steps:
            story.step(*step)
        runtime = story.shop.core.runtime
        whole = orders_before(runtime, "C-1", AskedHistory(everything=True))
        assert len(whole.orders) == len(story.placed) + story.recorded
        assert orders_before(runtime, "C-1", AskedHistory(number=True)).number == whole.number
        uses = orders_before(runtime, "C-1", AskedHistory(offers=("TEN",))).uncounted
        assert dict(uses) == {name: times for name, times in whole.uncounted if name == "TEN"}
        asked = AskedHistory(number=True, offers=("TEN", "CODED"), codes=("TEA",))
        found = orders_before(runtime, "C-1", asked)
        assert (found.number, found.uncounted) == (whole.number, whole.uncounted)
        of_code = orders_before(runtime, "C-1", AskedHistory(codes=("TEA",)))
        for releases in (True, False):
            code = OfferCode("TEA", cancel_releases_use=releases)
            for each in (found, of_code):
                assert code.uses_in(each.orders, "TEA") == code.uses_in(whole.orders, "TEA")
    finally:
        story.shop.core.close()
