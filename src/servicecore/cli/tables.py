"""Tables for people: a quote, an order, a history, a deadline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from servicecore.cases import Case, explain_clock
from servicecore.engine import HistoryEntry
from servicecore.kernel.money import Money
from servicecore.pricing.quote import MarginLevel, Quote, QuoteLine


def quote_table(quote: Quote) -> Table:
    """Return lines, charges, tax and total of a quote."""
    table = Table(title=f"{quote.id}, {quote.book}, {quote.currency}", box=SIMPLE_HEAD)
    table.add_column("#", justify="right")
    table.add_column("item")
    for heading in ("quantity", "list", "price", "discount", "net", "margin"):
        table.add_column(heading, justify="right", no_wrap=True)
    for line in quote.lines:
        table.add_row(
            str(line.number),
            line.description or line.item,
            f"{line.quantity.normalize():f}",
            amount(line.list_price),
            amount(line.unit_price),
            amount(line.discount) if line.discounts else "",
            amount(line.net),
            margin(line),
        )
    table.add_section()
    totals = [("sub-total", quote.subtotal), *((charge.id, charge.amount) for charge in quote.charges)]
    for name, money in (*totals, ("tax", quote.tax)):
        table.add_row("", name, "", "", "", "", amount(money), "")
    table.add_row("", "total", "", "", "", "", amount(quote.total), "", style="bold")
    return table


def margin(line: QuoteLine) -> Text:
    """Return the margin in percent, in yellow for a warning and red for an error, a question mark where unknown."""
    if line.margin.percent is None:
        return Text("?" if line.margin.level is MarginLevel.UNKNOWN_COST else "")
    style = {MarginLevel.WARNING: "yellow", MarginLevel.ERROR: "red"}.get(line.margin.level, "")
    mark = {MarginLevel.WARNING: " !", MarginLevel.ERROR: " !!"}.get(line.margin.level, "")
    return Text(f"{line.margin.percent:.1f} %{mark}", style=style)


def amount(money: Money) -> str:
    """Return an amount without its currency, for a column that names it."""
    return str(money).rsplit(" ", 1)[0]


def history_table(history: Iterable[HistoryEntry], locale: str = "en") -> Table:
    """Return who did what when and why."""
    title = {"it": "storia", "de": "Verlauf"}.get(locale, "history")
    table = Table(title=title, box=SIMPLE_HEAD)
    table.add_column("#", justify="right")
    for heading in ("at", "event", "by", "reason"):
        table.add_column(heading, no_wrap=True)
    for entry in history:
        table.add_row(
            str(entry.version),
            instant(entry.at),
            entry.event.type_name,
            entry.actor.id + (f" + {entry.approver}" if entry.approver else ""),
            entry.reason.code if entry.reason is not None else "",
        )
    return table


def deadline_texts(case: Case, now: datetime, locale: str = "en") -> tuple[str, ...]:
    """Return the day-by-day explanation of every clock of a case; empty where no service level applies."""
    if case.timers is None:
        return ()
    at = max(now, case.changed_at)
    return tuple(explain_clock(case.timers, clock, at).text(locale) for clock in case.timers.clocks)


def instant(at: datetime) -> str:
    """Return an instant for a table: UTC, to the minute."""
    return f"{at:%Y-%m-%d %H:%M}Z"
