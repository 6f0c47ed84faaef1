"""An aggregate whose turn does not move its wake-up on is parked with a clear error; it has no turns forever."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from servicecore import orders
from servicecore.engine import ReleaseWork, WorkStatus, due
from servicecore.engine.execute import execute
from servicecore.engine.receipts import Receipt
from servicecore.engine.requests import SYSTEM, Request
from servicecore.kernel.clock import FixedClock

HOUR = timedelta(hours=1)


def hold_until(shop: Any, order: str, hours: int, hold: str = "agent") -> None:
    until = shop.clock.now() + hours * HOUR
    shop.agent.execute(orders.ApplyHold(order, hold=hold, until=until), reason="other")


@pytest.mark.parametrize("workers", [1, 4])
def test_turns_that_never_move_the_wakeup_end_after_eight_and_park_it(
    shop: Any, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """The broken turn writes a note and leaves the hold as it is; the order beside it goes on."""
    stuck, sound = shop.place(), shop.place()
    hold_until(shop, stuck, 1)
    hold_until(shop, sound, 2)
    turns: Counter[str] = Counter()

    def turn(runtime: Any, request: Any) -> Receipt:
        if isinstance(request.command, orders.ExpireDue):
            turns[request.command.target_id()] += 1
            if request.command.target_id() == stuck:
                return execute(runtime, Request(orders.AddNote(stuck, "woken"), SYSTEM))
        return execute(runtime, request)

    monkeypatch.setattr(due, "execute", turn)
    shop.clock.advance(3 * HOUR)
    report = shop.core.run_due(limit=10_000, workers=workers)

    assert turns == {stuck: 8, sound: 1}
    assert [(each.id, each.parked) for each in report.failures] == [(stuck, True)]
    assert "had its turn and still waits for one at 2026-03-02T10:00:00" in report.failures[0].reason
    (parked,) = shop.core.parked()
    assert (parked.subject, parked.status, parked.attempts) == (stuck, WorkStatus.PARKED, 1)
    shop.clock.advance(1000 * HOUR)
    assert shop.core.run_due().woken == 0
    assert tuple(shop.core.verify()) == ()


def test_a_turn_in_which_nothing_happens_parks_at_once_until_it_is_repaired_and_released(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shop.place()
    hold_until(shop, order, 1)
    version = len(shop.events(order))

    def nothing(runtime: Any, request: Any) -> Receipt:
        if request.command == orders.ExpireDue(order):
            return Receipt("order", order, version)
        return execute(runtime, request)

    monkeypatch.setattr(due, "execute", nothing)
    shop.clock.advance(HOUR)
    report = shop.core.run_due()
    assert [(each.id, each.parked) for each in report.failures] == [(order, True)]

    monkeypatch.undo()
    (parked,) = shop.core.parked()
    shop.manager.execute(ReleaseWork(parked.id))
    assert shop.core.run_due().failures == ()
    assert (shop.core.parked(), shop.events(order)[-1]) == ((), "orders.hold_expired")


def test_turns_that_move_the_wakeup_on_are_as_many_as_it_takes(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each turn sees the clock of its own wake-up, so that three holds take three turns; two would be too many."""
    order = shop.place()
    for hours, hold in ((2, "agent"), (3, "payment"), (5, "address")):
        hold_until(shop, order, hours, hold)
    turns: list[int] = []

    def turn(runtime: Any, request: Any) -> Receipt:
        if request.command == orders.ExpireDue(order):
            turns.append(len(turns))
            with shop.store.reading() as reader:
                wakeup = reader.load("order", order).wakeup
            return execute(evolve(runtime, clock=FixedClock(wakeup)), request)
        return execute(runtime, request)

    monkeypatch.setattr(due, "execute", turn)
    monkeypatch.setattr(due, "_MOST_TURNS", 1)
    shop.clock.advance(9 * HOUR)

    assert shop.core.run_due().failures == ()
    assert len(turns) == 3
    assert shop.events(order).count("orders.hold_expired") == 3
