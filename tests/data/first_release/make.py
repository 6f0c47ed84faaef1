"""Writes the databases of the first release anew: ``python -m tests.data.first_release.make``.

After the first release they stay as they are: whoever changes the schema or an event proves on them that an upgrade
reads what was written. Until then an event that changes its meaning is written anew here. The schema is that of the
first revision always; ``postgres_tables.sql`` beside this file makes its tables.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from psycopg import sql
from tests.storage.tea_trade import NOW, open_trade, trade

from servicecore.kernel.clock import FixedClock
from servicecore.storage.sql.migrate import migrate
from servicecore.storage.sql.revisions import REVISIONS
from servicecore.testing.postgres import start_server

HERE = Path(__file__).parent
TABLES = ("claims", "counters", "documents", "entries", "events", "kept", "outbox", "search")


def make(url: str) -> None:
    clock = FixedClock(NOW)
    with open_trade(url, clock) as core:
        trade(core, clock)
    migrate(url, REVISIONS[0])


def make_sqlite() -> None:
    path = HERE / "sqlite.database"
    path.unlink(missing_ok=True)
    make(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


def make_postgres() -> None:
    server = start_server()
    make(server.schema_url("servicecore"))
    lines = [(HERE / "postgres_tables.sql").read_text("utf-8")]
    with server.session() as session:
        session.execute("SET search_path = servicecore")
        for table in TABLES:
            name = sql.Identifier(table)
            rows = session.execute(sql.SQL("SELECT * FROM {} ORDER BY 1").format(name)).fetchall()
            lines.extend(
                sql.SQL("INSERT INTO {} VALUES ({});\n")
                .format(name, sql.SQL(", ").join(map(sql.Literal, row)))
                .as_string(session)
                for row in rows
            )
        for sequence in ("documents_number_seq", "events_position_seq"):
            query = sql.SQL("SELECT last_value FROM {}").format(sql.Identifier(sequence))
            lines.append(f"SELECT setval('{sequence}', {session.execute(query).fetchall()[0][0]});\n")
    (HERE / "postgres.sql").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    make_sqlite()
    make_postgres()
