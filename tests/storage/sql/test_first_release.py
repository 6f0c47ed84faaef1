"""A database that the first release wrote is upgraded, says what it said, and goes on."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.storage.tea_trade import AGENT, NOW, open_trade

from servicecore import orders
from servicecore.cases import Case
from servicecore.engine.sources import RandomIds
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.storage.open_store import open_store
from servicecore.storage.sql.migrate import upgrade
from servicecore.storage.sql.revisions import NEWEST
from servicecore.testing.postgres import PostgresServer

HERE = Path(__file__).parents[2] / "data" / "first_release"
HINT = "an event changed its meaning: give it a new version (before the first release: see make.py beside the data)"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        shutil.copy(HERE / "sqlite.database", tmp_path / "shop.db")
        return f"sqlite:///{tmp_path}/shop.db"
    url = request.getfixturevalue("postgres_url")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    schema = url.rpartition("=")[2]
    with server.session() as session:
        session.execute(f"CREATE SCHEMA {schema}")
        session.execute(f"SET search_path = {schema}")
        session.execute((HERE / "postgres.sql").read_bytes())
    return url


def test_an_old_database_is_upgraded_and_still_says_what_it_said(url: str) -> None:
    """Three teas at 4.50 less a tenth are 12.15, two of them 8.10."""
    assert upgrade(url) == NEWEST
    clock = FixedClock(NOW + timedelta(days=3))
    with open_trade(url, clock) as core:
        order = core.locate("order-1", "order")[1]
        case = core.locate("case-1", "case")[1]

        assert list(core.verify()) == [], HINT
        assert isinstance(order, orders.Order)
        assert order.ledger.captured() == Money("8.10", "EUR")
        assert isinstance(case, Case)
        assert case.customer == "C-1"
        assert [entry.event.type_name for entry in core.history("order-2", "order")][-1] == "orders.hold_applied"
        assert core.find("invoice", "order", "order-1") == ("invoice-1",)
        assert core.search("case", "c-1 tee") == ("case-1",)


def test_an_old_database_goes_on(url: str) -> None:
    upgrade(url)
    clock = FixedClock(NOW + timedelta(days=3))
    with open_trade(url, clock, RandomIds()) as core:
        desk = core.acting_as(AGENT)
        desk.execute(orders.ShipLines("order-1"))
        desk.execute(orders.InvoiceShipment("order-1"))
        report = core.run_due()

        assert report.failures == ()
        assert len(core.find("invoice", "order", "order-1")) == 2
        assert list(core.verify()) == [], HINT


def test_an_old_database_keeps_positions_keys_and_counters(url: str) -> None:
    upgrade(url)
    with closing(open_store(url)) as store:
        log = store.log()
        with store.reading() as reader:
            assert reader.counter("coupon:SPRING") == 2
            assert reader.get("receipt:the first order") is not None
        assert [logged.position for logged in log] == list(range(1, len(log) + 1))
        assert list(store.inconsistencies()) == []
