"""Work list and work release: parked work is named with its reason, released, and done by the next run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicecore import Actor, ServiceCore, orders
from servicecore.engine import due
from servicecore.engine.execute import execute
from servicecore.kernel.clock import FixedClock

Run = Callable[..., Any]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def parked(demo_store: str, ids_of: Callable[[str, str], list[str]], monkeypatch: pytest.MonkeyPatch) -> str:
    """An order whose hold lapses, and whose turn failed eight times."""
    (order, *_) = ids_of(demo_store, "order")
    clock = FixedClock(NOW)

    def fail(_runtime: Any, request: Any) -> Any:
        if request.command == orders.ExpireDue(order):
            raise ZeroDivisionError("a bug [red]")
        return execute(_runtime, request)

    with ServiceCore.open(demo_store, clock=clock, autoload=False) as core, monkeypatch.context() as patch:
        core.run_due()
        desk = core.acting_as(Actor("marta", roles={"manager"}))
        until = clock.now() + timedelta(hours=1)
        desk.execute(orders.ApplyHold(order, hold="agent", until=until), reason="other")
        patch.setattr(due, "execute", fail)
        for _ in range(9):
            clock.advance(timedelta(hours=1))
            core.run_due()
        (work,) = core.parked()
    return work.id


def test_without_failures_the_list_says_so(run: Run, demo_store: str) -> None:
    answer = run("work", "list", demo_store)
    assert (answer.code, answer.out) == (0, "no work has failed\n")
    assert run("work", "list", "--store", demo_store, "--json").json == {
        "url": demo_store,
        "parked": [],
        "retrying": [],
    }


def test_parked_work_is_listed_released_and_done(run: Run, demo_store: str, parked: str) -> None:
    answer = run("work", "list", demo_store)
    assert answer.code == 1
    assert f"{parked}: ZeroDivisionError: a bug [red]" in answer.out
    assert "when it is released" in answer.out
    (listed,) = run("work", "list", demo_store, "--json").json["parked"]
    assert (listed["id"], listed["attempts"], listed["status"]) == (parked, 8, "parked")

    assert run("work", "release", demo_store, parked, "--actor", "marta").out == f"released: {parked}\n"
    assert run("work", "list", demo_store).out == "no work has failed\n"
    run("run-due", "--store", demo_store)
    assert run("work", "release", "--store", demo_store, parked, "--json").code == 1
    with ServiceCore.open(demo_store, autoload=False) as core:
        released = [each for each in core.history(parked) if each.command == "engine.release_work"]
        assert [each.actor.id for each in released] == ["marta"]
        assert core.locate(parked)[1].status.value == "done"
    assert run("verify", demo_store).code == 0


def test_what_cannot_be_released_is_refused_and_says_why(run: Run, demo_store: str, parked: str) -> None:
    refused = run("work", "release", demo_store, parked, "--skip", "--json")
    assert (refused.code, refused.json["error"]["problems"][0]["code"]) == (1, "engine.nothing_to_skip")
    assert run("work", "release", demo_store, "due:order/none", "--json").code == 1
    assert run("work", "release", "nonsense", parked, "--json").code == 2
    assert run("work", "release", demo_store, parked, "more", "--json").code == 2
    assert run("work", "release", "--json").code == 2
    assert run("work", "list", "sqlite:///none.db", "--json").code == 3
