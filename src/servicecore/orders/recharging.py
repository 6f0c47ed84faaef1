"""Charges that follow the codes of an order: those that rules make of what the goods cost (E12, E17; CC 3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve

from servicecore.kernel.allocation import part_of_units
from servicecore.kernel.money import Money
from servicecore.orders.line import OrderLine
from servicecore.orders.order import Order
from servicecore.orders.order_charge import OrderCharge
from servicecore.orders.quantities import minus
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.quote import QuoteCharge


def charge_codes(order: Order) -> tuple[str, ...]:
    """Return the codes that lower charges of the order, as it stands."""
    if order.charge_codes is not None:
        return order.charge_codes
    lowered = (each for charge in order.quote.charges for each in charge.discounts)
    return tuple(dict.fromkeys(normalised(each.code) for each in lowered if each.code))


def remaining(order: Order) -> tuple[OrderLine, ...]:
    """Return the lines that have units which are not canceled: what rules for charges look at."""
    return tuple(line for line in order.lines if line.ordered != line.canceled)


def changed_charges(
    order: Order, before: Iterable[QuoteCharge], after: Iterable[QuoteCharge]
) -> tuple[QuoteCharge, ...]:
    """Return what is left to be billed of the charges that rules make otherwise ``after`` than ``before``.

    Both are made by the rules in force, of the goods that remain, at their prices before and after codes changed. A
    charge that comes to the same in both stays as it was agreed, whatever the rules say by now; so do those that are
    billed, that somebody set, added or took off by hand, and those of goods of which something is billed already.
    """
    made = {(each.id, each.line): each for each in after}
    was = {(each.id, each.line): each for each in before}
    changed = []
    for place in {**was, **made}:
        old, new = was.get(place), made.get(place)
        nothing = Money.zero(order.currency)
        amount = nothing if new is None else new.amount
        shown = new or old
        if shown is None or amount == (nothing if old is None else old.amount) or not _is_open(order, shown):
            continue
        found = order.charge(*place)
        category = shown.tax_category if found is None else order.tax_category(found)
        discounts = tuple(evolve(each, amount=_rest(order, shown, each.amount)) for each in shown.discounts)
        changed.append(evolve(shown, amount=_rest(order, shown, amount), discounts=discounts, tax_category=category))
    return tuple(changed)


def recharged(order: Order, charges: Iterable[OrderCharge]) -> tuple[OrderCharge, ...]:
    """Return the charges as they stand where ``charges`` say what is left of them costs from now on."""
    return tuple(_recharged(order, each) for each in charges)


def with_charges(order: Order, charges: Iterable[OrderCharge]) -> Order:
    """Return the order with ``charges`` in the places of those with their ids and lines, or after all others."""
    given: Mapping[tuple[str, int], OrderCharge] = {each.place: each for each in charges}
    kept = [given.get(each.place, each) for each in order.charges]
    known = {each.place for each in kept}
    return evolve(order, charges=(*kept, *(each for place, each in given.items() if place not in known)))


def _recharged(order: Order, rest: OrderCharge) -> OrderCharge:
    found = order.charge(*rest.place)
    line = order.line(rest.line)
    if found is not None and found.per_unit is rest.per_unit:
        return found.with_rest(line, rest.amounts)
    return evolve(rest, units_from=line.begun) if rest.per_unit and line is not None else rest


def _is_open(order: Order, made: QuoteCharge) -> bool:
    place = (made.id, made.line)
    found, line = order.charge(*place), order.line(made.line)
    quoted = next((each for each in order.quote.charges if (each.id, each.line) == place), None)
    if found is None:
        removed = quoted is not None or place in order.removed_charges
        return not removed and not (order.invoices if line is None else line.invoiced)
    by_hand = found.original is not None or found.added or (quoted is not None and quoted.overridden)
    if by_hand:
        return False
    if found.per_unit and line is not None:
        return bool(line.to_bill if made.per_unit else not line.begun)
    return place not in order.billed_charges and not found.canceled.gross


def _rest(order: Order, made: QuoteCharge, amount: Money) -> Money:
    line = order.line(made.line)
    if not made.per_unit or line is None:
        return amount
    units = minus(line.ordered, line.canceled)
    return part_of_units(amount, units, line.to_bill, before=minus(units, line.to_bill))
