"""``servicecore run-due``: do everything whose time has come."""

from __future__ import annotations

import click

from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.cli.stores import open_stored


@click.command("run-due")
@options.store
@options.as_json
@click.option("--limit", type=click.IntRange(min=1), default=10_000, show_default=True, help="Most aggregates to wake.")
@answers
def run_due(url: str, as_json: bool, limit: int) -> None:
    """Do everything whose time has come, exactly once: timers, bills, renewals, holds that lapse, open payments."""
    with open_stored(url) as core:
        report = core.run_due(limit=limit)
    if as_json:
        print_json(report)
    else:
        out = console()
        out.print(f"woken: {report.woken}, events: {report.events}, payments settled: {report.payments}")
        for failure in report.failures:
            out.print(f"failed: {failure.kind} {failure.id}: {failure.reason}", markup=False)
        for refused in report.refused:
            reasons = "; ".join(problem.text() for problem in refused.problems)
            out.print(
                f"refused: {refused.command} after event {refused.position} ({refused.process}): {reasons}",
                markup=False,
            )
        for waiting in report.waiting:
            out.print(f"waiting: event {waiting.position} ({waiting.process}): {waiting.reason}", markup=False)
    finish(found=bool(report.failures or report.refused or report.waiting))
