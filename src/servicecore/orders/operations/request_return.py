"""Agree that shipped units come back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.gift_card_sales import VoidedGiftCards, check_voided
from servicecore.orders.holds import holds_against
from servicecore.orders.line_quantities import LineQuantity, check_quantities
from servicecore.orders.order import Order
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.quantities import NONE, minus, plus, total
from servicecore.orders.returns import Return, ReturnLine

NOTHING_RETURNABLE: Final = ProblemKind(
    "orders.nothing_returnable",
    en="{value} units can come back; accepted: {accepted}",
    it="{value} unità possono essere rese; valori ammessi: {accepted}",
    de="{value} Einheiten können zurückkommen; zulässig: {accepted}",
)
WINDOW_OVER: Final = ProblemKind(
    "orders.return_window_over",
    en="{value} units of line {line} are asked back; accepted: {accepted}",
    it="sono richieste in reso {value} unità della riga {line}; valori ammessi: {accepted}",
    de="{value} Einheiten der Zeile {line} sollen zurück; zulässig: {accepted}",
)


def _quantities(given: Iterable[LineQuantity]) -> tuple[LineQuantity, ...]:
    return tuple(given)


@frozen(field_transformer=checked_fields)
class RequestReturn(Command):
    """Agree that units of an order come back; the reason comes with the command.

    Attributes:
        order: id of the order.
        lines: units of each line, each line once; at least one.
        note: free text.

    """

    name: ClassVar[str] = "orders.request_return"
    target: ClassVar[str] = "order"

    order: str
    lines: tuple[LineQuantity, ...] = field(converter=_quantities)
    note: str = ""


@frozen
class ReturnRequested(Event[Order]):
    """Units are to come back."""

    type_name: ClassVar[str] = "orders.return_requested"

    returned: Return

    def apply(self, state: Order) -> Order:
        """Return the order with one more return, its units marked as announced."""
        for each in self.returned.lines:
            line = state.line(each.line)
            if line is not None:
                changed = evolve(line, return_requested=plus(line.return_requested, each.requested))
                state = state.with_line(changed)
        return evolve(state, returns=(*state.returns, self.returned))


def in_window(state: Order, line: int, policy: OrderPolicy, facts: Facts) -> Decimal:
    """Return how many units of ``line`` were sent recently enough to come back, whatever came back already."""
    return total(
        each.quantity
        for shipment in state.shipments
        if facts.now - shipment.at <= policy.return_window
        for each in shipment.lines
        if each.line == line
    )


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, and that no unit can come back, where that is so."""
    problems = holds_against(state.holds, RequestReturn.name, facts.of(OrderPolicy), facts.now)
    if any(line.returnable for line in state.lines):
        return problems
    return (*problems, NOTHING_RETURNABLE.at("", value=0, accepted="an order with units that were sent and kept"))


def decide(state: Order, command: RequestReturn, facts: Facts) -> Decision[Order]:
    """Refuse units that were not sent, are back or announced already, and those whose return window is over.

    A gift card comes back only where it was voided, so that nobody keeps it and the money.

    Of a line sent at several times, the units sent first are taken to be those that came back first.
    """
    policy = facts.of(OrderPolicy)
    problems = [
        *policy.check_reason(command.name, facts.reason),
        *check_quantities(state.lines, command.lines, lambda line: line.returnable),
    ]
    if not command.lines:
        problems.append(NOTHING_RETURNABLE.at("lines", value=0, accepted="at least one line"))
    if problems:
        return refuse(*problems)
    for index, each in enumerate(command.lines):
        line = state.line(each.line)
        recent = min(in_window(state, each.line, policy, facts), line.returnable if line is not None else NONE)
        if each.quantity > recent:
            accepted = f"at most {recent:f}, sent within {policy.return_window}"
            problems.append(
                WINDOW_OVER.at(f"lines[{index}].quantity", value=each.quantity, line=each.line, accepted=accepted)
            )
    if state.gift_cards:
        problems.extend(check_voided(state.gift_cards, command.lines, facts.of(VoidedGiftCards)))
    if problems:
        return refuse(*problems)
    lines = tuple(ReturnLine(each.line, each.quantity) for each in command.lines)
    reason = facts.reason.code if facts.reason is not None else ""
    return (ReturnRequested(Return(len(state.returns) + 1, lines, reason, command.note, facts.now)),)


def less_announced(state: Order, line: int, quantity: Decimal) -> Order:
    """Return the order with ``quantity`` units of ``line`` no longer announced to come back."""
    found = state.line(line)
    if found is None:
        return state
    return state.with_line(evolve(found, return_requested=minus(found.return_requested, quantity)))


REQUEST_RETURN: Final = Operation(
    command=RequestReturn,
    decide=decide,
    guard=guard,
    events=(ReturnRequested,),
    needs=(VoidedGiftCards,),
    reason_required=True,
    capabilities=("E26",),
)
