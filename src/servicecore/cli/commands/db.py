"""``servicecore db``: the database's schema."""

from __future__ import annotations

import click

from servicecore.cli import options
from servicecore.cli.answers import answers, console, print_json
from servicecore.storage.sql.migrate import upgrade as upgrade_database


@click.group()
def db() -> None:
    """Look after the database of an installation."""


@db.command()
@options.store_argument
@options.store
@options.as_json
@answers
def upgrade(named: str | None, url: str, as_json: bool) -> None:
    """Bring the schema of the database at STORE up to this release.

    One that is up to date stays as it is; a file that is not there yet becomes a database. A migration is done whole
    or not at all.
    """
    url = named or url
    revision = upgrade_database(url)
    if as_json:
        print_json({"url": url, "revision": revision})
    else:
        console().print(f"{url}: schema {revision}")
