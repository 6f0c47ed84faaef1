"""What fails is tried again after growing pauses, parked at last, listed, and released by command; in order."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore import orders
from servicecore.engine import Process, ReleaseWork, RetryPolicy, WorkStatus, due
from servicecore.engine.execute import execute
from servicecore.errors import InvalidValue, Refused
from servicecore.kernel.operations import Command
from servicecore.orders.operations.add_note import NoteAdded
from servicecore.plugins.api import EventEnvelope, PluginContext, PluginInfo, hookimpl

HOUR = timedelta(hours=1)
PAUSES = [1, 2, 4, 8, 16, 32, 60]
"""Minutes between the eight failures that park, by the defaults."""


def hold_until(shop: Any, order: str, hours: int) -> None:
    until = shop.clock.now() + hours * HOUR
    shop.agent.execute(orders.ApplyHold(order, hold="agent", until=until), reason="other")


def poison(monkeypatch: pytest.MonkeyPatch, order: str) -> list[datetime]:
    """Let the wake-up of one order fail, and note when it was tried."""
    tried: list[datetime] = []

    def failing(runtime: Any, request: Any) -> Any:
        if request.command == orders.ExpireDue(order):
            tried.append(runtime.clock.now())
            raise ZeroDivisionError("a bug")
        return execute(runtime, request)

    monkeypatch.setattr(due, "execute", failing)
    return tried


def park(shop: Any) -> None:
    for minutes in (0, *PAUSES):
        shop.clock.advance(timedelta(minutes=minutes))
        shop.core.run_due()


def held(shop: Any, order: str) -> int:
    events: tuple[str, ...] = shop.events(order)
    return events.count("orders.hold_applied") - events.count("orders.hold_expired")


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_poisoned_due_work_is_tried_eight_times_then_parked_and_stops_nobody(
    open_shop: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    """With the defaults it is tried after 1, 2, 4, 8, 16, 32 and 60 minutes and never again by itself."""
    shop = open_shop(f"sqlite:///{tmp_path / 'shop.db'}" if store == "sqlite" else None)
    bad, good = shop.place(), shop.place()
    hold_until(shop, bad, 1)
    hold_until(shop, good, 1)
    tried = poison(monkeypatch, bad)
    shop.clock.advance(HOUR)
    report = shop.core.run_due()
    assert [(each.id, each.reason, each.parked) for each in report.failures] == [
        (bad, "ZeroDivisionError: a bug", False)
    ]
    assert held(shop, good) == 0
    (work,) = shop.core.retrying()
    assert (work.subject, work.attempts, work.retry_at) == (bad, 1, shop.clock.now() + timedelta(minutes=1))
    for minutes in PAUSES:
        shop.clock.advance(timedelta(minutes=minutes) - timedelta(microseconds=1))
        assert shop.core.run_due().woken == 0, "a pause is kept to the microsecond"
        shop.clock.advance(timedelta(microseconds=1))
        report = shop.core.run_due()
    assert [each.parked for each in report.failures] == [True]
    minutes_between = [(later - earlier) // timedelta(minutes=1) for earlier, later in pairwise(tried)]
    assert minutes_between == PAUSES
    (parked,) = shop.core.parked()
    assert (parked.kind, parked.subject, parked.attempts, parked.error) == ("order", bad, 8, "ZeroDivisionError: a bug")
    assert (parked.failed_at, parked.retry_at, shop.core.retrying()) == (tried[-1], None, ())
    shop.clock.advance(1000 * HOUR)
    assert (shop.core.run_due().woken, len(tried)) == (0, 8)
    assert tuple(shop.core.verify()) == ()


def test_parked_due_work_is_released_by_command_and_done(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    order = shop.place()
    hold_until(shop, order, 1)
    poison(monkeypatch, order)
    shop.clock.advance(HOUR)
    park(shop)
    (parked,) = shop.core.parked()
    with pytest.raises(Refused) as caught:
        shop.agent.execute(ReleaseWork(parked.id))
    assert [problem.code for problem in caught.value.problems] == ["authority.not_permitted"]
    assert [each.code for each in shop.manager.check(ReleaseWork(parked.id, skip=True))] == ["engine.nothing_to_skip"]

    shop.manager.execute(ReleaseWork(parked.id))
    assert shop.core.parked() == ()
    assert shop.core.run_due().failures[0].parked is False, "it fails again and begins to count from one"
    assert shop.core.retrying()[0].attempts == 1
    monkeypatch.undo()
    shop.manager.execute(ReleaseWork(parked.id))
    assert shop.core.run_due().failures == ()
    assert held(shop, order) == 0
    assert (shop.core.parked(), shop.core.retrying()) == ((), ())
    assert [each.code for each in shop.manager.check(ReleaseWork(parked.id))] == ["engine.work_not_open"]
    assert tuple(shop.core.verify()) == ()


def test_a_change_to_a_parked_aggregate_gives_it_another_turn(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes it may have repaired it; a turn that goes well ends the failed work."""
    order = shop.place()
    hold_until(shop, order, 1)
    poison(monkeypatch, order)
    shop.clock.advance(HOUR)
    park(shop)
    monkeypatch.undo()
    assert shop.core.run_due().woken == 0
    shop.agent.execute(orders.AddNote(order, "repaired"))
    assert shop.core.run_due().failures == ()
    assert (held(shop, order), shop.core.parked()) == (0, ())


