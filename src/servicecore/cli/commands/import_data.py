"""``servicecore import``: a folder of files becomes customers, items, a price book and recorded orders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from servicecore.boundary.mapping import load_mapping
from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.cli.stores import open_core
from servicecore.engine.imports import ImportReport, import_folder

_SHOWN = 20


@click.command("import")
@click.argument("folder", type=options.existing_folder)
@click.option(
    "--mapping", required=True, type=options.existing_file, help="YAML or JSON file; see the how-to on imports."
)
@options.store
@options.as_json
@options.quiet
@click.option("--all", "show_all", is_flag=True, help=f"List every bad row, not only the first {_SHOWN}.")
@answers
def import_data(folder: Path, mapping: Path, url: str, as_json: bool, quiet: bool, show_all: bool) -> None:
    """Read the files of FOLDER as a mapping says into a store.

    Customers, items and recorded orders are kept, and a price book is put in force. Bad rows are listed with file,
    line, field and reason; the good ones are kept, and an order or a price book that lacks a row is left out whole. A
    repeat changes nothing, and a killed import goes on where it stopped.
    """
    plan = load_mapping(mapping)
    with open_core(url) as core, import_progress(shown=not (quiet or as_json)) as progress:
        report = import_folder(core.runtime, folder, plan, progress=rows_shown(progress))
    if as_json:
        print_json(report)
    else:
        show_import(report, most=None if show_all else _SHOWN)
    finish(found=bool(report.bad))


def import_progress(*, shown: bool) -> Progress:
    """Return the progress display of an import: file, rows, time; on the error stream."""
    return Progress(
        TextColumn("{task.description:<28}"),
        TextColumn("{task.completed:>8,.0f} rows"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not shown,
    )


def rows_shown(progress: Progress) -> Callable[[str, int], None]:
    """Return the function that shows on ``progress`` how many rows of a file are done."""
    tasks: dict[str, TaskID] = {}

    def moved(file: str, rows: int) -> None:
        if file not in tasks:
            if tasks:
                progress.stop_task(next(reversed(tasks.values())))
            tasks[file] = progress.add_task(file, total=None)
        progress.update(tasks[file], completed=rows)

    return moved


def show_import(report: ImportReport, *, most: int | None = _SHOWN) -> None:
    """Print what an import did, file by file, and its bad rows."""
    table = Table(title=report.title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("file", overflow="fold")
    table.add_column("into", no_wrap=True)
    for heading in ("rows", "added", "changed", "same", "bad"):
        table.add_column(heading, justify="right", no_wrap=True)
    for source in report.sources:
        kept = (source.added, source.changed, source.unchanged)
        shown = [f"{count:,}" for count in kept] if sum(kept) or not source.taken else ["", "", ""]
        table.add_row(source.file, source.into, f"{source.rows:,}", *shown, f"{len(source.bad):,}")
    out = console()
    out.print(table)
    if report.book_version:
        state = "is in force now" if report.book_changed else "was in force already: nothing changed"
        out.print(f"price book {report.book_version} {state}")
    for source in report.sources:
        if source.unasked:
            out.print(f"{source.file}: {source.unasked:,} rows that no record asked for", markup=False)
    for bad in report.bad[:most]:
        reasons = "; ".join(problem.text() for problem in bad.problems)
        place = f"{bad.file}:{bad.line}" if bad.line else bad.file
        out.print(f"{place}: {reasons}", markup=False)
    if most is not None and len(report.bad) > most:
        out.print(f"... and {len(report.bad) - most:,} more bad rows; --all lists them")
