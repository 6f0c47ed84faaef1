"""The day itself: one path through all rooms, on the public API only, told as it happens."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from textwrap import fill, indent
from typing import Any, Final
from zoneinfo import ZoneInfo

from attrs import define
from babel.dates import format_datetime
from rich.console import Console
from rich.panel import Panel

from servicecore.cases import Metric, OpenCase, ResolveCase, RespondToCustomer, explain_clock
from servicecore.cli.demonstration.sentences import say
from servicecore.cli.demonstration.shop import GATEWAY, shop_book, shop_settings
from servicecore.cli.labels import label, status_label
from servicecore.cli.tables import history_table, quote_table
from servicecore.contracts import ApproveContract, CreateContract, FeeLine, RenewalMode, RenewalPolicy, Uplift
from servicecore.customers import Address, AddressKind, CustomerAddress, RegisterCustomer
from servicecore.engine import Desk, ServiceCore
from servicecore.errors import Refused
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.kernel.recurrence import Interval, IntervalUnit
from servicecore.orders import (
    ApplyHold,
    Card,
    InvoiceShipment,
    LineQuantity,
    PlaceOrder,
    ReceivedLine,
    ReceiveReturn,
    RefundReturn,
    ReleaseHold,
    RequestReturn,
    ShipLines,
)
from servicecore.plugins.builtin.scripted_gateway import Fault, ScriptedGateway, ScriptedPlugin
from servicecore.pricing import Cart, CartLine, PriceOverride, Quote

_MONDAY: Final = datetime(2026, 3, 2, 8, 2, tzinfo=UTC)
_AGENT: Final = Actor("giulia", roles=frozenset({"agent"}))
_SUPERVISOR: Final = Actor("marta", roles=frozenset({"supervisor"}))
_ROME: Final = ZoneInfo("Europe/Rome")
_INDENT: Final = " " * 7
_WIDEST: Final = 100
_NO_BREAK: Final = "\u00a0"
_CONTINUED: Final = "billed"


@define
class _Day:
    core: ServiceCore
    clock: FixedClock
    gateway: ScriptedGateway
    out: Console
    locale: str
    customer: str = "C-1001"
    order: str = ""

    def say(self, key: str, **params: object) -> None:
        """Print a sentence; one that begins at the margin begins something new."""
        sentence = say(key, self.locale, **{name: _bound(each) for name, each in params.items()})
        if key != _CONTINUED and not sentence.startswith(" "):
            self.out.print()
        self.tell(sentence)

    def tell(self, sentence: str, margin: str = "") -> None:
        """Print a sentence within the console's width, its further lines below the words of the first."""
        width = min(self.out.width, _WIDEST)
        wrapped = fill(sentence, width, initial_indent=margin, subsequent_indent=_INDENT)
        self.out.print(wrapped.replace(_NO_BREAK, " "), markup=False)

    def at(self, *, days: int = 0, hour: int = 8, minute: int = 0) -> None:
        start = _MONDAY.replace(hour=0, minute=0)
        self.clock.move_to(start + timedelta(days=days, hours=hour, minutes=minute))

    @property
    def agent(self) -> Desk:
        return self.core.acting_as(_AGENT)

    @property
    def supervisor(self) -> Desk:
        return self.core.acting_as(_SUPERVISOR)


def _bound(value: object) -> str:
    """Return a parameter as text that is not broken over two lines."""
    return str(value).replace(" ", _NO_BREAK)


def run_day(url: str, out: Console, locale: str = "en", *, kept: bool = True) -> None:
    """Live through the day on the store at ``url`` (empty or new) and print it to ``out`` in ``locale``.

    ``kept`` says where everything is, for a store that is still there afterwards.
    """
    clock = FixedClock(_MONDAY)
    gateway = ScriptedGateway(GATEWAY)
    out.print(Panel(say("title", locale), expand=False))
    with ServiceCore.open(
        url,
        settings=shop_settings(),
        book=shop_book(),
        plugins=(ScriptedPlugin(gateway),),
        autoload=False,
        clock=clock,
    ) as core:
        day = _Day(core, clock, gateway, out, locale)
        if kept:
            day.say("store", url=url)
        _sell(day)
        _fulfil(day)
        _take_back(day)
        _serve(day)
        _maintain(day)
        _prove(day)


