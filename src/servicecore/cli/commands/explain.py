"""``servicecore explain``: why a stored thing is as it is: its figures, its deadline, its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click
from rich.table import Table

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
from servicecore.engine import HistoryEntry
from servicecore.orders import Order


@click.command()
@click.argument("id")
@click.option("--kind", default="", help="order, case, contract ...; needed where several kinds have the id.")
@options.store
@options.as_json
@options.locale
@answers
def explain(id: str, kind: str, url: str, as_json: bool, locale: str) -> None:  # noqa: A002 - the argument's own name
    """Explain the order, case, contract, invoice, customer or item called ID: how its figures came about.

    An order shows its quote step by step and how its money stands, a case its deadlines day by day, a contract each
    charge; all show who did what when and why.
    """
    with open_stored(url) as core:
        found, state = core.locate(id, kind)
        history = core.history(id, found.name)
        texts = tuple(_texts(state, core.runtime.clock.now(), locale))
    if as_json:
        entries = [_entry(each) for each in history]
        print_json({"kind": found.name, "state": plain(state), "explanation": texts, "history": entries})
        return
    out = console()
    tables = tuple(_tables(state, locale))
    if not tables and not texts:
        print_json(state)
    for table in tables:
        out.print(table)
    for text in texts:
        out.print(text, markup=False)
        out.print()
    out.print(history_table(history, locale))


def _tables(state: Any, locale: str) -> Iterator[Table]:
    if isinstance(state, Order):
        yield quote_table(state.quote, locale)
        yield order_money_table(state, locale)
    elif isinstance(state, Contract):
        yield ledger_table(state, locale)
    elif isinstance(state, Invoice):
        yield invoice_table(state, locale)


def _texts(state: Any, now: datetime, locale: str) -> Iterator[str]:
    if isinstance(state, Order):
        yield state.quote.explain(locale)
    elif isinstance(state, Case):
        yield f"{state.id}: {state.subject} ({state.priority}, {state.state})"
        yield from deadline_texts(state, now, locale)
    elif isinstance(state, Contract):
        yield from charge_texts(state, locale)


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    return {
        "version": entry.version,
        "at": entry.at,
        "type": entry.event.type_name,
        "event": entry.event,
        "actor": entry.actor,
        "approver": entry.approver,
        "reason": entry.reason,
        "command": entry.command,
    }
