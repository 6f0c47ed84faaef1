"""Handing on: processes act exactly once, wait without blocking, and observers hear of everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from servicecore import orders
from servicecore.engine import NotReady, Process
from servicecore.engine.outbox import hand_on
from servicecore.engine.processes import PROCESSES
from servicecore.kernel.events import Event
from servicecore.kernel.operations import Command
from servicecore.orders.operations.add_note import NoteAdded
from servicecore.plugins.api import EventEnvelope, PluginContext, PluginInfo, hookimpl


def on_notes(react: Callable[..., tuple[Command, ...]]) -> tuple[Process, ...]:
    return (Process("echo", (NoteAdded,), react),)


def echo(_runtime: Any, order: str, event: Event[Any]) -> tuple[Command, ...]:
    """Answer each note but its own echoes with a note."""
    text = event.note.text  # type: ignore[attr-defined]  # notes are all that it reacts to
    return () if text.startswith("echo") else (orders.AddNote(order, f"echo of {text}"),)


def put_back(shop: Any) -> None:
    """Put every event into the outbox again, as if nothing had been handed on."""
    store = shop.core.runtime.store
    for logged in store.log():
        store._tables.outbox[logged.position] = logged


def notes(shop: Any, order: str) -> list[str]:
    return [note.text for note in shop.order(order).notes]


def test_what_a_process_causes_happens_with_the_command_that_caused_it(shop: Any) -> None:
    shop.core.processes = on_notes(echo)
    order = shop.place()
    shop.agent.execute(orders.AddNote(order, "one"))
    assert notes(shop, order) == ["one", "echo of one"]
    assert shop.core.runtime.store.outbox() == ()
    entry = shop.core.history(order)[-1]
    assert (entry.actor.id, entry.command) == ("system", "orders.add_note")


def test_a_process_that_died_between_follow_up_and_mark_causes_nothing_twice(shop: Any, monkeypatch: Any) -> None:
    order = shop.place()
    store = shop.core.runtime.store
    shop.core.processes = on_notes(echo)

    def die(*_positions: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "handed_on", die)
    with pytest.raises(KeyboardInterrupt):
        shop.agent.execute(orders.AddNote(order, "one"))
    assert notes(shop, order) == ["one", "echo of one"]
    monkeypatch.undo()
    report = shop.core.run_due()
    assert notes(shop, order) == ["one", "echo of one"]
    assert (report.refused, report.waiting, store.outbox()) == ((), (), ())


def test_an_event_that_has_to_wait_keeps_those_behind_it_and_no_other_aggregate(shop: Any) -> None:
    ready: list[bool] = []

    def react(runtime: Any, order: str, event: Any) -> tuple[Command, ...]:
        if event.note.text == "wait" and not ready:
            raise NotReady("the other side sleeps")
        return echo(runtime, order, event)

    shop.core.processes = on_notes(react)
    order, other = shop.place(), shop.place()
    shop.agent.execute(orders.AddNote(order, "wait"))
    shop.agent.execute(orders.AddNote(order, "go"))
    shop.agent.execute(orders.AddNote(other, "free"))
    assert notes(shop, order) == ["wait", "go"]
    assert notes(shop, other) == ["free", "echo of free"]
    assert shop.core.runtime.store.outbox() == ()
    assert shop.core.run_due().waiting == (), "its time to be tried again has not come"
    shop.clock.advance(timedelta(minutes=1))
    report = shop.core.run_due()
    assert [(each.process, each.reason) for each in report.waiting] == [("echo", "the other side sleeps")]
    ready.append(True)
    shop.clock.advance(timedelta(minutes=2))
    assert shop.core.run_due().waiting == ()
    assert notes(shop, order) == ["wait", "go", "echo of wait", "echo of go"]
    assert shop.core.retrying() == ()
    assert tuple(shop.core.verify()) == ()


def test_a_refused_follow_up_is_reported_to_who_caused_it(shop: Any) -> None:
    shop.core.processes = on_notes(lambda _runtime, order, _event: (orders.ReleaseHold(order, hold=9),))
    order = shop.place()
    receipt = shop.agent.execute(orders.AddNote(order, "one"))
    (refused,) = receipt.refused
    assert (refused.process, refused.command) == ("echo", "orders.release_hold")
    assert refused.problems
    assert shop.core.runtime.store.outbox() == ()


def test_a_refused_follow_up_is_reported_by_the_run_that_met_it(shop: Any) -> None:
    order = shop.place()
    shop.core.processes = ()
    shop.agent.execute(orders.AddNote(order, "one"))
    put_back(shop)
    shop.core.processes = on_notes(lambda _runtime, found, _event: (orders.ReleaseHold(found, hold=9),))
    assert [each.command for each in shop.core.run_due().refused] == ["orders.release_hold"]
    assert shop.core.run_due().refused == ()


def test_a_process_that_was_overtaken_thinks_again(shop: Any) -> None:
    """Its first answer is refused; by then the state has changed, and so has its answer."""
    asked: list[str] = []

    def react(_runtime: Any, order: str, event: Any) -> tuple[Command, ...]:
        asked.append(event.note.text)
        if event.note.text != "one":
            return ()
        return (orders.ReleaseHold(order, hold=9),) if len(asked) == 1 else (orders.AddNote(order, "second thought"),)

    shop.core.processes = on_notes(react)
    order = shop.place()
    receipt = shop.agent.execute(orders.AddNote(order, "one"))
    assert receipt.refused == ()
    assert notes(shop, order) == ["one", "second thought"]


class Listener:
    """An observer plugin that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str]] = []

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="listener", version="1.0", api="1.0", title="Listener", vendor="tests")

    @hookimpl
    def servicecore_on_event(self, event: EventEnvelope, context: PluginContext) -> None:
        del context
        self.heard.append((event.position, event.type_name))


def test_observers_hear_of_every_event_once_in_log_order(open_shop: Any) -> None:
    listener = Listener()
    shop = open_shop(plugins=(listener,))
    order = shop.place(3)
    shop.agent.execute(orders.ShipLines(order))
    shop.agent.execute(orders.InvoiceShipment(order))
    logged = [(each.position, each.event.type_name) for each in shop.core.runtime.store.log()]
    assert listener.heard == logged
    assert "billing.invoice_issued" in {name for _position, name in logged}


def test_a_limit_leaves_the_rest_for_the_next_time(shop: Any) -> None:
    shop.place()
    put_back(shop)
    waiting = len(shop.core.runtime.store.outbox())
    assert hand_on(shop.core.runtime, PROCESSES, limit=2).events == 2
    assert len(shop.core.runtime.store.outbox()) == waiting - 2
