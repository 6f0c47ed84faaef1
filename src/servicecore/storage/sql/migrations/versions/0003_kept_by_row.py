"""Kept texts of a SQLite file stand in rows of their own, beside the index of their keys.

Without them the tree of keys held the texts, and a look-up that met the row of a long one read it whole. PostgreSQL
keeps long texts apart from the row and its index of keys by itself: there this revision changes nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COLUMNS = "key, data, mark, trail"


def upgrade() -> None:
    """Move what is kept into a table with rows."""
    _move(with_rowid=True)


def downgrade() -> None:
    """Move what is kept back into the tree of its keys."""
    _move(with_rowid=False)


def _move(*, with_rowid: bool) -> None:
    if op.get_context().dialect.name != "sqlite":
        return
    op.rename_table("kept", "kept_before")
    op.create_table(
        "kept",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("data", sa.Text, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")) for name in ("mark", "trail")),
        sqlite_strict=True,
        sqlite_with_rowid=with_rowid,
    )
    op.execute(f"INSERT INTO kept ({_COLUMNS}) SELECT {_COLUMNS} FROM kept_before ORDER BY key")  # noqa: S608 - constants
    op.drop_table("kept_before")
