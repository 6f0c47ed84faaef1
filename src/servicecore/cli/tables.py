"""Tables for people: a quote, an order, a history, a deadline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rich.table import Table

from servicecore.engine import HistoryEntry
from servicecore.pricing.quote import Quote


def quote_table(quote: Quote) -> Table:
    """Return lines, charges, tax and total of a quote."""
    table = Table(title=f"quote {quote.id}, book {quote.book}")
    table.add_column("line", justify="right")
    table.add_column("item")
    for heading in ("quantity", "list price", "price", "discount", "net", "margin"):
        table.add_column(heading, justify="right")
    for line in quote.lines:
        margin = "" if line.margin.percent is None else f"{line.margin.percent:.1f} % {line.margin.level.value}"
        table.add_row(
            str(line.number),
            line.description or line.item,
            f"{line.quantity.normalize():f} {line.unit}",
            str(line.list_price),
            str(line.unit_price),
            str(line.discount) if line.discounts else "",
            str(line.net),
            margin,
        )
    table.add_section()
    table.add_row("", "sub-total", "", "", "", "", str(quote.subtotal), "")
    for charge in quote.charges:
        table.add_row("", charge.id, "", "", "", "", str(charge.amount), "")
    table.add_row("", "tax", "", "", "", "", str(quote.tax), "")
    table.add_row("", "total", "", "", "", "", str(quote.total), "", style="bold")
    return table


def history_table(history: Iterable[HistoryEntry], locale: str = "en") -> Table:
    """Return who did what when and why."""
    title = {"it": "storia", "de": "Verlauf"}.get(locale, "history")
    table = Table(title=title)
    table.add_column("#", justify="right")
    for heading in ("at", "event", "by", "approved by", "reason"):
        table.add_column(heading)
    for entry in history:
        table.add_row(
            str(entry.version),
            instant(entry.at),
            entry.event.type_name,
            entry.actor.id,
            entry.approver,
            entry.reason.code if entry.reason is not None else "",
        )
    return table


def instant(at: datetime) -> str:
    """Return an instant for a table: UTC, to the minute."""
    return f"{at:%Y-%m-%d %H:%M}Z"
