"""Ship units of an order, in parts where need be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import holds_against
from servicecore.orders.line import OrderLine
from servicecore.orders.line_quantities import LineQuantity, check_quantities
from servicecore.orders.order import Order, Shipment
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.quantities import plus
from servicecore.orders.settlement import covered, shipped_value

NOTHING_OPEN: Final = ProblemKind(
    "orders.nothing_open",
    en="{value} units are open; accepted: {accepted}",
    it="{value} unità sono aperte; valori ammessi: {accepted}",
    de="{value} Einheiten sind offen; zulässig: {accepted}",
)
NOT_COVERED: Final = ProblemKind(
    "orders.not_covered",
    en="{value} is paid or authorised; accepted: {accepted}",
    it="{value} è pagato o autorizzato; valori ammessi: {accepted}",
    de="{value} ist bezahlt oder autorisiert; zulässig: {accepted}",
)


def _quantities(given: Iterable[LineQuantity]) -> tuple[LineQuantity, ...]:
    return tuple(given)


@frozen(field_transformer=checked_fields)
class ShipLines(Command):
    """Send units of an order.

    Attributes:
        order: id of the order.
        lines: units of each line, each line once; empty sends everything that is open.
        carrier: who carries them; empty where unknown.
        tracking: the carrier's number; empty where there is none.

    """

    name: ClassVar[str] = "orders.ship_lines"
    target: ClassVar[str] = "order"

    order: str
    lines: tuple[LineQuantity, ...] = field(converter=_quantities, default=())
    carrier: str = ""
    tracking: str = ""


@frozen
class LinesShipped(Event[Order]):
    """Units left."""

    type_name: ClassVar[str] = "orders.lines_shipped"

    shipment: Shipment

    def apply(self, state: Order) -> Order:
        """Return the order with one more shipment, its units moved from open to shipped."""
        for each in self.shipment.lines:
            line = state.line(each.line)
            if line is not None:
                state = state.with_line(evolve(line, shipped=plus(line.shipped, each.quantity)))
        return evolve(state, shipments=(*state.shipments, self.shipment))


def _open(line: OrderLine) -> LineQuantity:
    return LineQuantity(line.number, line.open)


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is open, where that is so."""
    problems = holds_against(state.holds, ShipLines.name, facts.of(OrderPolicy), facts.now)
    if state.open:
        return problems
    return (*problems, NOTHING_OPEN.at("", value=state.open, accepted="an order with open units"))


def decide(state: Order, command: ShipLines, facts: Facts) -> Decision[Order]:
    """Refuse more than is open, held lines, and goods that no money stands behind."""
    policy = facts.of(OrderPolicy)
    lines = command.lines or tuple(_open(line) for line in state.lines if line.open)
    problems = list(check_quantities(state.lines, lines, lambda line: line.open))
    held = [hold for hold in state.holds if hold.line]
    problems.extend(holds_against(held, command.name, policy, facts.now, (each.line for each in lines)))
    if problems:
        return refuse(*problems)
    shipped = LinesShipped(
        Shipment(
            number=len(state.shipments) + 1,
            lines=lines,
            at=facts.now,
            carrier=command.carrier,
            tracking=command.tracking,
        )
    )
    needed = shipped_value(shipped.apply(state)) - state.granted
    money = covered(state, facts.now)
    if policy.ship_only_covered and money < needed:
        return refuse(NOT_COVERED.at("lines", value=money, accepted=f"{needed} or more, or fewer units"))
    return (shipped,)


SHIP_LINES: Final = Operation(
    command=ShipLines,
    decide=decide,
    guard=guard,
    events=(LinesShipped,),
    capabilities=("E04",),
)
