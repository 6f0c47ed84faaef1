"""``servicecore work``: what failed and is tried again, what is parked, and its release."""

from __future__ import annotations

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.cli.stores import open_stored
from servicecore.engine import FailedWork, ReleaseWork
from servicecore.kernel.authority import Actor

_MOST_NAMED = 2


@click.group()
def work() -> None:
    """Look at failed work, and release what is parked."""


@work.command("list")
@options.store_argument
@options.store
@options.as_json
@answers
def list_all(named: str | None, url: str, as_json: bool) -> None:
    """List the failed work of the database at STORE: parked, which waits for its release, and tried again by itself.

    Exit code 1 says that something is parked.
    """
    url = named or url
    with open_stored(url) as core:
        parked, retrying = core.parked(), core.retrying()
    if as_json:
        print_json({"url": url, "parked": parked, "retrying": retrying})
    elif parked or retrying:
        _show(console(), (*parked, *retrying))
    else:
        console().print("no work has failed")
    finish(found=bool(parked))


@work.command()
@click.argument("named", nargs=-1, required=True, metavar="[STORE] WORK")
@options.store
@click.option("--skip", is_flag=True, help="For a delivery: leave out the event that failed, go on with the next.")
@click.option("--actor", default="cli", show_default=True, help="Who releases it; its history says so.")
@options.as_json
@answers
def release(named: tuple[str, ...], url: str, skip: bool, actor: str, as_json: bool) -> None:
    """Let the failed WORK be tried again by the next run-due, its failures forgotten; work list names it."""
    *stores, identity = named
    if len(named) > _MOST_NAMED:
        raise click.BadParameter("name a store and one work", param_hint="[STORE] WORK")
    for store in stores:
        options.check_url(click.get_current_context(), work.commands["list"].params[0], store)
        url = store
    with open_stored(url) as core:
        core.acting_as(Actor(actor, roles=frozenset({"manager"}))).execute(ReleaseWork(identity, skip=skip))
    if as_json:
        print_json({"url": url, "released": identity})
    else:
        console().print(f"released: {identity}", markup=False)


def _show(out: Console, found: tuple[FailedWork, ...]) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("work", "status", "failures", "next attempt"):
        table.add_column(heading, overflow="fold")
    for each in found:
        until = each.retry_at.isoformat() if each.retry_at is not None else "when it is released"
        table.add_row(escape(each.id), each.status.value, str(each.attempts), until)
    out.print(table)
    for each in found:
        out.print(f"{each.id}: {each.error}", markup=False)
