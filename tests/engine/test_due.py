"""Due work: each crossing once, in order, with both instants, also after downtime; one failure stops nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicecore import orders
from servicecore.engine.execute import execute
from servicecore.errors import ServiceCoreError

HOUR = timedelta(hours=1)


def hold_until(shop: Any, order: str, hours: int, hold: str = "agent") -> None:
    until = shop.clock.now() + hours * HOUR
    shop.agent.execute(orders.ApplyHold(order, hold=hold, until=until), reason="other")


def expired(shop: Any, order: str) -> list[tuple[datetime, datetime]]:
    return [
        (entry.event.crossed_at, entry.at)
        for entry in shop.core.history(order)
        if entry.event.type_name == "orders.hold_expired"
    ]


def test_nothing_happens_before_its_time(shop: Any) -> None:
    order = shop.place()
    hold_until(shop, order, 5)
    shop.core.run_due()
    before = shop.snapshot()
    shop.clock.advance(5 * HOUR - timedelta(microseconds=1))
    assert (shop.core.run_due().woken, shop.snapshot()) == (0, before)


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_after_downtime_everything_missed_happens_once_in_order(store: str, open_shop: Any, tmp_path: Any) -> None:
    """Holds of 2, 3 and 5 hours lapse at 11, 12 and 14 o'clock; the run at 18 o'clock notes all three."""
    shop = open_shop(None if store == "memory" else f"sqlite:///{tmp_path / 'shop.db'}")
    order = shop.place()
    for hours, hold in ((3, "agent"), (2, "payment"), (5, "address")):
        hold_until(shop, order, hours, hold)
    shop.clock.advance(9 * HOUR)
    report = shop.core.run_due()
    assert (report.woken, report.events, report.failures) == (1, 3, ())
    run = datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert expired(shop, order) == [(datetime(2026, 3, 2, hour, tzinfo=UTC), run) for hour in (11, 12, 14)]
    before = shop.snapshot()
    assert shop.core.run_due().events == 0
    assert shop.snapshot() == before
    assert shop.core.history(order)[-1].actor.id == "system"


def test_due_aggregates_take_their_turn_earliest_first_up_to_the_limit(shop: Any) -> None:
    late, early = shop.place(), shop.place()
    hold_until(shop, late, 4)
    hold_until(shop, early, 2)
    shop.clock.advance(10 * HOUR)
    assert shop.core.run_due(limit=1).woken == 1
    assert (len(expired(shop, early)), len(expired(shop, late))) == (1, 0)
    assert shop.core.run_due(limit=1).woken == 1
    assert len(expired(shop, late)) == 1


@pytest.mark.parametrize("error", [ZeroDivisionError("a bug"), ServiceCoreError("out of order")])
def test_an_aggregate_that_fails_is_reported_and_stops_nobody_else(
    shop: Any, monkeypatch: Any, error: Exception
) -> None:
    broken, sound = shop.place(), shop.place()
    hold_until(shop, broken, 1)
    hold_until(shop, sound, 2)

    def fail_once(runtime: Any, request: Any) -> Any:
        if request.command == orders.ExpireDue(broken):
            raise error
        return execute(runtime, request)

    monkeypatch.setattr("servicecore.engine.due.execute", fail_once)
    shop.clock.advance(3 * HOUR)
    report = shop.core.run_due()
    assert [(each.kind, each.id) for each in report.failures] == [("order", broken)]
    assert str(error) in report.failures[0].reason
    assert (len(expired(shop, broken)), len(expired(shop, sound))) == (0, 1)

    monkeypatch.undo()
    assert shop.core.run_due().woken == 0, "its lease keeps it from the next run for a while"
    shop.clock.advance(timedelta(minutes=5))
    assert shop.core.run_due().failures == ()
    assert expired(shop, broken)[0][0] == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_an_empty_run_says_so(shop: Any) -> None:
    report = shop.core.run_due()
    assert (report.woken, report.events, report.payments) == (0, 0, 0)
    assert (report.failures, report.refused, report.waiting) == ((), (), ())
