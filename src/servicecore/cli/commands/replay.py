"""``servicecore replay``: price recorded orders anew and compare every figure."""

from __future__ import annotations

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.cli.stores import open_stored
from servicecore.engine import ServiceCore
from servicecore.engine.replay import ReplayReport
from servicecore.engine.replay import replay as replay_orders


@click.command()
@options.store
@options.as_json
@options.quiet
@answers
def replay(url: str, as_json: bool, quiet: bool) -> None:
    """Price every recorded order of the store again, with the price book in force and as of the order's date.

    Prints for each figure how many were compared and matched, and every miss. The percentage is cut, not rounded:
    only a full match shows 100.00.
    """
    with open_stored(url) as core:
        report = replay_store(core, shown=not (quiet or as_json))
    if as_json:
        print_json(report)
    else:
        show_replay(report)
    finish(found=bool(report.misses))


def replay_store(core: ServiceCore, *, shown: bool) -> ReplayReport:
    """Return the replay of a store, with a progress bar on the error stream where ``shown``."""
    total = core.count("recorded_order")
    columns = (TextColumn("pricing {task.completed:,.0f} of {task.total:,.0f} orders again"), BarColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), disable=not shown) as progress:
        task = progress.add_task("orders", total=total)
        return replay_orders(core.runtime, core.book(), progress=lambda orders: progress.update(task, completed=orders))


def show_replay(report: ReplayReport) -> None:
    """Print the rates, and every miss."""
    title = f"{report.orders:,} orders with {report.lines:,} lines, priced again"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("figure")
    for heading in ("compared", "matched", "percent"):
        table.add_column(heading, justify="right")
    for rate in report.rates:
        table.add_row(rate.figure, f"{rate.compared:,}", f"{rate.matched:,}", rate.percent)
    out = console()
    out.print(table)
    if not report.orders:
        out.print("the store holds no recorded orders; servicecore import reads them")
    else:
        out.print(f"misses: {len(report.misses):,}" if report.misses else "every figure is matched")
    for miss in report.misses:
        where = f"order {miss.order}" + (f" line {miss.line}" if miss.line else "")
        answer = miss.computed or f"nothing ({miss.reason})"
        out.print(f"{where}: {miss.figure} recorded {miss.recorded}, computed {answer}", markup=False)
