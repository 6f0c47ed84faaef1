"""Restore the total of an order: what is left of it costs again what it did before its total was lowered by hand."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal, refuse
from servicecore.kernel.problems import Problem
from servicecore.orders.charge_checks import held, nothing_to_bill
from servicecore.orders.line import OrderLine
from servicecore.orders.operations.exempt_from_tax import RetaxedLine
from servicecore.orders.operations.restore_price import NOT_OVERRIDDEN
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.retax import OrderTax, answered, with_tax
from servicecore.orders.settlement import plan_change
from servicecore.pricing.check_tax_quote import tax_by_key
from servicecore.pricing.taxes import TaxableLine, TaxQuote


@frozen(field_transformer=checked_fields)
class RestoreTotal(Command):
    """Take a lowered total back, for the units that are neither invoiced nor canceled (E17, CC 8.3).

    They cost again what they did before, prices set by hand for a line included, with the tax that was recorded then;
    an order that was exempted since asks anew.

    Attributes:
        order: id of the order.

    """

    name: ClassVar[str] = "orders.restore_total"
    target: ClassVar[str] = "order"

    order: str

    def taxable(self, state: Order) -> tuple[TaxableLine, ...]:
        """Return the prices of an order that was exempted since, for the tax engine; empty for any other."""
        if state.exemption is None:
            return ()
        return tuple(
            TaxableLine(f"line:{line.number}", state.line_tax_category(line), _price(state, line))
            for line in _lowered(state)
        )


@frozen
class TotalRestored(Event[Order]):
    """What is left of an order costs again what it did before its total was lowered by hand."""

    type_name: ClassVar[str] = "orders.total_restored"

    lines: tuple[RetaxedLine, ...]
    by: str
    reason: str
    at: datetime

    def apply(self, state: Order) -> Order:
        """Return the order without the shares of its lines."""
        for each in self.lines:
            line = state.line(each.line)
            if line is not None:
                state = state.with_line(line.with_price(each.amounts, line.override))
        return state


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is left to bill, where that is so."""
    return (*held(state, RestoreTotal.name, 0, facts), *nothing_to_bill(state))


def decide(state: Order, command: RestoreTotal, facts: Facts) -> Decision[Order]:
    """Refuse an order of whose units left to bill none has a share of a lowered total (``orders.not_overridden``)."""
    lowered = _lowered(state)
    problems = [each for line in lowered for each in held(state, command.name, line.number, facts)]
    if not lowered:
        accepted = "an order with units left to bill whose total was lowered by hand"
        problems.append(NOT_OVERRIDDEN.at("order", value=state.id, accepted=accepted))
    return refuse(*dict.fromkeys(problems)) if problems else restored_total(state, facts)


def restored_total(state: Order, facts: Facts) -> Decision[Order]:
    """Return that what is left of an order whose total was lowered costs again what it did before."""
    amounts = {line.number: line.without_total for line in _lowered(state)}
    if state.exemption is not None:
        answer = answered(facts)
        if not isinstance(answer, TaxQuote):
            return Refusal(answer)
        taxes = tax_by_key(answer)
        amounts = {
            line.number: with_tax(state, _price(state, line), taxes[f"line:{line.number}"]) for line in _lowered(state)
        }
    lines = tuple(RetaxedLine(number, each) for number, each in amounts.items())
    reason = "" if facts.reason is None else facts.reason.code
    restored = TotalRestored(lines, facts.actor.id, reason, facts.now)
    return (restored, *requested(plan_change(state, restored.apply(state), facts.of(OrderPolicy), facts.now)))


def _lowered(state: Order) -> list[OrderLine]:
    return [line for line in state.lines if line.to_bill and line.total_share is not None]


def _price(state: Order, line: OrderLine) -> Money:
    amounts = line.without_total
    return amounts.gross if state.prices_include_tax else amounts.net


RESTORE_TOTAL: Final = Operation(
    command=RestoreTotal,
    decide=decide,
    guard=guard,
    events=(TotalRestored, PaymentRequested),
    needs=(OrderTax,),
    capabilities=("A08", "E17"),
)
