"""``servicecore demo``: a call-centre day, told step by step."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from servicecore.boundary.mapping import load_mapping
from servicecore.cli import options
from servicecore.cli.answers import answers, console, print_json
from servicecore.cli.commands.import_data import import_progress, rows_shown, show_import
from servicecore.cli.commands.replay import replay_store, show_replay
from servicecore.cli.demonstration import run_day
from servicecore.cli.demonstration.sentences import say
from servicecore.engine import ServiceCore
from servicecore.engine.imports import import_folder


@click.command()
@options.locale
@options.as_json
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the demonstration's SQLite file here.")
@click.option("--no-replay", is_flag=True, help="Leave out the replay of real orders, also where the data is there.")
@answers
def demo(locale: str, as_json: bool, keep: Path | None, no_replay: bool) -> None:
    """Live through a call-centre day on SQLite: quote, order, hold, payment, shipment, return, case, contract.

    Where acceptance data lies beside the checkout (SERVICECORE_ACCEPTANCE), real orders are priced again too.
    """
    out = console()
    with tempfile.TemporaryDirectory(prefix="servicecore-demo-") as folder:
        path = keep if keep is not None else Path(folder) / "shop.db"
        url = f"sqlite:///{path}"
        if as_json:
            out.quiet = True
        run_day(url, out, locale)
        if as_json:
            with ServiceCore.open(url) as core:
                kinds = ("customer", "order", "invoice", "case", "contract")
                print_json(
                    {"store": url if keep is not None else "", "stored": {each: core.count(each) for each in kinds}}
                )
            return
        if not no_replay:
            _replay(Path(folder), locale)


def _replay(folder: Path, locale: str) -> None:
    out = console()
    data = Path(os.environ.get("SERVICECORE_ACCEPTANCE") or "/nonexistent") / "data" / "adventureworks"
    mapping = Path(__file__).parents[4] / "examples" / "adventureworks" / "mapping.yaml"
    if not data.is_dir() or not mapping.is_file():
        out.print(say("no_data", locale))
        return
    out.print(say("replay", locale))
    url = f"sqlite:///{folder / 'adventureworks.db'}?synchronous=normal"
    with ServiceCore.open(url) as core, import_progress(shown=True) as progress:
        moved = rows_shown(progress)
        show_import(import_folder(core.runtime, data, load_mapping(mapping), progress=moved))
    with ServiceCore.open(url) as core:
        show_replay(replay_store(core, shown=True))
