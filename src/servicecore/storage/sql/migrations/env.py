"""Runs the migrations on the connection that ``migrate`` opened."""

from __future__ import annotations

from alembic import context

from servicecore.storage.sql.revisions import REVISION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=REVISION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
