"""Faults that the harness has to find: each is a mistake that costs nothing as long as nobody dies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import patch

from servicecore.engine import due, execute, outbox, payments
from servicecore.storage.sql.sqlite import SqliteStore
from servicecore.storage.sql.sqlite_unit import Unit

_append = Unit.append


def forget_keys() -> None:
    """Keep no idempotency key: who asks again is served again."""
    patch.object(execute, "remember", lambda *_arguments: None).start()


def mark_before_delivering() -> None:
    """Take events out of the outbox first and hand them on afterwards: who dies in between loses them."""
    hand_on_each, handed_on = outbox.hand_on_each, SqliteStore.handed_on

    def deliver(runtime: Any, consumers: Any, batch: Any, tally: Any) -> None:
        handed_on(runtime.store, *(logged.position for logged in batch))
        hand_on_each(runtime, consumers, batch, tally)

    patch.object(outbox, "hand_on_each", deliver).start()


def ask_nobody() -> None:
    """Settle no payment in doubt."""
    patch.object(due, "reconcile", lambda _runtime: payments.Reconciled()).start()


def commit_halfway() -> None:
    """Commit in the middle of a unit of work."""

    def append(unit: Unit, change: Any) -> int:
        version = _append(unit, change)
        unit.rows("COMMIT")
        unit.rows("BEGIN IMMEDIATE")
        return version

    patch.object(Unit, "append", append).start()


FAULTS: Mapping[str, Callable[[], None]] = {
    "forget keys": forget_keys,
    "mark before delivering": mark_before_delivering,
    "ask nobody": ask_nobody,
    "commit halfway": commit_halfway,
}
