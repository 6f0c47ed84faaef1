"""Run-due: what the demonstration left for later happens once, and what fails is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servicecore.cli.commands import run_due as module
from servicecore.engine import DueReport, ServiceCore

Run = Callable[..., Any]


def test_what_is_due_is_done_once(run: Run, demo_store: str) -> None:
    first = run("run-due", "--store", demo_store, "--json")
    assert first.code == 0
    second = run("run-due", "--store", demo_store, "--json").json
    assert (second["woken"], second["events"], second["failures"], second["refused"]) == (0, 0, [], [])
    assert run("run-due", "--store", demo_store).out == "woken: 0, events: 0, payments settled: 0\n"
    assert run("verify", demo_store).code == 0


def test_what_fails_is_said_and_ends_with_1(run: Run, demo_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stubbed report: failures cannot be provoked from the outside."""
    from servicecore.engine.due import DueFailure
    from servicecore.engine.outbox import Waiting

    report = DueReport(woken=2, failures=(DueFailure("case", "K-1", "its calendar [rome] is gone"),))
    monkeypatch.setattr(ServiceCore, "run_due", lambda _self, **_options: report)
    answer = run("run-due", "--store", demo_store)
    assert answer.code == 1
    assert "failed: case K-1: its calendar [rome] is gone" in answer.out
    waiting = DueReport(waiting=(Waiting("invoice order", 7, "the gateway is away"),))
    monkeypatch.setattr(ServiceCore, "run_due", lambda _self, **_options: waiting)
    answer = run("run-due", "--store", demo_store)
    assert (answer.code, "event 7 (invoice order): the gateway is away" in answer.out) == (1, True)
    assert run("run-due", "--store", demo_store, "--json").code == 1


def test_the_limit_is_at_least_one(run: Run, demo_store: str) -> None:
    assert run("run-due", "--store", demo_store, "--limit", "0", "--json").code == 2
    assert run("run-due", "--store", demo_store, "--limit", "1").code == 0
    assert module.run_due.name == "run-due"