def _cart(day: _Day, override: PriceOverride | None = None) -> Cart:
    return Cart(
        customer=day.customer,
        currency="EUR",
        lines=(
            CartLine("MACHINE-2G", Decimal(1), override=override),
            CartLine("GRINDER", Decimal(1)),
            CartLine("BEANS-1KG", Decimal(24)),
            CartLine("DESCALER", Decimal(2)),
        ),
        codes=("benvenuti",),
        customer_groups=("bars",),
        ship_to_country="IT",
    )


def _sell(day: _Day) -> None:
    day.agent.execute(
        RegisterCustomer(
            "Bar Centrale",
            id=day.customer,
            groups=("bars",),
            locale="it",
            addresses=(
                CustomerAddress(AddressKind.BILL_TO, Address("Bar Centrale", "Via Roma 1", "Parma", "IT", "43121")),
            ),
        )
    )
    day.say("customer", name="Bar Centrale")
    day.at(hour=8, minute=5)
    quote = day.agent.quote(_cart(day))
    day.say("quote")
    day.out.print(quote_table(quote, day.locale))
    day.out.print(quote.explain(day.locale), markup=False)
    better = _negotiate(day, quote)
    _order(day, better)


def _negotiate(day: _Day, quote: Quote) -> Quote:
    day.at(hour=8, minute=12)
    override = PriceOverride(Money("2090.00", "EUR"), "loyalty")
    day.say("override", price=override.unit_price)
    try:
        day.agent.quote(_cart(day, override))
    except Refused as refused:
        for problem in refused.problems:
            day.tell(problem.text(day.locale), _INDENT)
    better = day.agent.quote(_cart(day, override), approved_by=_SUPERVISOR)
    day.say("approved", total=better.total, before=quote.total)
    return better


def _order(day: _Day, quote: Quote) -> None:
    day.at(hour=8, minute=15)
    day.gateway.script(Fault.LOSE_ANSWER)
    card = Card("tok_bar")
    day.order = day.agent.execute(PlaceOrder(quote=quote, tenders=(card,)), key="call-1").id
    day.say("placed", order=day.order)
    day.say("held")
    for problem in day.agent.check(ShipLines(day.order, lines=(LineQuantity(1, Decimal(1)),))):
        day.tell(problem.text(day.locale), _INDENT)
    day.at(hour=8, minute=30)
    day.core.run_due()
    status = day.agent.get(day.order).ledger.transactions[0].status
    day.say("settled", status=status_label(status.value, day.locale))
    day.at(hour=8, minute=40)
    hold = next(iter(day.agent.get(day.order).holds), None)
    if hold is None:
        day.agent.execute(ApplyHold(day.order, "agent"), reason="other")
        hold = day.agent.get(day.order).holds[0]
    day.supervisor.execute(ReleaseHold(day.order, hold.number), reason="verified")
    day.say("released")


def _fulfil(day: _Day) -> None:
    day.at(hour=10)
    ship = ShipLines(day.order, lines=(LineQuantity(1, Decimal(1)), LineQuantity(3, Decimal(12))))
    day.agent.execute(ship)
    day.say("preview")
    preview = day.agent.preview(InvoiceShipment(day.order))
    for event in preview.events:
        day.tell(event.type_name, _INDENT)
    for change in preview.figures:
        if change.before != change.after:
            day.tell(f"{label(change.name, day.locale)}: {change.before} -> {change.after}", _INDENT)
    day.at(hour=10, minute=5)
    day.agent.execute(InvoiceShipment(day.order))
    (invoice,) = day.core.find("invoice", "order", day.order)
    issued = day.agent.get(invoice)
    day.say("shipped", invoice=invoice, total=issued.total, status=status_label(issued.status.value, day.locale))


