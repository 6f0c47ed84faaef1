"""``servicecore demo``: a call-centre day, told step by step."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click

from servicecore.boundary.mapping import load_mapping
from servicecore.cli import options
from servicecore.cli.answers import answers, console, print_json
from servicecore.cli.commands.import_data import import_progress, rows_shown, show_import
from servicecore.cli.commands.replay import replay_store, show_replay
from servicecore.cli.demonstration import run_day
from servicecore.cli.demonstration.sentences import say
from servicecore.cli.stores import open_core
from servicecore.engine import ServiceCore
from servicecore.engine.imports import import_folder

_KINDS: Final = ("customer", "order", "invoice", "case", "contract")


@click.command()
@options.locale
@options.as_json
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the demonstration's SQLite file here.")
@click.option("--no-replay", is_flag=True, help="Leave out the replay of real orders, also where the data is there.")
@answers
def demo(locale: str, as_json: bool, keep: Path | None, no_replay: bool) -> None:
    """Live through a call-centre day on SQLite, told step by step.

    A quote, an order, a hold, a payment, a shipment, a return, a case with its deadline, a contract. Where acceptance
    data lies beside the checkout (SERVICECORE_ACCEPTANCE), real orders are priced again too.
    """
    if keep is not None and keep.exists():
        raise click.BadParameter(f"{keep} is there already; name a new file", param_hint="'--keep'")
    out = console()
    out.quiet = as_json
    with tempfile.TemporaryDirectory(prefix="servicecore-demo-") as folder:
        path = keep if keep is not None else Path(folder) / "shop.db"
        url = f"sqlite:///{quote(str(path))}"
        run_day(url, out, locale, kept=keep is not None)
        if as_json:
            print_json(_facts(url, kept=keep is not None))
        elif not no_replay:
            _replay(Path(folder), locale)


def _facts(url: str, *, kept: bool) -> dict[str, Any]:
    """Return what the day left in the store, the same on every day that it is lived through."""
    with open_core(url) as core:
        states = {kind: [core.locate(each, kind)[1] for each in _ids(core, kind)] for kind in _KINDS}
        (order,), (contract,) = states["order"], states["contract"]
        return {
            "store": url if kept else "",
            "stored": {kind: len(found) for kind, found in states.items()},
            "order": {
                "total": order.quote.total,
                "invoiced": order.invoiced,
                "captured": order.ledger.captured(),
                "refunded": order.ledger.refunded(),
            },
            "contract": {
                "periods": len(contract.charges),
                "billed": contract.billed(),
                "until": contract.term.last_day,
            },
            "events": len(core.runtime.store.log(limit=100_000)),
            "discrepancies": tuple(core.verify()),
        }


def _ids(core: ServiceCore, kind: str) -> list[str]:
    return [document.id for document in core.runtime.store.documents(kind)]


def _replay(folder: Path, locale: str) -> None:
    out = console()
    data = Path(os.environ.get("SERVICECORE_ACCEPTANCE") or "/nonexistent") / "data" / "adventureworks"
    mapping = Path(__file__).parents[4] / "examples" / "adventureworks" / "mapping.yaml"
    if not data.is_dir() or not mapping.is_file():
        out.print(say("no_data", locale))
        return
    out.print(say("replay", locale))
    url = f"sqlite:///{folder / 'adventureworks.db'}?synchronous=normal"
    with open_core(url) as core, import_progress(shown=True) as progress:
        moved = rows_shown(progress)
        show_import(import_folder(core.runtime, data, load_mapping(mapping), progress=moved))
    with open_core(url) as core:
        show_replay(replay_store(core, shown=True))
