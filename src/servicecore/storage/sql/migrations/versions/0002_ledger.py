"""The ledger: marks of claims, counters and kept texts, sums of them and of the log, leases written twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from servicecore.storage.sql.ledger import Changes, counter_mark, event_share, mark_of
from servicecore.storage.sql.postgres_text import from_bytes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NUMBERS = {"claims": ("mark",), "counters": ("mark",), "kept": ("mark", "trail")}
_SUMS = ("log", "handed_on", "claims", "counters", "kept")
_PAGE = 1000


def upgrade() -> None:
    """Add the columns and the ledger, and fill them with what the tables hold now."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("LOCK TABLE documents, events, outbox, claims, counters, kept IN ACCESS EXCLUSIVE MODE")
    for table, columns in _NUMBERS.items():
        for column in columns:
            op.add_column(table, sa.Column(column, _BIG, nullable=False, server_default=sa.text("0")))
    op.add_column("documents", sa.Column("postponed", _BIG))
    op.create_table(
        "ledger",
        sa.Column("stripe", _BIG, primary_key=True, autoincrement=False),
        *(sa.Column(name, _BIG, nullable=False) for name in _SUMS),
        sqlite_strict=True,
    )
    op.execute("UPDATE documents SET postponed = due_at WHERE due_at != wakeup")
    sums = Changes(log=_mark_events(), claims=_mark_claims(), counters=_mark_counters(), kept=_mark_kept())
    sums.handed_on = sums.log - _waiting()
    ledger = sa.table("ledger", *map(sa.column, ("stripe", *_SUMS)))
    op.bulk_insert(ledger, [{"stripe": 0, **dict(zip(_SUMS, sums.values(), strict=True))}])


def downgrade() -> None:
    """Drop the ledger and its columns; an upgrade makes them of what the tables hold then."""
    op.drop_table("ledger")
    op.drop_column("documents", "postponed")
    for table, columns in _NUMBERS.items():
        for column in columns:
            op.drop_column(table, column)


def _mark_events() -> int:
    return sum(event_share(position, digest) for position, digest in _rows("events", "position", "digest", first=0))


def _waiting() -> int:
    events = sa.table("events", sa.column("position"), sa.column("digest"))
    outbox = sa.table("outbox", sa.column("position"))
    joined = sa.select(events.c.position, events.c.digest).join(outbox, outbox.c.position == events.c.position)
    return sum(event_share(position, digest) for position, digest in op.get_bind().execute(joined))


def _mark_claims() -> int:
    total = 0
    for claim, owner in _rows("claims", "claim", "owner"):
        mark = mark_of(_plain(claim), _plain(owner))
        _set("claims", "claim", claim, mark=mark)
        total += mark
    return total


def _mark_counters() -> int:
    total = 0
    for name, value in _rows("counters", "name", "value"):
        mark = counter_mark(_plain(name), value)
        _set("counters", "name", name, mark=mark)
        total += mark
    return total


def _mark_kept() -> int:
    total = 0
    for key, data in _rows("kept", "key", "data"):
        mark = mark_of(_plain(key), _plain(data))
        _set("kept", "key", key, mark=mark, trail=mark)
        total += mark
    return total


def _rows(table: str, key: str, value: str, first: Any = "") -> Iterator[tuple[Any, Any]]:
    """Yield all pairs by key, a page at a time: a row may be changed before the next one is read."""
    found = sa.table(table, sa.column(key), sa.column(value))
    last, reached = first, sa.column(key).__ge__
    while True:
        page = sa.select(found.c[key], found.c[value]).where(reached(last)).order_by(found.c[key]).limit(_PAGE)
        rows = op.get_bind().execute(page).all()
        yield from (tuple(row) for row in rows)
        if len(rows) < _PAGE:
            return
        last, reached = rows[-1][0], sa.column(key).__gt__


def _set(table: str, key: str, value: str, **numbers: int) -> None:
    changed = sa.table(table, sa.column(key), *map(sa.column, numbers))
    op.get_bind().execute(sa.update(changed).where(changed.c[key] == value).values(numbers))


def _plain(text: str) -> str:
    """Return the text that a column stands for: PostgreSQL holds it without NUL."""
    return from_bytes(text.encode()) if op.get_context().dialect.name == "postgresql" else text
