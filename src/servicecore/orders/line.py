"""An order line: the agreed amounts, and its quantity ledger, in which every unit is in exactly one place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from attrs import evolve, field, frozen

from servicecore.kernel.allocation import part_of_units
from servicecore.kernel.explain import Explanation
from servicecore.kernel.money import Money
from servicecore.orders.quantities import NONE, minus, plus, total
from servicecore.pricing.quote import Margin


@frozen
class Amounts:
    """What some units cost: net and the tax on it, in the order's currency."""

    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        """Return net and tax together."""
        return self.net + self.tax

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.net + other.net, self.tax + other.tax)

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(self.net - other.net, self.tax - other.tax)

    @classmethod
    def zero(cls, currency: str) -> Amounts:
        """Return nothing of ``currency``."""
        return cls(Money.zero(currency), Money.zero(currency))


@frozen
class BilledPart:
    """Units of a line that one invoice billed, and for how much."""

    invoice: int
    quantity: Decimal
    amounts: Amounts


@frozen
class MatchedPart:
    """Billed units of a line that a price match lowered afterwards.

    Attributes:
        start: how many billed units stand before them in the row.
        quantity: how many they are.
        kept: what was billed for them less the credit: what they get back when they return.

    """

    start: Decimal
    quantity: Decimal
    kept: Amounts

    @property
    def end(self) -> Decimal:
        """Return how many billed units stand in the row up to the last of them."""
        return plus(self.start, self.quantity)


@frozen
class LineOverride:
    """The price of a line's units that were neither billed nor canceled, set by hand (E17, CC 8.3).

    Attributes:
        unit_price: of one unit, tax included or not as the quote's prices.
        quantity: the units that it is for.
        original: what they cost as agreed at first, tax included or not as the quote's prices.
        price: what they cost now.
        reason: reason code.
        by: id of who set it.
        approved_by: id of who approved it; empty where nobody had to be there.
        at: aware UTC.
        explanation: the steps from ``original`` to ``price``.
        price_match: id of the competitor's recorded price that it follows; empty for none.
        margin: how it stands against the bands of the book in force then; None where that has none.
        billed_before: whether units of the line were billed when the agreed price stood last.

    """

    unit_price: Money
    quantity: Decimal
    original: Money
    price: Money
    reason: str
    by: str
    approved_by: str
    at: datetime
    explanation: Explanation
    price_match: str = ""
    margin: Margin | None = None
    billed_before: bool = False


@frozen
class TotalShare:
    """What the lowering of an order's total by hand took off a line's units that were neither billed nor canceled.

    Attributes:
        before: what the units of the row after ``units_from`` cost without it, billed since or not.
        units_from: units in the row before those that ``before`` is for.
        taken: what it takes off them, tax included or not as the quote's prices.
        total_before: what all such units of the order cost together without it.
        total: what they were to cost together.
        reason: reason code.
        by: id of who lowered it.
        approved_by: id of who approved it; empty where nobody had to be there.
        at: aware UTC.
        explanation: the steps from what was agreed to what the units cost now.
        margin: how it stands against the bands of the book in force then; None where that has none.

    """

    before: Amounts
    units_from: Decimal
    taken: Money
    total_before: Money
    total: Money
    reason: str
    by: str
    approved_by: str
    at: datetime
    explanation: Explanation
    margin: Margin | None = None


