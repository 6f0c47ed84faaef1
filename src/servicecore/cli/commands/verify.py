"""``servicecore verify``: prove that a database is what its events say."""

from __future__ import annotations

import click

from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.cli.stores import open_stored


@click.command()
@options.store_argument
@options.store
@options.as_json
@answers
def verify(named: str | None, url: str, as_json: bool) -> None:
    """Prove that the database at STORE is what its events say, and report each discrepancy.

    Every aggregate is folded from its events anew and compared with its document; the chain of digests, versions,
    indexes, due times and claims are checked. Reads only; writers may go on.
    """
    url = named or url
    with open_stored(url) as core:
        found = tuple(core.verify())
    if as_json:
        print_json({"url": url, "discrepancies": found})
    else:
        out = console()
        for each in found:
            where = " ".join(filter(None, (each.kind, each.id))) or "the store"
            version = f" version {each.version}" if each.version else ""
            out.print(f"{where}{version}: {each.what}", markup=False)
        out.print(f"discrepancies: {len(found)}" if found else "clean: every document is the fold of its events")
    finish(found=bool(found))
