"""``servicecore explain``: why a stored thing is as it is: its figures, its deadline, its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from servicecore.cases import Case
from servicecore.cli import options
from servicecore.cli.answers import answers, console, plain, print_json
from servicecore.cli.tables import deadline_texts, history_table, quote_table
from servicecore.engine import ServiceCore
from servicecore.orders import Order


@click.command()
@click.argument("id")
@options.store
@options.as_json
@options.locale
@answers
def explain(id: str, url: str, as_json: bool, locale: str) -> None:  # noqa: A002 - the argument's own name
    """Explain the order, case, contract, invoice, customer or item called ID: how its figures came about."""
    with ServiceCore.open(url) as core:
        kind, state = core.locate(id)
        history = core.history(id, kind.name)
        if as_json:
            print_json({"kind": kind.name, "state": plain(state), "history": [plain(each) for each in history]})
            return
        _show(state, core.runtime.clock.now(), locale)
        console().print(history_table(history, locale))


def _show(state: Any, now: datetime, locale: str) -> None:
    out = console()
    if isinstance(state, Order):
        out.print(quote_table(state.quote))
        out.print(state.quote.explain(locale), markup=False)
    elif isinstance(state, Case):
        for text in deadline_texts(state, now, locale):
            out.print(text, markup=False)
    else:
        print_json(state)
