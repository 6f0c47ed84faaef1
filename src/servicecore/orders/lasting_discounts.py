"""What an order still has of its offers and codes: a use of theirs belongs to it as long as something does (E12)."""

from __future__ import annotations

from attrs import frozen

from servicecore.orders.order import Order
from servicecore.orders.order_rewards import lasting_rewards
from servicecore.orders.recharging import charge_codes
from servicecore.orders.repricing import code_discounts
from servicecore.pricing.coupon_limits import normalised


@frozen
class LastingDiscounts:
    """What lowers something of an order yet, or promises something for after it.

    Attributes:
        codes: normalised.
        offers: ids of those that no code released.

    """

    codes: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()


def lasting_discounts(order: Order) -> LastingDiscounts:
    """Return the codes and offers that something of ``order`` still has.

    A line has its discounts as long as a unit of it is not canceled. A price that is set by hand, or matched before
    the invoice, stands in their place, unless units were billed before. A charge has them as long as it stands at what
    the rules said, and goods that it is for are not canceled. A reward lasts as long as a unit that it rests on is not
    canceled, whatever that costs. Units that came back have them.
    """
    quote = order.quote
    of_lines = [each for line in quote.lines if _costs_as_agreed(order, line.number) for each in line.discounts]
    kept = [
        charge for charge in quote.charges if charge.discounts and _is_charged_as_ruled(order, charge.id, charge.line)
    ]
    of_charges = [each for charge in kept for each in charge.discounts]
    quoted = {normalised(each.code) for charge in quote.charges for each in charge.discounts}
    lasting = {normalised(each.code) for each in of_charges}
    codes = {each.code for each in code_discounts(order) if each.quantity and _costs_as_agreed(order, each.line)}
    # Of a code that came later nobody wrote down which charges it lowers.
    later = (code for code in charge_codes(order) if code not in quoted and not order.is_canceled)
    codes.update((code for code in charge_codes(order) if code in lasting), later)
    of_rewards = lasting_rewards(order)
    codes.update(normalised(each.code) for each in of_rewards if each.code)
    lowering = frozenset([each.offer for each in (*of_lines, *of_charges) if not each.code])
    offers = lowering | {each.offer for each in of_rewards if not each.code}
    return LastingDiscounts(frozenset(codes), offers)


def _costs_as_agreed(order: Order, number: int) -> bool:
    line = order.line(number)
    if line is None or line.ordered == line.canceled:
        return False
    return line.override is None or line.override.billed_before


def _is_charged_as_ruled(order: Order, charge_id: str, number: int) -> bool:
    charge, line = order.charge(charge_id, number), order.line(number)
    if charge is None or charge.original is not None:
        return False
    return not order.is_canceled if line is None else line.ordered != line.canceled
