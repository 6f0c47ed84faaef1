"""``servicecore vectors run``: run neutral acceptance vectors."""

from __future__ import annotations

from pathlib import Path

import click

from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.testing.vectors import run_file


@click.group()
def vectors() -> None:
    """Run acceptance vectors: neutral JSON files of inputs and expected outputs."""


@vectors.command()
@click.argument("files", nargs=-1, required=True, type=options.existing_file)
@options.as_json
@answers
def run(files: tuple[Path, ...], as_json: bool) -> None:
    """Run every vector of FILES and print one line a file, then each failure with expected and got.

    Refused vectors are those in the committed waiver file, each with its reason; a kind that servicecore does not
    run yet counts as not yet supported. Neither is a failure.
    """
    reports = [run_file(path) for path in files]
    if as_json:
        print_json([report.to_json() for report in reports])
    else:
        out = console()
        for report in reports:
            out.print(report.line)
        for report in reports:
            for failure in report.failures:
                out.print(str(failure), markup=False)
    finish(found=any(report.failed for report in reports))
