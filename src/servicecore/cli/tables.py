"""Tables for people, within 80 columns: a quote, an order's money, an invoice, a contract's ledger, a history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from servicecore.billing import Invoice
from servicecore.cases import Case, explain_clock
from servicecore.cli.labels import label
from servicecore.contracts import Contract
from servicecore.contracts.period_charge import explain_charge
from servicecore.engine import HistoryEntry
from servicecore.kernel.money import Money
from servicecore.orders import Order
from servicecore.orders.summary import summary
from servicecore.pricing.quote import MarginLevel, Quote, QuoteLine


def _table(title: str, left: tuple[str, ...], right: tuple[str, ...], locale: str) -> Table:
    """Return an empty table whose ``left`` columns hold text and whose ``right`` ones hold figures."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for name in left:
        table.add_column(label(name, locale), justify="right" if name == "#" else "left")
    for name in right:
        table.add_column(label(name, locale), justify="right", no_wrap=True)
    return table


def quote_table(quote: Quote, locale: str = "en") -> Table:
    """Return lines, charges, tax and total of a quote."""
    title = f"{quote.id}, {quote.book}, {quote.currency}"
    table = _table(title, ("#", "item"), ("quantity", "price", "discount", "net", "margin"), locale)
    for line in quote.lines:
        table.add_row(
            str(line.number),
            line.description or line.item,
            quantity(line),
            amount(line.unit_price),
            amount(line.discount) if line.discounts else "",
            amount(line.net),
            margin(line),
        )
    table.add_section()
    totals = [("sub-total", quote.subtotal), *((charge.id, charge.amount) for charge in quote.charges)]
    for name, money in (*totals, ("tax", quote.tax)):
        table.add_row("", label(name, locale), "", "", "", amount(money), "")
    table.add_row("", label("total", locale), "", "", "", amount(quote.total), "", style="bold")
    return table


def quantity(line: QuoteLine) -> str:
    """Return a line's quantity without trailing zeros."""
    return f"{line.quantity.normalize():f}"


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


def order_money_table(order: Order, locale: str = "en") -> Table:
    """Return what was agreed, is invoiced, was taken and given back, and what is owed now."""
    facts = summary(order)
    table = _table(f"{order.id}: {facts.status.value}, {facts.payment.value}", ("figure",), ("amount",), locale)
    for name in ("agreed", "total", "invoiced", "captured", "refunded", "balance"):
        table.add_row(label(name, locale), str(getattr(facts, name)))
    return table


def invoice_table(invoice: Invoice, locale: str = "en") -> Table:
    """Return lines, charges, tax, total and payments of an invoice."""
    title = f"{invoice.id}, {invoice.kind.value}, {invoice.currency}: {invoice.status.value}"
    table = _table(title, ("#", "item"), ("quantity", "net", "tax", "total"), locale)
    for line in invoice.lines:
        shown = f"{line.quantity.normalize():f}"
        gross = amount(line.net + line.tax)
        table.add_row(str(line.number), line.description, shown, amount(line.net), amount(line.tax), gross)
    for charge in invoice.charges:
        gross = amount(charge.net + charge.tax)
        table.add_row("", label(charge.id, locale), "", amount(charge.net), amount(charge.tax), gross)
    table.add_section()
    total = (amount(invoice.net), amount(invoice.tax), amount(invoice.total))
    table.add_row("", label("total", locale), "", *total, style="bold")
    for name, money in (("paid", invoice.paid), ("open", invoice.open)):
        table.add_row("", label(name, locale), "", "", "", amount(money))
    return table


def ledger_table(contract: Contract, locale: str = "en") -> Table:
    """Return what a contract charged, period by period, and what was given back of it."""
    title = f"{contract.id}, {contract.title}, {contract.currency}: {contract.status.value}"
    table = _table(title, ("charge", "period", "invoice day"), ("amount", "credited"), locale)
    for row in contract.charges:
        period = f"{row.start} - {row.last_day}"
        credited = amount(row.credited) if row.credited else ""
        table.add_row(
            contract.line(row.fee_line).description, period, str(row.invoice_on), amount(row.amount), credited
        )
    table.add_section()
    table.add_row(label("total", locale), "", "", amount(contract.billed()), "", style="bold")
    return table


def charge_texts(contract: Contract, locale: str = "en") -> Iterator[str]:
    """Yield the explanation of every charge whose period still stands as it was billed."""
    for line in contract.fee_lines:
        charged = {row.index: row.amount for row in contract.charges if row.fee_line == line.id}
        for priced in contract.schedule(line):
            if charged.get(priced.period.index) == priced.amount:
                yield explain_charge(line, priced).text(locale)


def history_table(history: Iterable[HistoryEntry], locale: str = "en") -> Table:
    """Return who did what when and why."""
    table = _table(label("history", locale), ("#", "at", "event", "by", "reason"), (), locale)
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
