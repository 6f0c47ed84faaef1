"""One command from end to end: a quote and its order, and a hold on an order, in memory and on SQLite.

The floors do the same bookkeeping by hand: price by dictionary and integers, one document and one event as JSON text,
the version check, an index entry, the row of the outbox and its removal. In memory they write to dictionaries and
lists; on SQLite to tables by the standard library's driver, with the same settings (write-ahead log, synchronous FULL)
and the same number of transactions. Floors check no authority, no limits, no fraud, no tax, and explain nothing.
Ratios are of one run.
"""

from __future__ import annotations

import gc
import json
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from servicecore import Actor, Money, ServiceCore, Settings, orders, pricing
from servicecore.catalog import Item
from servicecore.kernel.clock import FixedClock

ITEMS = 1_000
LINES = 4
ROUNDS = 7
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AGENT = Actor("bench", roles=frozenset({"agent"}))
TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE documents (id TEXT PRIMARY KEY, version INTEGER, data TEXT) WITHOUT ROWID;
CREATE TABLE events (position INTEGER PRIMARY KEY, id TEXT, version INTEGER, type TEXT, data TEXT, at TEXT);
CREATE TABLE entries (name TEXT, value TEXT, id TEXT, PRIMARY KEY (name, value, id)) WITHOUT ROWID;
CREATE TABLE outbox (position INTEGER PRIMARY KEY);
"""


class Dicts:
    """The floor in memory: documents and events as JSON text in dictionaries and lists."""

    def __init__(self) -> None:
        self.documents: dict[str, tuple[int, str]] = {}
        self.events: list[tuple[str, int, str, str]] = []
        self.entries: dict[tuple[str, str], set[str]] = {}
        self.outbox: list[int] = []

    def load(self, identity: str) -> tuple[int, str]:
        return self.documents[identity]

    def write(self, identity: str, expected: int, event: str, document: dict[str, Any]) -> None:
        assert self.documents.get(identity, (0, ""))[0] == expected
        self.documents[identity] = (expected + 1, json.dumps(document))
        self.events.append((identity, expected + 1, event, json.dumps({"at": NOW.isoformat(), **document})))
        self.entries.setdefault(("customer", document["customer"]), set()).add(identity)
        self.outbox.append(len(self.events))
        self.outbox.clear()


class Rows:
    """The floor on SQLite: the same in tables, one transaction for the change and one for the outbox."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(TABLES)

    def load(self, identity: str) -> tuple[int, str]:
        row: tuple[int, str] = self.connection.execute(
            "SELECT version, data FROM documents WHERE id = ?", (identity,)
        ).fetchone()
        return row

    def write(self, identity: str, expected: int, event: str, document: dict[str, Any]) -> None:
        execute = self.connection.execute
        execute("BEGIN IMMEDIATE")
        row = execute("SELECT version FROM documents WHERE id = ?", (identity,)).fetchone()
        assert (row[0] if row else 0) == expected
        data = json.dumps(document)
        execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (identity, expected + 1, data))
        what = json.dumps({"at": NOW.isoformat(), **document})
        values = (identity, expected + 1, event, what, NOW.isoformat())
        position = execute("INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?)", values).lastrowid
        execute("INSERT OR IGNORE INTO entries VALUES ('customer', ?, ?)", (document["customer"], identity))
        execute("INSERT INTO outbox VALUES (?)", (position,))
        execute("COMMIT")
        execute("BEGIN IMMEDIATE")
        execute("DELETE FROM outbox WHERE position = ?", (position,))
        execute("COMMIT")


class Floor:
    """Orders and holds by hand on one of the two."""

    def __init__(self, store: Dicts | Rows) -> None:
        self.store = store
        self.prices = {f"I{number}": 1000 + number for number in range(ITEMS)}
        self.number = 0

    def place(self) -> str:
        self.number += 1
        priced = [(f"I{number}", 2, self.prices[f"I{number}"]) for number in range(LINES)]
        lines = [{"item": item, "quantity": quantity, "unit": unit} for item, quantity, unit in priced]
        net = sum(quantity * unit for _item, quantity, unit in priced)
        identity = f"order-{self.number}"
        document = {"id": identity, "customer": "C-1", "lines": lines, "total": net, "holds": [], "status": "open"}
        self.store.write(identity, 0, "placed", document)
        return identity

    def hold(self, identity: str) -> None:
        version, data = self.store.load(identity)
        document = json.loads(data)
        document["holds"] = [*document["holds"], {"hold": "agent", "by": "bench", "at": NOW.isoformat()}]
        self.store.write(identity, version, "hold_applied", document)


class Ours:
    """The same through the public API."""

    def __init__(self, url: str) -> None:
        items = tuple(
            Item(f"I{number}", f"Item {number}", base_price=Money.from_minor(1000 + number, "EUR"))
            for number in range(ITEMS)
        )
        self.core = ServiceCore.open(
            url,
            settings=Settings(tax_engine="none"),
            book=pricing.PriceBook(id="bench", version="1", items=items),
            autoload=False,
            clock=FixedClock(NOW),
        )
        self.desk = self.core.acting_as(AGENT)
        lines = tuple(pricing.CartLine(f"I{number}", Decimal(2)) for number in range(LINES))
        self.cart = pricing.Cart(customer="C-1", currency="EUR", lines=lines)

    def place(self) -> str:
        quote = self.desk.quote(self.cart)
        return self.desk.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id

    def hold(self, identity: str) -> None:
        self.desk.execute(orders.ApplyHold(identity, "agent"), reason="other")


def microseconds(action: Callable[[], object], count: int) -> float:
    """Return the median wall time of one call over the rounds of ``count`` calls each."""
    rounds = []
    for _ in range(ROUNDS):
        gc.collect()
        begun = perf_counter()
        for _ in range(count):
            action()
        rounds.append((perf_counter() - begun) / count)
    return median(rounds) * 1e6


def hold_each(contender: Ours | Floor, placed: list[str]) -> Callable[[], object]:
    """Return the action that puts a hold on the next of the orders."""
    waiting = iter(placed)
    return lambda: contender.hold(next(waiting))


def compare(where: str, ours: Ours, floor: Floor, count: int) -> None:
    """Print both commands of both contenders; a hold goes on an order of its own each time."""
    contenders = (("floor", floor), ("servicecore", ours))
    placing = {who: microseconds(contender.place, count) for who, contender in contenders}
    holding = {
        who: microseconds(hold_each(contender, [contender.place() for _ in range(count * ROUNDS)]), count)
        for who, contender in contenders
    }
    for name, spent in (("quote + place_order", placing), ("apply_hold", holding)):
        for who, time in spent.items():
            print(f"commands.{where:<7} {name:<20} {who:<12} {time:8.0f} us  {time / spent['floor']:6.1f} x the floor")


def main() -> None:
    """Print one line a store, command and contender."""
    compare("memory", Ours("memory:"), Floor(Dicts()), 100)
    with tempfile.TemporaryDirectory() as folder:
        ours, rows = Ours(f"sqlite:///{folder}/ours.db"), Rows(Path(folder) / "floor.db")
        compare("sqlite", ours, Floor(rows), 30)
        assert not tuple(ours.core.verify())
        ours.core.close()
        rows.connection.close()


if __name__ == "__main__":
    main()
