"""The first schema: documents, events, outbox, entries, claims, counters, kept results, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "documents",
        sa.Column("number", _BIG, primary_key=True),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("version", _BIG, nullable=False),
        sa.Column("data", _TEXT, nullable=False),
        sa.Column("indexes", _TEXT, nullable=False),
        sa.Column("claims", _TEXT, nullable=False),
        sa.Column("wakeup", _BIG),
        sa.Column("due_at", _BIG),
        sa.Column("digest", _TEXT, nullable=False),
        sa.UniqueConstraint("kind", "id", name="documents_by_id"),
        sqlite_strict=True,
    )
    op.create_index(
        "documents_due",
        "documents",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "documents_leased",
        "documents",
        ["wakeup"],
        sqlite_where=sa.text("due_at != wakeup"),
        postgresql_where=sa.text("due_at != wakeup"),
    )
    op.create_table(
        "events",
        sa.Column("position", _BIG, primary_key=True),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("version", _BIG, nullable=False),
        sa.Column("type_name", _TEXT, nullable=False),
        sa.Column("type_version", _BIG, nullable=False),
        sa.Column("data", _TEXT, nullable=False),
        sa.Column("meta", _TEXT, nullable=False),
        sa.Column("at", _BIG, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.UniqueConstraint("kind", "id", "version", name="events_by_version"),
        sqlite_strict=True,
    )
    op.create_table(
        "outbox",
        sa.Column("position", _BIG, sa.ForeignKey("events.position"), primary_key=True),
        sqlite_strict=True,
    )
    for name, key, rest in (
        ("entries", ("kind", "name", "value", "id"), ()),
        ("claims", ("claim",), (sa.Column("owner", _TEXT, nullable=False),)),
        ("counters", ("name",), (sa.Column("value", _BIG, nullable=False),)),
        ("kept", ("key",), (sa.Column("data", _TEXT, nullable=False),)),
    ):
        op.create_table(
            name,
            *(sa.Column(part, _TEXT, primary_key=True) for part in key),
            *rest,
            sqlite_strict=True,
            sqlite_with_rowid=False,
        )
    if op.get_context().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search USING fts5(words, tokenize='unicode61')")
        return
    op.create_table(
        "search",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("vector", TSVECTOR, nullable=False),
    )
    op.create_index("search_vector", "search", ["vector"], postgresql_using="gin")


def downgrade() -> None:
    """Drop every table and everything in them."""
    for name in ("search", "kept", "counters", "claims", "entries", "outbox", "events", "documents"):
        op.drop_table(name)
