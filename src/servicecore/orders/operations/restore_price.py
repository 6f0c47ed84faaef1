"""Restore the price of an order line: what is left of it costs again what was agreed."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.charge_checks import NOTHING_TO_BILL, held, nothing_to_bill
from servicecore.orders.line import Amounts, OrderLine
from servicecore.orders.line_quantities import unknown_line
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.retax import OrderTax, taxed
from servicecore.orders.settlement import plan_change
from servicecore.pricing.taxes import TaxableLine

NOT_OVERRIDDEN: Final = ProblemKind(
    "orders.not_overridden",
    en="{value} has the figure that was agreed; accepted: {accepted}",
    it="{value} ha già l'importo concordato; valori ammessi: {accepted}",
    de="{value} hat bereits den vereinbarten Betrag; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RestorePrice(Command):
    """Take an override of a line's price back, for the units that are neither invoiced nor canceled (CC 8.3).

    Its share of a total that was lowered by hand goes too. The units cost again what was agreed, with the tax that
    was recorded then; an order that was exempted since asks anew.

    Attributes:
        order: id of the order.
        line: number of the line.

    """

    name: ClassVar[str] = "orders.restore_price"
    target: ClassVar[str] = "order"

    order: str
    line: int

    def taxable(self, state: Order) -> tuple[TaxableLine, ...]:
        """Return the agreed price of an order that was exempted since, for the tax engine; empty for any other."""
        line = state.line(self.line)
        if state.exemption is None or line is None or not line.to_bill:
            return ()
        return (TaxableLine(f"line:{self.line}", state.line_tax_category(line), agreed_price(state, line)),)


@frozen
class PriceRestored(Event[Order]):
    """What is left of a line costs ``amounts`` again, as it was agreed."""

    type_name: ClassVar[str] = "orders.price_restored"

    line: int
    amounts: Amounts
    by: str
    reason: str
    at: datetime

    def apply(self, state: Order) -> Order:
        """Return the order with the agreed price."""
        line = state.line(self.line)
        return state if line is None else state.with_line(line.with_price(self.amounts, None))


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is left to bill, where that is so."""
    return (*held(state, RestorePrice.name, 0, facts), *nothing_to_bill(state))


def decide(state: Order, command: RestorePrice, facts: Facts) -> Decision[Order]:
    """Refuse lines without an override, and lines of which every unit is invoiced or canceled."""
    line = state.line(command.line)
    if line is None:
        return refuse(unknown_line(state.lines, command.line, "line"))
    problems = list(held(state, command.name, line.number, facts))
    if line.override is None and line.total_share is None:
        by_hand = (each for each in state.lines if each.override is not None or each.total_share is not None)
        overridden = ", ".join(str(each.number) for each in by_hand) or "none"
        problems.append(NOT_OVERRIDDEN.at("line", value=line.number, accepted=overridden))
    elif not line.to_bill:
        problems.append(NOTHING_TO_BILL.at("line", value=0, accepted="a line with units that are neither"))
    if problems:
        return Refusal(tuple(problems))
    return restored_price(state, line, facts)


def restored_price(state: Order, line: OrderLine, facts: Facts) -> Decision[Order]:
    """Return that what is left of ``line``, whose price was set or lowered by hand, costs again what was agreed."""
    reason = "" if facts.reason is None else facts.reason.code
    amounts: Amounts | tuple[Problem, ...] = line.first_share(line.to_bill)
    if state.exemption is not None:
        amounts = taxed(state, agreed_price(state, line), facts)
    if not isinstance(amounts, Amounts):
        return Refusal(amounts)
    restored = PriceRestored(line.number, amounts, facts.actor.id, reason, facts.now)
    return (restored, *requested(plan_change(state, restored.apply(state), facts.of(OrderPolicy), facts.now)))


def agreed_price(state: Order, line: OrderLine) -> Money:
    """Return what was agreed for what is left of ``line``, with tax where the order's prices contain it."""
    agreed = line.first_share(line.to_bill)
    return agreed.gross if state.prices_include_tax else agreed.net


RESTORE_PRICE: Final = Operation(
    command=RestorePrice,
    decide=decide,
    guard=guard,
    events=(PriceRestored, PaymentRequested),
    needs=(OrderTax,),
    capabilities=("A08", "E17"),
)
