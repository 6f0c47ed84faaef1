"""Settlement: what an order still has to secure, take or give back, and the payments that do it."""

from __future__ import annotations

from datetime import datetime

from servicecore.billing import PaymentPlan, Purse
from servicecore.kernel.money import Money, sum_money
from servicecore.orders.line_quantities import LineQuantity
from servicecore.orders.order import Order
from servicecore.orders.policy import OrderPolicy


def purse(order: Order, policy: OrderPolicy, now: datetime) -> Purse:
    """Return what payments of ``order`` are planned from."""
    return Purse(order.id, order.ledger, order.tenders, now, policy.charging_sequence)


def to_secure(order: Order, now: datetime) -> Money:
    """Return what is neither taken nor set aside yet of what the order costs; 0 where nothing is missing.

    What is still on its way counts as secured, so that nothing is asked for twice.
    """
    ledger = order.ledger
    secured = ledger.kept() + ledger.capturing() + ledger.authorized_open(now) + ledger.authorizing()
    return _not_below_zero(order.billable - order.granted - secured)


def to_capture(order: Order) -> Money:
    """Return what was invoiced and is neither taken, on its way, nor granted back; 0 where nothing is missing."""
    return _not_below_zero(order.invoiced - order.granted - order.ledger.kept() - order.ledger.capturing())


def to_pay_back(order: Order) -> Money:
    """Return what was taken beyond the bills less what was granted back, and is not on its way back; 0 for none."""
    return _not_below_zero(order.ledger.kept() - (order.invoiced - order.granted))


def balance(order: Order) -> Money:
    """Return what the customer owes of all that was agreed; below 0 where the customer is owed."""
    return order.billable - order.granted - (order.ledger.captured() - order.ledger.refunded())


def covered(order: Order, now: datetime) -> Money:
    """Return the money that stands behind the order at ``now``: taken, on its way, or set aside and not lapsed."""
    return order.ledger.kept() + order.ledger.capturing() + order.ledger.authorized_open(now)


def plan_voids(order: Order, policy: OrderPolicy, now: datetime) -> PaymentPlan:
    """Return the voids of authorisations that the order does not need any more."""
    taken = order.ledger.kept() + order.ledger.capturing()
    needed = _not_below_zero(order.billable - order.granted - taken)
    return purse(order, policy, now).void(needed)


def plan_change(before: Order, after: Order, policy: OrderPolicy, now: datetime) -> PaymentPlan:
    """Return the payments that a change of what the order costs asks for.

    What it costs more is authorised where the policy authorises at submit; authorisations that are not needed any
    more are given back.
    """
    more = after.billable - before.billable
    if more.amount <= 0:
        return plan_voids(after, policy, now)
    wanted = min(more, to_secure(after, now)) if policy.authorize_at_submit else Money.zero(more.currency)
    return purse(after, policy, now).authorize(wanted)


def shipped_value(order: Order) -> Money:
    """Return what the shipped units cost, invoiced or not, with the charges of the order."""
    waiting = (line.next_share(line.to_invoice).gross for line in order.lines)
    sent = [LineQuantity(line.number, line.to_invoice) for line in order.lines if line.to_invoice]
    charges = (charge.amounts.gross for charge in order.charges_to_invoice(sent))
    return order.invoiced + sum_money((*waiting, *charges), order.currency)


def _not_below_zero(amount: Money) -> Money:
    return max(amount, Money.zero(amount.currency))
