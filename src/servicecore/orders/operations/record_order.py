"""Record an order that another system took."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import sum_money
from servicecore.kernel.operations import AggregateKind, Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.bought import bought
from servicecore.orders.recorded_order import RecordedOrder

TOTAL_MISMATCH: Final = ProblemKind(
    "orders.recorded_total_mismatch",
    en="the total {value} is not sub-total, tax and freight together; accepted: {accepted}",
    it="il totale {value} non è la somma di imponibile, imposta e trasporto; valori ammessi: {accepted}",
    de="die Summe {value} ist nicht Zwischensumme, Steuer und Fracht zusammen; zulässig: {accepted}",
)
CURRENCY_DIFFERS: Final = ProblemKind(
    "orders.recorded_currency_differs",
    en="{value} is not in the order's currency; accepted: amounts in {accepted}",
    it="{value} non è nella valuta dell'ordine; valori ammessi: importi in {accepted}",
    de="{value} ist nicht in der Währung des Auftrags; zulässig: Beträge in {accepted}",
)
LINE_REPEATED: Final = ProblemKind(
    "orders.recorded_line_repeated",
    en="line {value} appears twice; accepted: {accepted}",
    it="la riga {value} compare due volte; valori ammessi: {accepted}",
    de="Zeile {value} kommt zweimal vor; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RecordOrder(Command):
    """Keep an order of another system as it was: for the customer's history, for replay and analysis.

    Attributes:
        order: the order with its lines and totals.

    """

    name: ClassVar[str] = "orders.record_order"
    target: ClassVar[str] = ""
    order: RecordedOrder

    def given_id(self) -> str:
        """Return the order's own number."""
        return self.order.id


@frozen
class OrderRecorded(CreatingEvent[RecordedOrder]):
    """An order of another system was kept.

    Attributes:
        order: as it was.

    """

    type_name: ClassVar[str] = "orders.order_recorded"
    order: RecordedOrder

    def create(self) -> RecordedOrder:
        """Return the order."""
        return self.order


def decide(_state: None, command: RecordOrder, _facts: Facts) -> Decision[RecordedOrder]:
    """Return the event, or why the order contradicts itself: its currency, its numbers, its total."""
    order = command.order
    problems: list[Problem] = []
    amounts = [
        ("subtotal", order.subtotal),
        ("tax", order.tax),
        ("freight", order.freight),
        ("total", order.total),
    ]
    for index, line in enumerate(order.lines):
        amounts.append((f"lines[{index}].unit_price", line.unit_price))
        optional = (("line_total", line.line_total), ("unit_cost", line.unit_cost), ("tax", line.tax))
        amounts += [(f"lines[{index}].{name}", money) for name, money in optional if money is not None]
    problems.extend(
        CURRENCY_DIFFERS.at(f"order.{path}", value=money, accepted=order.currency)
        for path, money in amounts
        if money.currency != order.currency
    )
    numbers = [line.number for line in order.lines]
    problems.extend(
        LINE_REPEATED.at(f"order.lines[{index}].number", value=number, accepted="each number once")
        for index, number in enumerate(numbers)
        if number in numbers[:index]
    )
    if problems:
        return refuse(*problems)
    expected = sum_money((order.subtotal, order.tax, order.freight), order.currency)
    if expected != order.total:
        return refuse(TOTAL_MISMATCH.at("order.total", value=order.total, accepted=expected))
    return (OrderRecorded(order),)


RECORD_ORDER: Final = Operation(
    command=RecordOrder,
    decide=decide,
    events=(OrderRecorded,),
    capabilities=("A26", "E01"),
)

RECORDED_ORDER: Final[AggregateKind[RecordedOrder]] = AggregateKind(
    name="recorded_order",
    state=RecordedOrder,
    operations=(RECORD_ORDER,),
    indexes=lambda order: {
        "customer": (order.customer,),
        "item": tuple(dict.fromkeys(line.item for line in order.lines)),
        "bought": tuple(dict.fromkeys(bought(order.customer, line.item) for line in order.lines)),
        "ordered_on": (order.ordered_on.isoformat(),),
    },
    found_by=("customer", "item", "bought", "ordered_on"),
    filing_version=2,
    figures=lambda order: (("total", order.total),),
)
"""Orders of other systems."""
