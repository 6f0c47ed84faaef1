"""The engine on PostgreSQL: the same day's work as on any other store, proved, and random commands."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import ClassVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.storage.tea_trade import AGENT, NOW, open_trade, tea_cart, trade

from servicecore import orders, pricing
from servicecore.engine import ServiceCore
from servicecore.engine.execute import execute
from servicecore.engine.requests import Request
from servicecore.engine.sources import RandomIds
from servicecore.errors import Refused
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.kernel.operations import AggregateKind
from servicecore.storage.ports import Document, LoggedEvent
from servicecore.testing.aggregates import BaseAggregateMachine
from servicecore.testing.postgres import PostgresServer
from servicecore.testing.stores.races import at_once


def day(url: str) -> tuple[list[LoggedEvent], list[object]]:
    clock = FixedClock(NOW)
    with open_trade(url, clock) as core:
        order, case = trade(core, clock)
        state = core.locate(order, "order")[1]

        assert isinstance(state, orders.Order)
        assert state.ledger.captured() == Money("8.10", "EUR")  # 2 of 3 teas at 4.50, less a tenth
        assert core.find("invoice", "order", order) == ("invoice-1",)
        assert core.search("case", "TEE") == (case,)
        assert core.runtime.store.outbox() == ()
        assert list(core.verify()) == []
        store = core.runtime.store
        return list(store.log()), list(store.documents())


def test_a_day_of_trade_leaves_the_same_on_every_store(postgres_url: str) -> None:
    assert day(postgres_url) == day("memory:")


def test_what_was_written_last_is_changed_without_a_look(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another session wrote meanwhile is looked at, once its version and digest are found."""
    looks: list[str] = []
    with open_trade(postgres_url, FixedClock(NOW)) as here, open_trade(postgres_url, FixedClock(NOW)) as there:
        desk = here.acting_as(AGENT)
        order = desk.execute(orders.PlaceOrder(quote=desk.quote(tea_cart()), tenders=(orders.OnAccount(),))).id
        real = here.runtime.store.load

        def load(kind: str, identity: str) -> Document | None:
            looks.append(identity)
            return real(kind, identity)

        monkeypatch.setattr(here.runtime.store, "load", load)
        execute(here.runtime, Request(orders.AddNote(order, "one"), AGENT))
        assert looks == []
        execute(there.runtime, Request(orders.AddNote(order, "two"), AGENT))
        execute(here.runtime, Request(orders.AddNote(order, "three"), AGENT))
        assert looks == [order]
        assert [note.text for note in desk.get(order).notes] == ["one", "two", "three"]
        assert list(here.verify()) == []


def test_the_last_uses_of_a_coupon_go_to_as_many_orders(postgres_url: str) -> None:
    """A coupon for 3 orders, 5 threads: 3 are placed, 2 refused, whoever comes first."""
    with open_trade(postgres_url, FixedClock(NOW), RandomIds()) as core:
        desk = core.acting_as(AGENT)
        quotes = [desk.quote(tea_cart()) for _ in range(5)]

        def place(quote: pricing.Quote) -> str:
            try:
                desk.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),)))
            except Refused as refusal:
                return refusal.problems[0].code
            return "placed"

        assert (
            sorted(at_once(*(partial(place, quote) for quote in quotes)))
            == ["coupon.limit_reached"] * 2 + ["placed"] * 3
        )
        assert core.count("order") == 3
        assert list(core.verify()) == []


class OrderMachine(BaseAggregateMachine):
    kind: ClassVar[AggregateKind[orders.Order]] = orders.ORDER
    server: ClassVar[PostgresServer]
    tried: ClassVar[Counter[str]]

    def open(self) -> tuple[ServiceCore, FixedClock]:
        clock = FixedClock(NOW)
        self.schema = f"test_{uuid4().hex}"
        return open_trade(self.server.schema_url(self.schema), clock), clock

    def begin(self, core: ServiceCore) -> str:
        desk = core.acting_as(AGENT)
        return desk.execute(orders.PlaceOrder(quote=desk.quote(tea_cart()), tenders=(orders.OnAccount(),))).id

    def teardown(self) -> None:
        if hasattr(self, "core"):
            self.tried.update(commands=self.core.runtime.store.log()[-1].position)
        super().teardown()
        if hasattr(self, "schema"):
            self.server.drop(self.schema)


@pytest.mark.timeout(300)
def test_random_commands_on_an_order(postgres_server: PostgresServer) -> None:
    OrderMachine.server = postgres_server
    OrderMachine.tried = Counter()
    run_state_machine_as_test(
        OrderMachine,
        settings=settings(
            max_examples=5,
            stateful_step_count=10,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert OrderMachine.tried["commands"] > 5
