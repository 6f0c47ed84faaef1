"""Credits after invoice: what an order gave back because others were cheaper; the invoice stays as it is."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from attrs import frozen

from servicecore.kernel.explain import Explanation
from servicecore.kernel.money import Money
from servicecore.orders.line import Amounts
from servicecore.pricing.price_match import CompetitorPrice


@frozen
class PriceMatchCredit:
    """What was given for some billed units of a line (A10, CC 10).

    Attributes:
        number: 1 for the order's first.
        line: number of the order line.
        start: how many billed units of the line stand before them in its row.
        quantity: how many units.
        price: the competitor's, as it was followed.
        percent: how much of the difference was given.
        record: id of the price match that was applied; empty where the price came with the command.
        credit: what was given, net and the tax on it.
        to_account: whether it stays on the customer's account; otherwise it goes back to the tenders.
        reason: reason code.
        note: free text.
        approved_by: id of the second person who approved it; empty where none had to.
        at: aware UTC.
        explanation: the steps that made the amount with tax.

    """

    number: int
    line: int
    start: Decimal
    quantity: Decimal
    price: CompetitorPrice
    percent: Decimal
    record: str
    credit: Amounts
    to_account: bool
    reason: str
    note: str
    approved_by: str
    at: datetime
    explanation: Explanation

    @property
    def amount(self) -> Money:
        """Return what was given, with tax."""
        return self.credit.gross
