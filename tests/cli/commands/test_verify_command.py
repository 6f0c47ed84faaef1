"""Verify: a clean store is proved, and a single changed byte of a document or an event is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def change(url: str, statement: str) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        assert connection.execute(statement).rowcount == 1
        connection.commit()
    finally:
        connection.close()


def test_a_clean_store_is_proved(run: Run, demo_store: str) -> None:
    answer = run("verify", demo_store)
    assert (answer.code, answer.out) == (0, "clean: every document is the fold of its events\n")
    assert run("verify", "--store", demo_store, "--json").json == {"url": demo_store, "discrepancies": [], "stale": []}


@pytest.mark.parametrize("table", ["documents", "events"])
def test_one_flipped_byte_is_found(run: Run, demo_store: str, table: str) -> None:
    change(
        demo_store,
        f"UPDATE {table} SET data = replace(data, 'Bar Centrale', 'Bar Bentrale') "  # noqa: S608 - a constant
        f"WHERE kind = 'customer' AND data LIKE '%Bar Centrale%'",
    )
    answer = run("verify", demo_store, "--json")
    assert answer.code == 1
    assert {(each["kind"], each["id"]) for each in answer.json["discrepancies"]} == {("customer", "C-1001")}
    answer = run("verify", demo_store)
    assert answer.code == 1
    assert "customer C-1001" in answer.out
    assert "discrepancies: " in answer.out


def test_a_lost_event_is_found(run: Run, demo_store: str) -> None:
    change(demo_store, "DELETE FROM events WHERE kind = 'case' AND version = 3")
    answer = run("verify", demo_store)
    assert answer.code == 1
    assert "case K-" in answer.out
