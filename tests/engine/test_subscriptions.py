"""Subscribers: every event at least once, in order for each aggregate, from the beginning, a position, or now on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore import orders
from servicecore.engine import Delivery, ReleaseWork
from servicecore.engine.subscriptions import end_of_log
from servicecore.storage.memory import MemoryStore
from servicecore.testing.stores.changes import change, write


class Ledger:
    """A subscriber that writes down what it hears, and fails where it is told to."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []
        self.fails: Callable[[Delivery], bool] = lambda _delivery: False

    def __call__(self, delivery: Delivery) -> None:
        if self.fails(delivery):
            raise RuntimeError("the warehouse is closed")
        self.heard.append(delivery)

    def positions(self) -> list[int]:
        return [each.position for each in self.heard]

    def notes(self, id_: str) -> list[str]:
        """Return the notes of one order that it heard of, in its order."""
        events: list[Any] = [each.event for each in self.heard if each.id == id_]
        return [each.note.text for each in events if each.type_name == "orders.note_added"]


def log_of(shop: Any) -> list[int]:
    return [each.position for each in shop.core.runtime.store.log()]


def test_a_subscriber_hears_of_everything_from_the_beginning_once(shop: Any) -> None:
    order = shop.place()
    ledger = Ledger()
    shop.core.subscribe("stock", ledger)
    shop.agent.execute(orders.AddNote(order, "one"))
    assert ledger.heard == [], "it hears when due work runs"
    assert shop.core.run_due().delivered == len(log_of(shop))
    assert ledger.positions() == log_of(shop)
    assert (ledger.notes(order), ledger.heard[-1].actor.id) == (["one"], "agent-7")
    assert shop.core.run_due().delivered == 0
    assert shop.core.subscribed("stock") == log_of(shop)[-1]


def test_it_goes_on_where_it_stood_in_another_process(open_shop: Any, tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    shop = open_shop(url)
    first, second = Ledger(), Ledger()
    shop.core.subscribe("stock", first)
    order = shop.place()
    shop.core.run_due()
    shop.core.close()
    again = open_shop(url)
    again.core.subscribe("stock", second, start=None)
    again.agent.execute(orders.AddNote(order, "two"))
    again.core.run_due()
    assert [each.id for each in second.heard] == [order]
    assert first.positions() + second.positions() == log_of(again)


@pytest.mark.parametrize("start", [0, 1, 2, None])
def test_it_starts_where_it_says(shop: Any, start: int | None) -> None:
    for _number in range(3):
        shop.place()
    before = log_of(shop)
    ledger = Ledger()
    shop.core.subscribe("stock", ledger, start=start)
    shop.place()
    shop.core.run_due()
    wanted = before[-1] if start is None else start
    assert ledger.positions() == [each for each in log_of(shop) if each > wanted]


def test_a_replay_plays_everything_again(shop: Any) -> None:
    ledger = Ledger()
    shop.core.subscribe("stock", ledger)
    shop.place()
    shop.core.run_due()
    shop.core.replay("stock")
    shop.core.run_due()
    assert ledger.positions() == log_of(shop) * 2
    shop.core.replay("stock", after=log_of(shop)[-2] if len(log_of(shop)) > 1 else 0)
    shop.core.run_due()
    assert ledger.positions()[-1] == log_of(shop)[-1]


def test_what_it_did_not_take_comes_again_in_front_of_what_followed(shop: Any) -> None:
    ledger = Ledger()
    shop.core.subscribe("stock", ledger)
    order, other = shop.place(), shop.place()
    ledger.fails = lambda delivery: delivery.id == order
    shop.agent.execute(orders.AddNote(order, "one"))
    shop.agent.execute(orders.AddNote(other, "two"))
    report = shop.core.run_due()
    assert [(each.process, each.reason) for each in report.waiting] == [
        ("subscriber:stock", "RuntimeError: the warehouse is closed")
    ]
    assert (ledger.notes(order), ledger.notes(other)) == ([], ["two"])
    shop.agent.execute(orders.AddNote(order, "three"))
    shop.core.run_due()
    assert ledger.notes(order) == []
    ledger.fails = lambda _delivery: False
    shop.clock.advance(timedelta(minutes=1))
    shop.core.run_due()
    assert ledger.notes(order) == ["one", "three"]
    versions = [each.version for each in ledger.heard if each.id == order]
    assert versions == list(range(1, len(versions) + 1))
    assert tuple(shop.core.verify()) == ()


def test_what_it_never_takes_is_parked_and_can_be_left_out(shop: Any) -> None:
    ledger = Ledger()
    shop.core.subscribe("stock", ledger)
    order = shop.place()
    shop.agent.execute(orders.AddNote(order, "one"))
    ledger.fails = lambda delivery: delivery.id == order and delivery.version == 1
    for _attempt in range(10):
        shop.clock.advance(timedelta(hours=1))
        shop.core.run_due()
    (parked,) = shop.core.parked()
    assert (parked.consumer, parked.subject, parked.attempts) == ("subscriber:stock", order, 8)
    shop.manager.execute(ReleaseWork(parked.id, skip=True))
    shop.core.run_due()
    versions = [each.version for each in ledger.heard if each.id == order]
    assert versions == list(range(2, len(versions) + 2)), "all but the first"
    assert ledger.notes(order) == ["one"]


def test_two_workers_deliver_in_turn_and_nothing_twice(open_shop: Any) -> None:
    """One has its turn while the other looks; the second finds nothing to do."""
    shop = open_shop(MemoryStore())
    for _number in range(5):
        shop.place()
    ledger = Ledger()
    inside, go_on = threading.Event(), threading.Event()

    def slow(delivery: Delivery) -> None:
        inside.set()
        assert go_on.wait(10)
        ledger(delivery)

    shop.core.subscribe("stock", slow)
    worker = threading.Thread(target=shop.core.run_due)
    worker.start()
    assert inside.wait(10)
    assert shop.core.run_due().delivered == 0
    go_on.set()
    worker.join()
    assert ledger.positions() == log_of(shop)


def test_the_turn_of_a_worker_that_died_ends_with_its_lease(shop: Any) -> None:
    """What it had delivered without saying so is delivered again."""
    shop.place()
    ledger = Ledger()

    def die(delivery: Delivery) -> None:
        ledger(delivery)
        raise KeyboardInterrupt

    shop.core.subscribe("stock", die)
    with pytest.raises(KeyboardInterrupt):
        shop.core.run_due()
    shop.core.subscribe("stock", ledger)
    assert shop.core.run_due().delivered == 0
    shop.clock.advance(timedelta(minutes=5))
    shop.core.run_due()
    assert ledger.positions() == [log_of(shop)[0], *log_of(shop)]


@settings(max_examples=30)
@given(events=st.integers(0, 70))
def test_the_end_of_the_log_is_found_without_reading_it(events: int) -> None:
    store = MemoryStore()
    for number in range(events):
        write(store, change(str(number)))

    class Shell:
        pass

    runtime: Any = Shell()
    runtime.store = store
    assert end_of_log(runtime) == events
