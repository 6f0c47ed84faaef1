"""A command on what this process wrote last takes no look first; what others wrote meanwhile is always found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from attrs import evolve

from servicecore import orders
from servicecore.engine.batch import execute_in_groups
from servicecore.engine.execute import execute
from servicecore.engine.requests import Request
from servicecore.errors import Refused
from servicecore.kernel.authority import Reason
from servicecore.kernel.money import Money

COMMAND = ["BEGIN IMMEDIATE", "UPDATE documents", "INSERT INTO", "INSERT INTO", "INSERT INTO", "COMMIT"]
"""The document with version check; the event; the outbox; the ledger."""


@pytest.fixture
def url(tmp_path: Any) -> str:
    return f"sqlite:///{tmp_path / 'shop.db'}?synchronous=normal"


@contextmanager
def statements(shop: Any) -> Iterator[list[str]]:
    """Give the first two words of what is run on the connection that writes, and on those that read."""
    store = shop.core.runtime.store
    seen: list[str] = []
    connections = (store._writing_connection(), *store._readers)
    for each in connections:
        each.set_trace_callback(lambda text: seen.append(" ".join(text.split()[:2])))
    yield seen
    for each in connections:
        each.set_trace_callback(None)


def note(shop: Any, order: str, text: str) -> Request:
    return Request(orders.AddNote(order, text), shop.agent.actor)


def texts(shop: Any, order: str) -> list[str]:
    return [each.text for each in shop.order(order).notes]


def test_a_command_on_what_was_written_last_takes_six_statements(open_shop: Any, url: str) -> None:
    shop = open_shop(url)
    order = shop.place()
    with statements(shop) as seen:
        execute(shop.core.runtime, note(shop, order, "one"))
    assert seen == COMMAND
    assert texts(shop, order) == ["one"]


def test_a_group_writes_outbox_and_ledger_once(open_shop: Any, url: str) -> None:
    shop = open_shop(url)
    ids = [shop.place() for _ in range(3)]
    with statements(shop) as seen:
        list(execute_in_groups(shop.core.runtime, [note(shop, each, "one") for each in ids]))
    each_of_them = ["UPDATE documents", "INSERT INTO"]
    assert seen == ["BEGIN IMMEDIATE", *each_of_them * 3, "INSERT INTO", "INSERT INTO", "COMMIT"]


def test_what_needs_facts_of_others_is_looked_at(open_shop: Any, url: str) -> None:
    shop = open_shop(url)
    order = shop.place()
    shop.core.runtime.store.handed_on(*(each.position for each in shop.core.runtime.store.outbox()))
    with statements(shop) as seen:
        override = orders.OverridePrice(order, 1, Money("4.45", "EUR"))
        execute(shop.core.runtime, Request(override, shop.manager.actor, reason=Reason("goodwill")))
    assert "SELECT number," in seen


@pytest.mark.parametrize("forget", [False, True])
def test_what_another_process_wrote_is_decided_on(open_shop: Any, url: str, forget: bool) -> None:
    here, there = open_shop(url), open_shop(url)
    order = here.place()
    there.agent.execute(orders.AddNote(order, "there"))
    runtime = here.core.runtime
    if forget:
        runtime = evolve(runtime, recall=lambda _kind, _id: None)
    execute(runtime, note(here, order, "here"))
    assert texts(here, order) == texts(there, order) == ["there", "here"]
    assert list(here.core.verify()) == []


def test_a_refusal_on_what_was_remembered_is_not_answered(open_shop: Any, url: str) -> None:
    """Here the order has no hold to release; there one was applied meanwhile."""
    here, there = open_shop(url), open_shop(url)
    order = here.place()
    release = Request(orders.ReleaseHold(order), here.manager.actor, reason=Reason("other"))
    with pytest.raises(Refused):
        execute(here.core.runtime, release)
    there.manager.execute(orders.ApplyHold(order, "agent"), reason="other")
    assert [each.type_name for each in execute(here.core.runtime, release).events] == ["orders.hold_released"]


def test_a_decision_that_others_made_impossible_is_refused(open_shop: Any, url: str) -> None:
    """Here the order can be canceled; there it was canceled meanwhile: the refusal is that of what is stored."""
    here, there = open_shop(url), open_shop(url)
    order = here.place()
    there.manager.execute(orders.CancelOrder(order), reason="customer_request")
    expected = there.manager.check(orders.CancelOrder(order), reason="customer_request")
    with pytest.raises(Refused) as refused:
        here.manager.execute(orders.CancelOrder(order), reason="customer_request")
    assert refused.value.problems == expected != ()


def test_a_file_that_was_set_back_beneath_is_decided_on(open_shop: Any, url: str, tmp_path: Any) -> None:
    """A backup is put back, and another process writes on: the version is the same again, and nothing else is."""
    here = open_shop(url)
    order = here.place()
    backup = here.core.runtime.store.load("order", order)
    here.agent.execute(orders.AddNote(order, "lost"))
    lost = here.core.runtime.recall("order", order)
    assert backup is not None
    assert lost is not None
    there = open_shop(f"sqlite:///{tmp_path / 'other.db'}?synchronous=normal")
    other = there.place()
    assert other == order
    there.agent.execute(orders.AddNote(order, "kept"))
    runtime = evolve(there.core.runtime, recall=lambda _kind, _id: lost)
    execute(runtime, note(there, order, "next"))
    assert texts(there, order) == ["kept", "next"]
    assert list(there.core.verify()) == []


def test_what_is_decided_in_vain_is_no_exception_to_the_caller(open_shop: Any, url: str) -> None:
    """A remembered document that cannot even be read is looked at anew."""
    shop = open_shop(url)
    order = shop.place()
    stored = shop.core.runtime.store.load("order", order)
    broken: Callable[[str, str], Any] = lambda _kind, _id: evolve(stored, data="{}")  # noqa: E731 - one expression
    execute(evolve(shop.core.runtime, recall=broken), note(shop, order, "one"))
    assert texts(shop, order) == ["one"]
