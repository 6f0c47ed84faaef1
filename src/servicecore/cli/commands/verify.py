"""``servicecore verify``: prove that a database is what its events say."""

from __future__ import annotations

import click

from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.engine import ServiceCore


@click.command()
@click.argument("url", default="sqlite:///servicecore.db")
@options.as_json
@answers
def verify(url: str, as_json: bool) -> None:
    """Fold every aggregate of the database at URL anew, check the hash chain, and report each discrepancy."""
    with ServiceCore.open(url) as core:
        found = tuple(core.verify())
    if as_json:
        print_json({"url": url, "discrepancies": found})
    else:
        out = console()
        for each in found:
            out.print(str(each))
        out.print("clean: every document is the fold of its events" if not found else f"{len(found)} discrepancies")
    finish(found=bool(found))
