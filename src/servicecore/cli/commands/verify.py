"""``servicecore verify``: prove that a database is what its events say."""

from __future__ import annotations

from collections.abc import Iterator

import click
from rich.console import Console

from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.cli.stores import open_stored
from servicecore.storage.verify import Discrepancy


@click.command()
@options.store_argument
@options.store
@options.as_json
@answers
def verify(named: str | None, url: str, as_json: bool) -> None:
    """Prove that the database at STORE is what its events say, and report each discrepancy.

    Every aggregate is folded from its events anew and compared with its document; the chain of digests, versions,
    indexes, due times and claims are checked, and the ledger of what the tables hold. Reads only; writers may go on.
    Kinds that an older release filed are named: ``servicecore db upgrade`` files them anew.
    """
    url = named or url
    with open_stored(url) as core:
        stale = core.stale_kinds()
        if as_json:
            discrepancies = tuple(core.verify())
            found = len(discrepancies)
            print_json({"url": url, "discrepancies": discrepancies, "stale": stale})
        else:
            found = _tell(console(), core.verify())
            if stale:
                console().print(
                    f"filed by an older release: {', '.join(stale)}; servicecore db upgrade files it anew", markup=False
                )
    finish(found=bool(found))


def _tell(out: Console, discrepancies: Iterator[Discrepancy]) -> int:
    """Print each discrepancy as it is found, and return how many there are."""
    found = 0
    for found, each in enumerate(discrepancies, start=1):  # noqa: B007 - counted for the last line
        where = " ".join(filter(None, (each.kind, each.id))) or "the store"
        version = f" version {each.version}" if each.version else ""
        out.print(f"{where}{version}: {each.what}", markup=False)
    out.print(f"discrepancies: {found}" if found else "clean: every document is the fold of its events")
    return found
