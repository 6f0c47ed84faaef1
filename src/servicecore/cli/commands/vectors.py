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
@click.option("--reasons", is_flag=True, help="Print why each vector was refused, or is not yet supported.")
@options.as_json
@answers
def run(files: tuple[Path, ...], reasons: bool, as_json: bool) -> None:
    """Run every vector of FILES and print one line a file, then each failure with expected and got.

    Refused vectors are those in the committed waiver file, each with its reason, and those whose own figures
    contradict each other; a kind that servicecore does not run yet, and a vector with something that its check does
    not read, count as not yet supported. Neither is a failure.
    """
    reports = [run_file(path) for path in files]
    if as_json:
        print_json([report.to_json() for report in reports])
    else:
        out = console()
        for report in reports:
            out.print(report.line)
        for report in reports:
            for told in (*report.failures, *(report.set_aside if reasons else ())):
                out.print(str(told), markup=False)
    finish(found=any(report.failed for report in reports))