def _take_back(day: _Day) -> None:
    day.at(days=7, hour=9)
    one_kilo = (LineQuantity(3, Decimal(1)),)
    day.agent.execute(RequestReturn(day.order, lines=one_kilo), reason="damaged")
    number = day.agent.get(day.order).returns[-1].number
    day.agent.execute(ReceiveReturn(day.order, number, lines=(ReceivedLine(3, Decimal(1)),)))
    refunded = day.agent.execute(RefundReturn(day.order, number))
    day.say("returned")
    for event in refunded.events:
        refund: Any = getattr(event, "refund", None)
        if refund is not None:
            day.out.print(refund.explanation.text(day.locale), markup=False)
    day.out.print()
    day.out.print(history_table(day.core.history(day.order), day.locale))


def _serve(day: _Day) -> None:
    day.at(days=10, hour=14, minute=30)
    case = day.agent.execute(
        OpenCase(day.customer, "The machine leaks", priority="high", order=day.order, item="MACHINE-2G")
    ).id
    day.say("case", case=case)
    day.at(days=10, hour=15, minute=10)
    day.agent.execute(RespondToCustomer(case, "A technician will call you tomorrow morning."))
    day.at(days=11, hour=14)
    day.core.run_due()
    day.say("warned")
    for entry in day.core.history(case):
        crossed: datetime | None = getattr(entry.event, "crossed_at", None)
        if crossed is not None:
            local = format_datetime(crossed, "EEE HH:mm", tzinfo=_ROME, locale=day.locale)
            day.tell(f"{local}  {entry.event.type_name}", _INDENT)
    state = day.agent.get(case)
    clock = next(each for each in state.timers.clocks if each.metric is Metric.RESOLUTION)
    day.say("deadline")
    deadline = explain_clock(state.timers, clock, day.clock.now()).text(day.locale)
    day.out.print(indent(deadline, _INDENT), markup=False)
    day.at(days=11, hour=14, minute=20)
    day.agent.execute(ResolveCase(case, "problem_solved", "Gasket replaced", total_minutes=40))


def _maintain(day: _Day) -> None:
    day.clock.move_to(datetime(2026, 3, 14, 8, tzinfo=UTC))
    monthly = Interval(IntervalUnit.MONTH)
    contract = day.supervisor.execute(
        CreateContract(
            customer=day.customer,
            currency="EUR",
            zone="Europe/Rome",
            start=date(2026, 1, 31),
            initial_term=Interval(IntervalUnit.YEAR),
            fee_lines=(FeeLine("care", "Machine care", Money("39.00", "EUR"), monthly, monthly, tax_class="standard"),),
            title="Machine care",
            renewal=RenewalPolicy(RenewalMode.AUTO, uplift=Uplift(Decimal(3))),
        )
    ).id
    day.say("contract")
    day.supervisor.execute(ApproveContract(contract))
    day.core.run_due()
    invoices = {day.agent.get(each).period_start: each for each in day.core.find("invoice", "contract", contract)}
    for charge in day.agent.get(contract).charges:
        day.say(
            "billed",
            month=f"{charge.invoice_on:%Y-%m}",
            start=charge.start,
            last_day=charge.end - timedelta(days=1),
            amount=charge.amount,
            invoice=invoices.get(charge.start, "-"),
        )
    day.clock.move_to(datetime(2027, 3, 2, 8, tzinfo=UTC))
    day.core.run_due()
    renewed = day.agent.get(contract)
    day.say(
        "renewed",
        periods=len(renewed.charges),
        last_day=renewed.term.last_day,
        amount=renewed.charges[-1].amount,
        total=renewed.billed(),
    )


def _prove(day: _Day) -> None:
    found = tuple(day.core.verify())
    events = len(day.core.runtime.store.log(limit=100_000))
    day.say("verified" if not found else "not_verified", events=events, found=len(found))
    for each in found:
        day.tell(f"{each.kind} {each.id}: {each.what}", _INDENT)
