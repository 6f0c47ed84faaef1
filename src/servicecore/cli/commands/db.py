"""``servicecore db``: the database's schema, and what its documents are found by."""

from __future__ import annotations

from contextlib import closing

import click

from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.cli.stores import must_exist
from servicecore.engine import KINDS
from servicecore.engine.filing_versions import kinds_behind
from servicecore.engine.rebuild_indexes import RebuildReport, rebuild_indexes
from servicecore.storage.codec import JsonCodec
from servicecore.storage.open_store import open_store
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
    """Bring the database at STORE up to this release: its schema, then what its documents are found by.

    One that is up to date stays as it is; a file that is not there yet becomes a database. A migration is done whole
    or not at all; what documents are found by is rebuilt in batches, and where that was ended a repeat goes on.
    """
    url = named or url
    revision = upgrade_database(url)
    with closing(open_store(url)) as store:
        report = rebuild_indexes(store, kinds_behind(store, KINDS), JsonCodec())
    if as_json:
        print_json({"url": url, "revision": revision, **_plain(report)})
    else:
        console().print(f"{url}: schema {revision}")
        _tell(url, report)
    finish(found=bool(report.left))


@db.command()
@options.store_argument
@options.store
@options.as_json
@answers
def reindex(named: str | None, url: str, as_json: bool) -> None:
    """Rebuild what all documents at STORE are found by: indexes, words of the search, wake-ups, claims.

    Only what differs from the documents' states is written. Others may go on meanwhile; it may be ended and repeated.
    """
    url = named or url
    must_exist(url)
    with closing(open_store(url)) as store:
        report = rebuild_indexes(store, KINDS, JsonCodec())
    if as_json:
        print_json({"url": url, **_plain(report)})
    else:
        _tell(url, report)
    finish(found=bool(report.left))


def _plain(report: RebuildReport) -> dict[str, object]:
    return {"looked_at": report.looked_at, "rewritten": report.rewritten, "kinds": report.kinds, "left": report.left}


def _tell(url: str, report: RebuildReport) -> None:
    out = console()
    for each in report.kinds:
        if each.looked_at:
            out.print(f"{each.kind}: looked at {each.looked_at}, rewrote {each.rewritten}", markup=False)
    for left in report.left:
        out.print(f"{left.kind} {left.id} is left as it was: {left.why}", markup=False)
    if not report.rewritten and not report.left:
        out.print(f"{url}: every document is filed as this release files it", markup=False)