@frozen
class OrderLine:
    """One line of an order.

    The units are taken in a row: first come those that were billed or canceled first. What a unit costs is its place
    in that row (`part_of_units`), so bills and cancellations of any split sum to the line to the cent; returned units
    get back what was billed for them less what a price match gave for them, in the order of the bills. A price match
    is for the first units that are neither back nor matched: matched units come back first.

    Attributes:
        number: the quote line's number.
        item: the item's id.
        description: as the catalogue calls it.
        unit: unit of measure.
        ordered: units agreed.
        agreed: what all of them cost after every discount, with the tax recorded for them; where a price was set by
            hand, what was billed or canceled before counts as it was.
        shipped: units sent.
        canceled: units taken off before they were sent.
        canceled_amounts: what they would have cost.
        return_requested: units that are to come back and did not yet.
        returned: units that came back.
        refunded: units that came back and were refunded.
        billed: what was invoiced, in order.
        matched: billed units that a price match lowered, in the order of the row.
        first_agreed: what the units cost before a price was set by hand; None where none was.
        first_from: units in the row before those that ``first_agreed`` is for.
        priced_from: units in the row before those that the price of today is for.
        priced_before: what those cost; None where there are none.
        override: the price set by hand that stands; None where the agreed one does.
        total_share: what a total lowered by hand takes off the units yet; None for nothing.
        tax_category: of the item when the line was agreed, for the tax engine; empty where an earlier release placed
            it: then the quote says it.
        component_of: number of the line whose bundle it is a part of; 0 for none.

    """

    number: int
    item: str
    description: str
    unit: str
    ordered: Decimal
    agreed: Amounts
    shipped: Decimal = NONE
    canceled: Decimal = NONE
    canceled_amounts: Amounts = field()
    return_requested: Decimal = NONE
    returned: Decimal = NONE
    refunded: Decimal = NONE
    billed: tuple[BilledPart, ...] = ()
    matched: tuple[MatchedPart, ...] = ()
    first_agreed: Amounts | None = None
    first_from: Decimal = NONE
    priced_from: Decimal = NONE
    priced_before: Amounts | None = None
    override: LineOverride | None = None
    total_share: TotalShare | None = None
    tax_category: str = ""
    component_of: int = 0

    @canceled_amounts.default
    def _nothing_canceled(self) -> Amounts:
        return Amounts.zero(self.agreed.net.currency)

    @property
    def currency(self) -> str:
        """Return the ISO 4217 code of the amounts."""
        return self.agreed.net.currency

    @property
    def open(self) -> Decimal:
        """Return how many units can still be shipped or canceled."""
        return minus(self.ordered, self.shipped, self.canceled)

    @property
    def invoiced(self) -> Decimal:
        """Return how many units were billed."""
        return total(part.quantity for part in self.billed)

    @property
    def begun(self) -> Decimal:
        """Return how many units were billed or canceled: their price is settled."""
        return plus(self.invoiced, self.canceled)

    @property
    def to_bill(self) -> Decimal:
        """Return how many units are neither billed nor canceled: their price can still change."""
        return minus(self.ordered, self.begun)

    @property
    def to_invoice(self) -> Decimal:
        """Return how many units were shipped and not billed yet."""
        return minus(self.shipped, self.invoiced)

    @property
    def returnable(self) -> Decimal:
        """Return how many shipped units are neither back nor announced to come back."""
        return minus(self.shipped, self.return_requested, self.returned)

    @property
    def to_refund(self) -> Decimal:
        """Return how many units came back and were not refunded yet."""
        return minus(self.returned, self.refunded)

    @property
    def billable(self) -> Amounts:
        """Return what the units cost that were not canceled."""
        return self.agreed - self.canceled_amounts

    @property
    def billed_amounts(self) -> Amounts:
        """Return what was invoiced."""
        return sum_amounts((part.amounts for part in self.billed), self.currency)

    @property
    def billed_before_override(self) -> bool:
        """Return whether units were billed when the agreed price stood last; it may stand yet."""
        return bool(self.billed) if self.override is None else self.override.billed_before

    def next_share(self, quantity: Decimal) -> Amounts:
        """Return what the next ``quantity`` units cost that are billed or canceled; at most those left."""
        start = minus(self.begun, self.priced_from)
        return part_of(self.priced, start, plus(start, quantity), minus(self.ordered, self.priced_from))

    @property
    def priced(self) -> Amounts:
        """Return what the units of the row cost that the price of today is for: those after ``priced_from``."""
        return self.agreed if self.priced_before is None else self.agreed - self.priced_before

    def first_share(self, quantity: Decimal) -> Amounts:
        """Return what the next ``quantity`` units to be billed cost as agreed at first, whatever was set by hand."""
        start = minus(self.begun, self.first_from)
        return part_of(self.first_agreed or self.agreed, start, plus(start, quantity), self.first_units)

    @property
    def without_total(self) -> Amounts:
        """Return what the units left to bill cost where no total was lowered by hand."""
        share = self.total_share
        if share is None:
            return self.next_share(self.to_bill)
        units = minus(self.ordered, share.units_from)
        return part_of(share.before, minus(self.begun, share.units_from), units, units)

    @property
    def first_units(self) -> Decimal:
        """Return how many units ``first_agreed`` is for."""
        return minus(self.ordered, self.first_from)

    @property
    def matchable(self) -> Decimal:
        """Return how many billed units are neither back nor matched (CC 10)."""
        return max(minus(self.invoiced, self.match_start), NONE)

    @property
    def match_start(self) -> Decimal:
        """Return how many billed units stand in the row before those that the next price match is for."""
        return max(self.returned, self.matched[-1].end if self.matched else NONE)

    def billed_share(self, start: Decimal, quantity: Decimal) -> Amounts:
        """Return what was billed for ``quantity`` units with ``start`` billed units before them in the row."""
        return share_of_parts(self.billed, start, quantity, self.currency)

    def paid_share(self, quantity: Decimal) -> Amounts:
        """Return what the next ``quantity`` units to be refunded cost: billed, less what a price match gave for them.

        At most invoiced less refunded.
        """
        at, end = self.refunded, plus(self.refunded, quantity)
        result = Amounts.zero(self.currency)
        for part in self.matched:
            first, last = max(at, part.start), min(end, part.end)
            if first < last:
                result += self.billed_share(at, minus(first, at))
                result += part_of(part.kept, minus(first, part.start), minus(last, part.start), part.quantity)
                at = last
        return result + self.billed_share(at, minus(end, at))

    def with_cancellation(self, quantity: Decimal, amounts: Amounts) -> OrderLine:
        """Return the line with ``quantity`` more units canceled."""
        return evolve(self, canceled=plus(self.canceled, quantity), canceled_amounts=self.canceled_amounts + amounts)

    def with_price(
        self, rest: Amounts, override: LineOverride | None, total_share: TotalShare | None = None
    ) -> OrderLine:
        """Return the line with ``rest`` as what its units cost that are neither billed nor canceled."""
        settled = self.billed_amounts + self.canceled_amounts
        return evolve(
            self,
            agreed=settled + rest,
            first_agreed=self.first_agreed or self.agreed,
            priced_from=self.begun,
            priced_before=settled,
            override=override,
            total_share=total_share,
        )

    def with_agreed(self, rest: Amounts) -> OrderLine:
        """Return the line with ``rest`` agreed for its units that are neither billed nor canceled, as at first."""
        changed = self.with_price(rest, None)
        return evolve(changed, first_agreed=rest, first_from=self.begun)

    def with_bill(self, part: BilledPart) -> OrderLine:
        """Return the line with one more part invoiced."""
        return evolve(self, billed=(*self.billed, part))

    def with_match(self, part: MatchedPart) -> OrderLine:
        """Return the line with one more part matched."""
        return evolve(self, matched=(*self.matched, part))


def part_of(amounts: Amounts, start: Decimal, end: Decimal, of: Decimal) -> Amounts:
    """Return what the units from ``start`` to ``end`` of a row of ``of`` units have of ``amounts``."""
    count = minus(end, start)
    return Amounts(
        part_of_units(amounts.net, of, count, before=start), part_of_units(amounts.tax, of, count, before=start)
    )


def share_of_parts(parts: Iterable[BilledPart], start: Decimal, quantity: Decimal, currency: str) -> Amounts:
    """Return what was billed for ``quantity`` units with ``start`` units before them in the row of ``parts``."""
    end = plus(start, quantity)
    result = Amounts.zero(currency)
    before = NONE
    for part in parts:
        after = plus(before, part.quantity)
        first, last = max(start, before), min(end, after)
        if first < last:
            result += part_of(part.amounts, minus(first, before), minus(last, before), part.quantity)
        before = after
    return result


def sum_amounts(parts: Iterable[Amounts], currency: str) -> Amounts:
    """Return the exact sum; ``currency`` names the zero of none."""
    result = Amounts.zero(currency)
    for part in parts:
        result += part
    return result
