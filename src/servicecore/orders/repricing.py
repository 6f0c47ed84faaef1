"""Repricing the open units of an order: what was sent, billed or canceled keeps its price (OR 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.agreed import agree
from servicecore.orders.code_discount import CodeDiscount
from servicecore.orders.line import Amounts, OrderLine
from servicecore.orders.order import Order
from servicecore.orders.order_charge import OrderCharge
from servicecore.orders.recharging import with_charges
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.quote import Quote

NOT_REPRICEABLE: Final = ProblemKind(
    "orders.not_repriceable",
    en="the open units of line {value} cannot change their price; accepted: {accepted}",
    it="le unità aperte della riga {value} non possono cambiare prezzo; valori ammessi: {accepted}",
    de="die offenen Einheiten der Zeile {value} können ihren Preis nicht ändern; zulässig: {accepted}",
)


@frozen
class RepricedLine:
    """Open units of a line at another price.

    Attributes:
        line: number of the line.
        quantity: the open units.
        agreed: what they cost from now on.

    """

    line: int
    quantity: Decimal
    agreed: Amounts


@frozen
class RepricedOrder:
    """The fact what the open units would cost with another set of codes, or why that cannot be.

    Attributes:
        quote: the open units at their new prices, and the charges that change, with what is left to be billed of
            each; None where there are problems.
        problems: why the code cannot be used.
        exclusive: codes, and offers that lowered goods without one, that stand beside no other.
        lowered: what the code that comes takes off charges; None where it lowers none.

    """

    quote: Quote | None = None
    problems: tuple[Problem, ...] = ()
    exclusive: tuple[str, ...] = ()
    lowered: Money | None = None


def code_discounts(order: Order) -> tuple[CodeDiscount, ...]:
    """Return what each code took off each line, as it stands."""
    if order.codes_changed:
        return order.code_discounts
    found: dict[tuple[str, int], CodeDiscount] = {}
    for line in order.quote.lines:
        for each in line.discounts:
            if each.code:
                key = (normalised(each.code), line.number)
                before = found.get(key) or CodeDiscount(*key, line.quantity, Money.zero(order.currency))
                found[key] = evolve(before, amount=before.amount + each.amount)
    return tuple(found.values())


def open_price(order: Order, line: OrderLine) -> Money:
    """Return what the open units of ``line`` cost, with tax where the order's prices contain it."""
    return _price(order, line.next_share(line.open))


def remaining_price(order: Order, line: OrderLine) -> Money:
    """Return what the units of ``line`` cost that are not canceled, with tax where the order's prices contain it."""
    return _price(order, line.billable)


def _price(order: Order, amounts: Amounts) -> Money:
    return amounts.gross if order.prices_include_tax else amounts.net


def repriceable(order: Order) -> tuple[OrderLine, ...]:
    """Return the lines whose open units a code may lower: not gift cards, and no price set or lowered by hand."""
    cards = {sale.line for sale in order.gift_cards}
    as_agreed = (line for line in order.lines if line.override is None and line.total_share is None)
    return tuple(line for line in as_agreed if line.open and line.number not in cards)


def check_repriceable(order: Order, numbers: set[int]) -> tuple[Problem, ...]:
    """Return which of the lines cannot change the price of their open units now (``orders.not_repriceable``).

    Units that were sent keep their price, so they are billed first; a price that was set by hand is restored first.
    """
    problems = []
    for line in order.lines:
        if line.number in numbers and line.to_invoice:
            problems.append(
                NOT_REPRICEABLE.at("order", value=line.number, accepted="a line whose shipments are billed")
            )
        if line.number in numbers and line.override is not None:
            accepted = "a line without a price set by hand; restore it first"
            problems.append(NOT_REPRICEABLE.at("order", value=line.number, accepted=accepted))
        if line.number in numbers and line.total_share is not None:
            problems.append(lowered_by_hand(line))
    return tuple(problems)


def lowered_by_hand(line: OrderLine) -> Problem:
    """Return that ``line`` has a share of a total that was lowered by hand (``orders.not_repriceable``)."""
    accepted = "a line whose order's total was not lowered by hand; restore the total first"
    return NOT_REPRICEABLE.at("order", value=line.number, accepted=accepted)


def repriced_lines(order: Order, quote: Quote, numbers: set[int]) -> tuple[RepricedLine, ...]:
    """Return the open units of the lines ``numbers`` at the prices of ``quote``."""
    agreed = {line.number: line.agreed for line in agree(quote).lines}
    return tuple(
        RepricedLine(line.number, line.open, agreed[line.number]) for line in order.lines if line.number in numbers
    )


def with_repriced(
    order: Order,
    lines: tuple[RepricedLine, ...],
    discounts: tuple[CodeDiscount, ...],
    charges: tuple[OrderCharge, ...] = (),
    codes_of_charges: tuple[str, ...] | None = None,
) -> Order:
    """Return the order with open units and ``charges`` at their new prices, and what codes give after it."""
    for each in lines:
        line = order.line(each.line)
        if line is not None:
            order = order.with_line(line.with_agreed(each.agreed))
    order = with_charges(order, charges)
    codes_of_charges = order.charge_codes if codes_of_charges is None else codes_of_charges
    return evolve(order, code_discounts=discounts, codes_changed=True, charge_codes=codes_of_charges)
