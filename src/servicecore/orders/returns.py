"""Returns: which shipped units are to come back, which came back in what condition, and what was refunded."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

from attrs import frozen

from servicecore.kernel.explain import Explanation
from servicecore.kernel.money import Money
from servicecore.orders.line import Amounts
from servicecore.orders.quantities import NONE, minus


class Disposition(Enum):
    """In what condition returned units arrived."""

    SELLABLE = "sellable"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"


class ReturnStatus(Enum):
    """How a return stands, derived from its quantities."""

    REQUESTED = "requested"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    REFUNDED = "refunded"
    CANCELED = "canceled"


@frozen
class ReturnLine:
    """Units of one order line in a return.

    Attributes:
        line: number of the order line.
        requested: units that were to come back.
        received: units that came back.
        refunded: units refunded.
        given_up: units that are no longer expected.

    """

    line: int
    requested: Decimal
    received: Decimal = NONE
    refunded: Decimal = NONE
    given_up: Decimal = NONE

    @property
    def expected(self) -> Decimal:
        """Return how many units are still to come."""
        return minus(self.requested, self.received, self.given_up)

    @property
    def to_refund(self) -> Decimal:
        """Return how many units came back and were not refunded yet."""
        return minus(self.received, self.refunded)


@frozen
class Receipt:
    """Units that arrived at one time."""

    line: int
    quantity: Decimal
    disposition: Disposition
    at: datetime


@frozen
class RefundedCharge:
    """What returned units get back of a charge that was billed for each of them.

    Attributes:
        charge: the charge's id.
        line: number of the order line whose units they are.
        quantity: how many units.
        amounts: what was billed of it for them.

    """

    charge: str
    line: int
    quantity: Decimal
    amounts: Amounts


@frozen
class CreditOverride:
    """A credit of a return that somebody set by hand (A08, CC 8).

    Attributes:
        computed: what the return gets back by the rules, with tax, less the fee.
        credit: what it gets instead.
        reason: reason code.
        by: id of who set it.
        approved_by: id of who approved it; empty where nobody had to be there.

    """

    computed: Money
    credit: Money
    reason: str
    by: str
    approved_by: str


@frozen
class Refund:
    """What was granted for returned units.

    Attributes:
        amount: what the customer gets, with tax, less the fee.
        fee: what was kept back.
        at: aware UTC.
        explanation: the steps that made ``amount``.
        override: who set the amount by hand; None where it is the computed one.

    """

    amount: Money
    fee: Money
    at: datetime
    explanation: Explanation
    override: CreditOverride | None = None


@frozen
class Return:
    """One return of an order.

    Attributes:
        number: 1 for the order's first.
        lines: what was to come back, each order line once.
        reason: reason code.
        note: free text.
        at: when it was agreed, aware UTC.
        receipts: what arrived, in order.
        refunds: what was granted, in order.

    """

    number: int
    lines: tuple[ReturnLine, ...]
    reason: str
    note: str
    at: datetime
    receipts: tuple[Receipt, ...] = ()
    refunds: tuple[Refund, ...] = ()

    def line(self, number: int) -> ReturnLine | None:
        """Return what the return says of order line ``number``, or None."""
        return next((each for each in self.lines if each.line == number), None)

    @property
    def status(self) -> ReturnStatus:
        """Return how it stands."""
        received = any(each.received for each in self.lines)
        if any(each.expected for each in self.lines):
            return ReturnStatus.PARTLY_RECEIVED if received else ReturnStatus.REQUESTED
        if not received:
            return ReturnStatus.CANCELED
        return ReturnStatus.RECEIVED if any(each.to_refund for each in self.lines) else ReturnStatus.REFUNDED
