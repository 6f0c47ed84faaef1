"""The tables of a SQL store: what migrations lead to and what a fresh database is made of.

One table holds the documents of all kinds, so that a plugin's kind needs no migration, the hot statements never
change, and one index over all kinds says what is due. Instants are whole microseconds since 1970 in UTC.
"""

from __future__ import annotations

from typing import Final, cast

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
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from servicecore.storage.sql.revisions import NEWEST, REVISION_TABLE

_BIG: Final = BigInteger().with_variant(Integer(), "sqlite")
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code points, whatever the language of the database."""

METADATA: Final = MetaData()


def _number(name: str) -> Column[int]:
    """Return a column that the second revision added to a table with rows."""
    return Column(name, _BIG, nullable=False, server_default=text("0"))


DOCUMENTS: Final = Table(
    "documents",
    METADATA,
    Column("number", _BIG, primary_key=True),
    Column("kind", _TEXT, nullable=False),
    Column("id", _TEXT, nullable=False),
    Column("version", _BIG, nullable=False),
    Column("data", _TEXT, nullable=False),
    Column("indexes", _TEXT, nullable=False),
    Column("claims", _TEXT, nullable=False),
    Column("wakeup", _BIG),
    Column("due_at", _BIG),
    Column("digest", _TEXT, nullable=False),
    Column("postponed", _BIG),
    UniqueConstraint("kind", "id", name="documents_by_id"),
    sqlite_strict=True,
)
"""``due_at`` is when the aggregate may next be handed out: its wake-up, or ``postponed``, the end of its lease."""

Index(
    "documents_due",
    DOCUMENTS.c.due_at,
    sqlite_where=DOCUMENTS.c.due_at.is_not(None),
    postgresql_where=DOCUMENTS.c.due_at.is_not(None),
)
Index(
    "documents_leased",
    DOCUMENTS.c.wakeup,
    sqlite_where=DOCUMENTS.c.due_at != DOCUMENTS.c.wakeup,
    postgresql_where=DOCUMENTS.c.due_at != DOCUMENTS.c.wakeup,
)

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("position", _BIG, primary_key=True),
    Column("kind", _TEXT, nullable=False),
    Column("id", _TEXT, nullable=False),
    Column("version", _BIG, nullable=False),
    Column("type_name", _TEXT, nullable=False),
    Column("type_version", _BIG, nullable=False),
    Column("data", _TEXT, nullable=False),
    Column("meta", _TEXT, nullable=False),
    Column("at", _BIG, nullable=False),
    Column("digest", _TEXT, nullable=False),
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
    Column("kind", _TEXT, primary_key=True),
    Column("name", _TEXT, primary_key=True),
    Column("value", _TEXT, primary_key=True),
    Column("id", _TEXT, primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What documents are found by: one row a kind, index name, value and id."""

CLAIMS: Final = Table(
    "claims",
    METADATA,
    Column("claim", _TEXT, primary_key=True),
    Column("owner", _TEXT, nullable=False),
    _number("mark"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

COUNTERS: Final = Table(
    "counters",
    METADATA,
    Column("name", _TEXT, primary_key=True),
    Column("value", _BIG, nullable=False),
    _number("mark"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

KEPT: Final = Table(
    "kept",
    METADATA,
    Column("key", _TEXT, primary_key=True),
    Column("data", _TEXT, nullable=False),
    _number("mark"),
    _number("trail"),
    sqlite_strict=True,
)
"""``mark`` stands for key and data; ``trail`` is the sum of all marks that the row ever had.

Texts may be long, as a price book is: in a tree of keys without rows of its own, a look-up that meets one reads it.
"""

LEDGER: Final = Table(
    "ledger",
    METADATA,
    Column("stripe", _BIG, primary_key=True, autoincrement=False),
    Column("log", _BIG, nullable=False),
    Column("handed_on", _BIG, nullable=False),
    Column("claims", _BIG, nullable=False),
    Column("counters", _BIG, nullable=False),
    Column("kept", _BIG, nullable=False),
    sqlite_strict=True,
)
"""The sums of ``servicecore.storage.sql.ledger`` in stripes that add up: each session has its own, none waits.

The sum of the claims holds the number of its stripe besides.
"""

SQLITE_SEARCH: Final = "CREATE VIRTUAL TABLE search USING fts5(words, tokenize='unicode61')"

POSTGRES_METADATA: Final = MetaData()

POSTGRES_SEARCH: Final = Table(
    "search",
    POSTGRES_METADATA,
    Column("number", _BIG, primary_key=True, autoincrement=False),
    Column("vector", TSVECTOR, nullable=False),
)
"""The words of each document's index values, by the document's number."""

Index("search_vector", POSTGRES_SEARCH.c.vector, postgresql_using="gin")


def fresh_sqlite() -> str:
    """Return the statements that make a fresh SQLite database, as the shipped ``fresh_sqlite.sql`` holds them."""
    return _script(sqlite.dialect(), (METADATA,), SQLITE_SEARCH)


def fresh_postgres() -> str:
    """Return the statements that fill an empty PostgreSQL schema, as the shipped ``fresh_postgres.sql`` holds them."""
    return _script(cast("type[Dialect]", PGDialect)(), (METADATA, POSTGRES_METADATA))


def _script(dialect: Dialect, tables: tuple[MetaData, ...], *more: str) -> str:
    revision = Table(REVISION_TABLE, MetaData(), Column("version_num", String(32), nullable=False))
    revision.append_constraint(PrimaryKeyConstraint("version_num", name=f"{REVISION_TABLE}_pkc"))
    statements = [str(CreateTable(revision).compile(dialect=dialect))]
    for table in (table for metadata in tables for table in metadata.sorted_tables):
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        statements.extend(
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        )
    statements.extend(more)
    statements.append(f"INSERT INTO {REVISION_TABLE} (version_num) VALUES ('{NEWEST}')")  # noqa: S608 - constants
    lines = (line.strip() for statement in statements for line in f"{statement.strip()};".splitlines())
    return "\n".join(line for line in lines if line) + "\n"
