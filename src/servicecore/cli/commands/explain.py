"""``servicecore explain``: why a stored thing is as it is: its figures, its deadline, its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from servicecore.billing import Invoice
from servicecore.cases import Case
from servicecore.cli import options
from servicecore.cli.answers import answers, console, plain, print_json
from servicecore.cli.stores import open_stored
from servicecore.cli.tables import (
    charge_texts,
    deadline_texts,
    history_table,
    invoice_table,
    ledger_table,
    order_money_table,
    quote_table,
)
from servicecore.contracts import Contract
from servicecore.orders import Order


@click.command()
@click.argument("id")
@options.store
@options.as_json
@options.locale
@answers
def explain(id: str, url: str, as_json: bool, locale: str) -> None:  # noqa: A002 - the argument's own name
    """Explain the order, case, contract, invoice, customer or item called ID: how its figures came about."""
    with open_stored(url) as core:
        kind, state = core.locate(id)
        history = core.history(id, kind.name)
        if as_json:
            print_json({"kind": kind.name, "state": plain(state), "history": [plain(each) for each in history]})
            return
        _show(state, core.runtime.clock.now(), locale)
        console().print()
        console().print(history_table(history, locale))


def _show(state: Any, now: datetime, locale: str) -> None:
    out = console()
    if isinstance(state, Order):
        out.print(quote_table(state.quote, locale))
        out.print(state.quote.explain(locale), markup=False)
        out.print()
        out.print(order_money_table(state, locale))
    elif isinstance(state, Case):
        out.print(f"{state.id}: {state.subject} ({state.priority}, {state.state})", markup=False)
        for text in deadline_texts(state, now, locale):
            out.print()
            out.print(text, markup=False)
    elif isinstance(state, Contract):
        out.print(ledger_table(state, locale))
        for text in charge_texts(state, locale):
            out.print(text, markup=False)
    elif isinstance(state, Invoice):
        out.print(invoice_table(state, locale))
    else:
        print_json(state)
