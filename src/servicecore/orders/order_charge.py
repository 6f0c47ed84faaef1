"""A charge of an order or of one of its lines: what it costs, and when which part of it is billed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from attrs import evolve, field, frozen

from servicecore.kernel.allocation import part_of_units
from servicecore.kernel.money import Money
from servicecore.orders.line import Amounts, OrderLine
from servicecore.orders.quantities import NONE, minus
from servicecore.pricing.charge_category import ChargeCategory


@frozen
class ChargeChange:
    """Who set the amount of a charge by hand, or added the charge, and why (E17, CC 8.3).

    Attributes:
        reason: reason code.
        by: id of the actor.
        approved_by: id of who approved it; empty where nobody had to be there.
        at: aware UTC.

    """

    reason: str
    by: str
    approved_by: str
    at: datetime


@frozen
class OrderCharge:
    """A charge as agreed, or as somebody set it by hand.

    A charge of the order is billed with the next invoice, one of a line with the next invoice that has units of the
    line; one for each unit of a line is billed, canceled and given back unit by unit, with the units themselves.

    Attributes:
        id: unique within its line, or within those of the whole order.
        amounts: what all of it costs.
        line: number of the line that it is for; 0 for the whole order.
        per_unit: whether it goes where the units of its line go.
        category: what it is for.
        tax_category: for the tax engine; empty is not taxed.
        units_from: units of the line in the row before those that a charge for each unit is for.
        settled: what was billed or canceled of a charge for each unit before ``units_from``; None for nothing.
        canceled: what of it will never be billed.
        original: what it costs as the rules said, where it was set by hand; None where it was not.
        change: who set or added it by hand; None where nobody did.
        added: whether somebody added it by hand.
        refundable: whether a charge for each unit is given back for units that come back.

    """

    id: str
    amounts: Amounts
    line: int = 0
    per_unit: bool = False
    category: ChargeCategory = ChargeCategory.OTHER
    tax_category: str = ""
    units_from: Decimal = NONE
    settled: Amounts | None = None
    canceled: Amounts = field()
    original: Amounts | None = None
    change: ChargeChange | None = None
    added: bool = False
    refundable: bool = True

    @canceled.default
    def _nothing_canceled(self) -> Amounts:
        return Amounts.zero(self.amounts.net.currency)

    @property
    def place(self) -> tuple[str, int]:
        """Return what tells it apart: its id and its line."""
        return (self.id, self.line)

    @property
    def billable(self) -> Amounts:
        """Return what of it is or will be billed."""
        return self.amounts - self.canceled

    def share(self, line: OrderLine, quantity: Decimal) -> Amounts:
        """Return what a charge for each unit costs for the next ``quantity`` units of ``line`` in the row."""
        of, before = minus(line.ordered, self.units_from), minus(line.begun, self.units_from)
        rest = self.amounts if self.settled is None else self.amounts - self.settled
        return Amounts(
            part_of_units(rest.net, of, quantity, before=before),
            part_of_units(rest.tax, of, quantity, before=before),
        )

    def with_rest(self, line: OrderLine | None, rest: Amounts) -> OrderCharge:
        """Return the charge with ``rest`` as what is left of it to be billed; what was billed stays as it is."""
        if not self.per_unit or line is None:
            return evolve(self, amounts=rest)
        settled = self.amounts - self.share(line, line.to_bill)
        return evolve(self, amounts=settled + rest, settled=settled, units_from=line.begun)

    def without(self, amounts: Amounts) -> OrderCharge:
        """Return the charge with ``amounts`` of it never to be billed."""
        return evolve(self, canceled=self.canceled + amounts)

    def price(self, *, with_tax: bool) -> Money:
        """Return what it costs, with the tax or without."""
        return self.amounts.gross if with_tax else self.amounts.net
