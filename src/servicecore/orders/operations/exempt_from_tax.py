"""Exempt an order from tax: what was not invoiced is taxed anew under a certificate."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.customers import TaxExemption
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.charge_checks import held, nothing_to_bill
from servicecore.orders.line import Amounts
from servicecore.orders.order import Order
from servicecore.orders.order_charge import OrderCharge
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.retax import OrderTax, answered, with_tax
from servicecore.orders.settlement import plan_change
from servicecore.pricing.check_tax_quote import tax_by_key
from servicecore.pricing.taxes import TaxableLine, TaxQuote

NOT_EXEMPT: Final = ProblemKind(
    "orders.exemption_not_valid",
    en="the certificate {value} does not hold for the order; accepted: {accepted}",
    it="il certificato {value} non vale per l'ordine; valori ammessi: {accepted}",
    de="die Bescheinigung {value} gilt nicht für den Auftrag; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ExemptFromTax(Command):
    """Free what was not invoiced of an order from tax by a certificate (E22; specs: orders 4).

    Tax that was invoiced stays; it takes a credit memo of its own.

    Attributes:
        order: id of the order.
        exemption: the certificate, valid today where the order goes.

    """

    name: ClassVar[str] = "orders.exempt_from_tax"
    target: ClassVar[str] = "order"

    order: str
    exemption: TaxExemption

    def taxable(self, state: Order) -> tuple[TaxableLine, ...]:
        """Return all that was not invoiced, for the tax engine."""
        return _taxable(state)


@frozen
class RetaxedLine:
    """What is left of a line costs from now on."""

    line: int
    amounts: Amounts


@frozen
class RetaxedCharge:
    """What is left of a charge costs from now on."""

    charge: str
    line: int
    amounts: Amounts


@frozen
class OrderExempted(Event[Order]):
    """An order is exempt from tax; what was not invoiced was taxed anew."""

    type_name: ClassVar[str] = "orders.exempted"

    exemption: TaxExemption
    lines: tuple[RetaxedLine, ...]
    charges: tuple[RetaxedCharge, ...]
    by: str
    at: datetime

    def apply(self, state: Order) -> Order:
        """Return the order with the new tax on what is left."""
        for retaxed in self.charges:
            charge = state.charge(retaxed.charge, retaxed.line)
            if charge is not None:
                state = state.with_charge(charge.with_rest(state.line(charge.line), retaxed.amounts))
        for each in self.lines:
            line = state.line(each.line)
            if line is not None:
                state = state.with_line(line.with_price(each.amounts, line.override, line.total_share))
        return evolve(state, exemption=self.exemption)


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, and that nothing is left to bill, where that is so."""
    return (*held(state, ExemptFromTax.name, 0, facts), *nothing_to_bill(state))


def decide(state: Order, command: ExemptFromTax, facts: Facts) -> Decision[Order]:
    """Refuse a certificate that does not hold where and when the order is taxed (``orders.exemption_not_valid``)."""
    asked = facts.of(OrderTax).request
    if asked is not None and asked.exemption != command.exemption.certificate:
        place = f"{asked.country}-{asked.region}".strip("-") or "the place of delivery"
        accepted = f"one that holds in {place} on {asked.on}"
        return refuse(NOT_EXEMPT.at("exemption", value=command.exemption.certificate, accepted=accepted))
    if state.exemption == command.exemption:
        return ()
    answer = answered(facts)
    if not isinstance(answer, TaxQuote):
        return Refusal(answer)
    taxes = tax_by_key(answer)
    lines = tuple(
        RetaxedLine(line.number, with_tax(state, price, taxes[f"line:{line.number}"]))
        for line in state.lines
        if line.to_bill
        for price in (_price(state, line.next_share(line.to_bill)),)
    )
    charges = tuple(
        RetaxedCharge(charge.id, charge.line, with_tax(state, _price(state, rest), taxes[_key(charge)]))
        for charge in state.charges
        for rest in (_rest(state, charge),)
        if rest is not None and _key(charge) in taxes
    )
    exempted = OrderExempted(command.exemption, lines, charges, facts.actor.id, facts.now)
    return (exempted, *requested(plan_change(state, exempted.apply(state), facts.of(OrderPolicy), facts.now)))


def _taxable(state: Order) -> tuple[TaxableLine, ...]:
    lines = [
        TaxableLine(f"line:{line.number}", state.line_tax_category(line), _price(state, line.next_share(line.to_bill)))
        for line in state.lines
        if line.to_bill
    ]
    charges = [
        TaxableLine(_key(charge), state.tax_category(charge), _price(state, rest))
        for charge in state.charges
        for rest in (_rest(state, charge),)
        if rest is not None and state.tax_category(charge)
    ]
    return (*lines, *charges)


def _rest(state: Order, charge: OrderCharge) -> Amounts | None:
    """Return what is left of a charge to be billed; None where that is nothing."""
    line = state.line(charge.line)
    if charge.per_unit and line is not None:
        return charge.share(line, line.to_bill) if line.to_bill else None
    gone = charge.place in state.billed_charges or charge.canceled != Amounts.zero(state.currency)
    return None if gone else charge.amounts


def _price(state: Order, amounts: Amounts) -> Money:
    return amounts.gross if state.prices_include_tax else amounts.net


def _key(charge: OrderCharge) -> str:
    return f"charge:{charge.id}:{charge.line}" if charge.line else f"charge:{charge.id}"


EXEMPT_FROM_TAX: Final = Operation(
    command=ExemptFromTax,
    decide=decide,
    guard=guard,
    events=(OrderExempted, PaymentRequested),
    needs=(OrderTax,),
    capabilities=("E22",),
)