class Grumpy:
    """An observer plugin that hears of everything, and takes no note that says no."""

    def __init__(self, *, refuses_news_of_failures: bool = False) -> None:
        self.refuses = "no"
        self.refuses_news_of_failures = refuses_news_of_failures
        self.heard: list[tuple[str, str]] = []
        self.seen: list[str] = []

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="grumpy", version="1.0", api="1.0", title="Grumpy", vendor="tests")

    @hookimpl
    def servicecore_on_event(self, event: EventEnvelope, context: PluginContext) -> None:
        del context
        self.seen.append(event.type_name)
        news = self.refuses_news_of_failures and event.kind == "failed_work"
        if news or (self.refuses and f'"text":"{self.refuses}"' in event.data):
            raise ValueError("not with me")
        if event.type_name == "orders.note_added":
            self.heard.append((event.id, json.loads(event.data)["note"]["text"]))


def test_an_observer_gets_what_it_refused_again_in_front_of_what_came_later(open_shop: Any) -> None:
    """It hears of other aggregates at once, and of what tells of its own failures it is told once."""
    grumpy = Grumpy(refuses_news_of_failures=True)
    shop = open_shop(plugins=(grumpy,))
    order, other = shop.place(), shop.place()
    shop.agent.execute(orders.AddNote(order, "no"))
    shop.agent.execute(orders.AddNote(order, "later"))
    shop.agent.execute(orders.AddNote(other, "yes"))
    assert grumpy.heard == [(other, "yes")]
    (work,) = shop.core.retrying()
    assert (work.consumer, work.subject) == ("plugin:grumpy", order)
    assert "not with me" in work.error
    assert grumpy.seen.count("engine.failed_work_opened") == 1
    grumpy.refuses = ""
    shop.clock.advance(timedelta(minutes=1))
    report = shop.core.run_due()
    assert (report.waiting, report.failures) == ((), ())
    assert grumpy.heard == [(other, "yes"), (order, "no"), (order, "later")]
    assert tuple(shop.core.verify()) == ()


def test_a_parked_delivery_is_left_out_or_tried_again_as_the_command_says(open_shop: Any) -> None:
    grumpy = Grumpy()
    shop = open_shop(plugins=(grumpy,))
    order = shop.place()
    shop.agent.execute(orders.AddNote(order, "no"))
    shop.agent.execute(orders.AddNote(order, "later"))
    park(shop)
    (parked,) = shop.core.parked()
    assert (parked.consumer, parked.attempts) == ("plugin:grumpy", 8)
    shop.clock.advance(1000 * HOUR)
    shop.core.run_due()
    assert grumpy.heard == []
    shop.manager.execute(ReleaseWork(parked.id, skip=True))
    shop.core.run_due()
    assert grumpy.heard == [(order, "later")]
    shop.agent.execute(orders.AddNote(order, "and on"))
    assert grumpy.heard[-1] == (order, "and on")
    assert shop.core.parked() == ()


def test_an_event_that_comes_while_the_waiting_ones_are_delivered_is_delivered_too(shop: Any) -> None:
    """The last look at the aggregate is in the transaction that ends the waiting."""
    heard: list[str] = []
    broken = [True]

    def react(_runtime: Any, order: str, event: Any) -> tuple[Command, ...]:
        if broken:
            raise ZeroDivisionError("a bug")
        heard.append(event.note.text)
        if event.note.text == "one":  # somebody writes while this is being delivered, and sees that it has to wait
            shop.agent.execute(orders.AddNote(order, "meanwhile"))
        return ()

    shop.core.processes = (Process("listen", (NoteAdded,), react),)
    order = shop.place()
    shop.agent.execute(orders.AddNote(order, "one"))
    broken.clear()
    shop.clock.advance(timedelta(minutes=1))
    shop.core.run_due()
    assert heard == ["one", "meanwhile"]
    assert shop.core.retrying() == ()


def test_a_consumer_that_is_not_here_costs_no_attempt(open_shop: Any) -> None:
    """Another process may have it: it is reported, and comes again with the end of the lease."""
    shop = open_shop(plugins=(Grumpy(),))
    order = shop.place()
    shop.agent.execute(orders.AddNote(order, "no"))
    elsewhere = open_shop(shop.core.runtime.store, clock=shop.clock)
    shop.clock.advance(timedelta(minutes=1))
    report = elsewhere.core.run_due()
    assert ["no consumer plugin:grumpy" in each.reason for each in report.failures] == [True]
    assert [each.attempts for each in shop.core.retrying()] == [1]


@given(
    attempts=st.integers(1, 60), failures=st.integers(1, 80), first=st.integers(1, 500), longest=st.integers(1, 5000)
)
def test_pauses_double_up_to_the_longest_and_end_with_the_last_attempt(
    attempts: int, failures: int, first: int, longest: int
) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    policy = RetryPolicy(attempts, timedelta(seconds=first), timedelta(seconds=longest))
    pause = first
    for _doubling in range(failures - 1):  # doubled by hand, cut by hand
        pause = min(pause * 2, longest)
    expected = None if failures >= attempts else now + timedelta(seconds=min(pause, longest))
    assert policy.retry_at(failures, now) == expected


@pytest.mark.parametrize("wrong", [{"first_pause": timedelta(0)}, {"longest_pause": timedelta(seconds=-1)}])
def test_a_pause_lasts(wrong: dict[str, timedelta]) -> None:
    with pytest.raises(InvalidValue):
        RetryPolicy(**wrong)  # type: ignore[arg-type]  # mypy does not look into the mapping


def test_a_status_is_what_storage_finds_it_by() -> None:
    assert [each.value for each in WorkStatus] == ["retrying", "parked", "released", "done"]
