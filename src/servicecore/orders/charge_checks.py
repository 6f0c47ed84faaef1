"""Checks that every change of an order's charges shares: that it is there, and that no invoice billed it."""

from __future__ import annotations

from typing import Final

from servicecore.kernel.facts import Facts
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import holds_against
from servicecore.orders.order import Order
from servicecore.orders.order_charge import ChargeChange, OrderCharge
from servicecore.orders.policy import OrderPolicy

UNKNOWN_CHARGE: Final = ProblemKind(
    "orders.unknown_charge",
    en="the order has no charge {value}; accepted: {accepted}",
    it="l'ordine non ha la spesa {value}; valori ammessi: {accepted}",
    de="der Auftrag hat keinen Zuschlag {value}; zulässig: {accepted}",
)
CHARGE_BILLED: Final = ProblemKind(
    "orders.charge_billed",
    en="the charge {value} was invoiced; accepted: {accepted}",
    it="la spesa {value} è stata fatturata; valori ammessi: {accepted}",
    de="der Zuschlag {value} wurde fakturiert; zulässig: {accepted}",
)
NOTHING_TO_BILL: Final = ProblemKind(
    "orders.nothing_to_bill",
    en="{value} units are neither invoiced nor canceled; accepted: {accepted}",
    it="{value} unità non sono né fatturate né annullate; valori ammessi: {accepted}",
    de="{value} Einheiten sind weder fakturiert noch storniert; zulässig: {accepted}",
)


def nothing_to_bill(state: Order) -> tuple[Problem, ...]:
    """Return that every unit is invoiced or canceled, where that is so: no invoice would bill a change."""
    if any(line.to_bill for line in state.lines):
        return ()
    return (NOTHING_TO_BILL.at("", value=0, accepted="an order with units that are neither"),)


def changeable(state: Order, charge_id: str, line: int, path: str = "charge") -> OrderCharge | Problem:
    """Return the charge that may still change; or ``orders.unknown_charge``, ``orders.charge_billed``."""
    charge = state.charge(charge_id, line)
    billed = state.billed_charges
    free = ", ".join(_name(each) for each in state.charges if each.place not in billed) or "none"
    if charge is None:
        return UNKNOWN_CHARGE.at(path, value=_named(charge_id, line), accepted=free)
    if charge.place in billed:
        return CHARGE_BILLED.at(path, value=_name(charge), accepted=free)
    return charge


def held(state: Order, name: str, line: int, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop the command called ``name`` on the order, or on ``line`` where it is one."""
    lines = (line,) if line else ()
    return holds_against(state.holds, name, facts.of(OrderPolicy), facts.now, lines)


def change_of(facts: Facts) -> ChargeChange:
    """Return who changes a charge by ``facts``, and why."""
    return ChargeChange(
        reason="" if facts.reason is None else facts.reason.code,
        by=facts.actor.id,
        approved_by="" if facts.approver is None else facts.approver.id,
        at=facts.now,
    )


def _name(charge: OrderCharge) -> str:
    return _named(charge.id, charge.line)


def _named(charge_id: str, line: int) -> str:
    return f"{charge_id} of line {line}" if line else charge_id
