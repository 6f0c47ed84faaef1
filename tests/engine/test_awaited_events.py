"""A command whose events nobody here waits for ends with its own commit; what waits in the outbox is never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servicecore import orders
from servicecore.engine.execute import execute
from servicecore.engine.process import Process
from servicecore.engine.requests import Request
from servicecore.kernel.operations import Command
from servicecore.orders.operations.add_note import NoteAdded


@pytest.fixture
def commits(open_shop: Any, tmp_path: Any) -> tuple[Any, list[str]]:
    """Return a shop and the list of its commits, which grows."""
    shop = open_shop(f"sqlite:///{tmp_path / 'shop.db'}?synchronous=normal")
    shop.place()
    seen: list[str] = []
    connection = shop.core.runtime.store._writing_connection()
    connection.set_trace_callback(lambda text: seen.append(text) if text == "COMMIT" else None)
    return shop, seen


def notes(shop: Any) -> list[str]:
    return [each.text for each in shop.order("order-1").notes]


def waiting(shop: Any) -> int:
    return len(shop.core.runtime.store.outbox(limit=1000))


def echoing(answer: Callable[[str], tuple[Command, ...]]) -> tuple[Process, ...]:
    return (Process("echo", (NoteAdded,), lambda _runtime, _order, event: answer(event.note.text)),)


def test_a_command_that_nobody_waits_for_is_one_commit(commits: tuple[Any, list[str]]) -> None:
    shop, seen = commits
    shop.agent.execute(orders.AddNote("order-1", "one"))
    assert (len(seen), waiting(shop)) == (1, 1)


def test_about_a_hundred_are_left_and_no_more(commits: tuple[Any, list[str]]) -> None:
    shop, seen = commits
    most = 0
    for number in range(230):
        shop.agent.execute(orders.AddNote("order-1", str(number)))
        most = max(most, waiting(shop))
    assert most == 99
    assert len(seen) == 230 + 230 // 100


def test_what_a_process_waits_for_is_handed_on_with_all_before_it(commits: tuple[Any, list[str]]) -> None:
    shop, _seen = commits
    heard: list[str] = []

    def answer(text: str) -> tuple[Command, ...]:
        heard.append(text)
        return ()

    shop.agent.execute(orders.AddNote("order-1", "before"))
    shop.core.processes = echoing(answer)
    shop.agent.execute(orders.AddNote("order-1", "now"))
    assert heard == ["before", "now"]
    assert waiting(shop) == 0


def test_what_another_process_left_is_handed_on_by_the_first_command(open_shop: Any, tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}?synchronous=normal"
    dying = open_shop(url)
    order = dying.place()
    execute(dying.core.runtime, Request(orders.AddNote(order, "left"), dying.agent.actor))
    after = open_shop(url)
    assert waiting(after) == 1
    after.agent.execute(orders.AddNote(order, "first"))
    assert waiting(after) == 0


def test_after_a_failure_the_next_command_hands_on(
    commits: tuple[Any, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, _seen = commits
    shop.core.processes = echoing(lambda _text: ())

    def fail(*_positions: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(shop.core.runtime.store, "handed_on", fail)
    assert shop.agent.execute(orders.AddNote("order-1", "one")).unfinished
    monkeypatch.undo()
    assert waiting(shop) == 1
    shop.manager.execute(orders.ApplyHold("order-1", "agent"), reason="other")
    assert waiting(shop) == 0
    assert notes(shop) == ["one"]
