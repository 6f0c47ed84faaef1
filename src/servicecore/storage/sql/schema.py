"""The tables of a SQL store: what migrations lead to and what a fresh database is made of.

One table holds the documents of all kinds, so that a plugin's kind needs no migration, the hot statements never
change, and one index over all kinds says what is due. Instants are whole microseconds since 1970 in UTC.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from servicecore.storage.sql.revisions import NEWEST, REVISION_TABLE

_BIG: Final = BigInteger().with_variant(Integer(), "sqlite")

METADATA: Final = MetaData()

DOCUMENTS: Final = Table(
    "documents",
    METADATA,
    Column("number", _BIG, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("version", _BIG, nullable=False),
    Column("data", Text, nullable=False),
    Column("indexes", Text, nullable=False),
    Column("claims", Text, nullable=False),
    Column("wakeup", _BIG),
    Column("due_at", _BIG),
    Column("digest", Text, nullable=False),
    UniqueConstraint("kind", "id", name="documents_by_id"),
    sqlite_strict=True,
)
"""``due_at`` is when the aggregate may next be handed out: its wake-up, or the end of its lease."""

Index("documents_due", DOCUMENTS.c.due_at, sqlite_where=DOCUMENTS.c.due_at.is_not(None))
Index("documents_leased", DOCUMENTS.c.wakeup, sqlite_where=DOCUMENTS.c.due_at != DOCUMENTS.c.wakeup)

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("position", _BIG, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("version", _BIG, nullable=False),
    Column("type_name", Text, nullable=False),
    Column("type_version", _BIG, nullable=False),
    Column("data", Text, nullable=False),
    Column("meta", Text, nullable=False),
    Column("at", _BIG, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("kind", "id", "version", name="events_by_version"),
    sqlite_strict=True,
)

OUTBOX: Final = Table(
    "outbox",
    METADATA,
    Column("position", _BIG, ForeignKey("events.position"), primary_key=True),
    sqlite_strict=True,
)

ENTRIES: Final = Table(
    "entries",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What documents are found by: one row a kind, index name, value and id."""

CLAIMS: Final = Table(
    "claims",
    METADATA,
    Column("claim", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

COUNTERS: Final = Table(
    "counters",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", _BIG, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

KEPT: Final = Table(
    "kept",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("data", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

SQLITE_SEARCH: Final = "CREATE VIRTUAL TABLE search USING fts5(words, tokenize='unicode61')"


def fresh_sqlite() -> str:
    """Return the statements that make a fresh SQLite database, as the shipped ``fresh_sqlite.sql`` holds them."""
    dialect = sqlite.dialect()
    revision = Table(REVISION_TABLE, MetaData(), Column("version_num", String(32), nullable=False))
    revision.append_constraint(PrimaryKeyConstraint("version_num", name=f"{REVISION_TABLE}_pkc"))
    statements = [str(CreateTable(revision).compile(dialect=dialect))]
    for table in METADATA.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        statements.extend(
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        )
    statements.append(SQLITE_SEARCH)
    statements.append(f"INSERT INTO {REVISION_TABLE} (version_num) VALUES ('{NEWEST}')")  # noqa: S608 - constants
    lines = (line.strip() for statement in statements for line in f"{statement.strip()};".splitlines())
    return "\n".join(line for line in lines if line) + "\n"
