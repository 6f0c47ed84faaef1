"""What returned units get back: what was billed for them and for their charges, less a fee, or a credit set by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.explain import Explanation, Step, StepKind
from servicecore.kernel.money import Money, sum_money
from servicecore.orders.line import Amounts, BilledPart, share_of_parts
from servicecore.orders.order import InvoicedLine, Order
from servicecore.orders.order_charge import OrderCharge
from servicecore.orders.returns import CreditOverride, Refund, RefundedCharge, Return

PAID: Final = StepKind(
    "orders.refund_paid",
    en="paid for {quantity} of line {line} after discounts",
    it="pagato per {quantity} della riga {line} dopo gli sconti",
    de="bezahlt für {quantity} der Zeile {line} nach Rabatten",
)
TAX: Final = StepKind(
    "orders.refund_tax",
    en="tax recorded for {quantity} of line {line}",
    it="imposta registrata per {quantity} della riga {line}",
    de="für {quantity} der Zeile {line} erfasste Steuer",
)
TAKEN_BACK: Final = StepKind(
    "orders.refund_match_taken_back",
    en="credit of a price match for {quantity} of line {line}, taken back",
    it="credito per corrispondenza di prezzo di {quantity} della riga {line}, ripreso",
    de="Gutschrift aus Preisabgleich für {quantity} der Zeile {line}, zurückgenommen",
)
CHARGE: Final = StepKind(
    "orders.refund_charge",
    en="charge {charge} for {quantity} of line {line}",
    it="spesa {charge} per {quantity} della riga {line}",
    de="Zuschlag {charge} für {quantity} der Zeile {line}",
)
CHARGE_TAX: Final = StepKind(
    "orders.refund_charge_tax",
    en="tax recorded for charge {charge} for {quantity} of line {line}",
    it="imposta registrata per la spesa {charge} per {quantity} della riga {line}",
    de="erfasste Steuer auf Zuschlag {charge} für {quantity} der Zeile {line}",
)
FEE: Final = StepKind("orders.refund_fee", en="return fee", it="spese di reso", de="Rücksendegebühr")
GRANTED_BEFORE: Final = StepKind(
    "orders.refund_granted_before",
    en="credits of before leave {left} of what was invoiced",
    it="i crediti precedenti lasciano {left} di quanto fatturato",
    de="frühere Gutschriften lassen {left} vom Fakturierten",
)
CREDIT: Final = StepKind(
    "orders.refund_credit_override",
    en="credit set to {credit} by {actor}: {reason}",
    it="credito fissato a {credit} da {actor}: {reason}",
    de="Gutschrift von {actor} auf {credit} gesetzt: {reason}",
)


@frozen
class ReturnCredit:
    """What the units of a return get back that arrived and were not refunded yet.

    Attributes:
        number: of the return.
        lines: units of each line with what was billed for them, less what a price match gave.
        charges: what was billed for them of charges for each unit that are given back.
        left: what was invoiced for the order and not granted back yet: no credit goes beyond it.
        steps: that make ``paid``.

    """

    number: int
    lines: tuple[InvoicedLine, ...]
    charges: tuple[RefundedCharge, ...]
    left: Money
    steps: tuple[Step, ...]

    @property
    def paid(self) -> Money:
        """Return what was paid for the units and their charges, with tax."""
        amounts = (*(each.amounts for each in self.lines), *(each.amounts for each in self.charges))
        return sum_money((each.gross for each in amounts), self.left.currency)

    def less(self, fee: Money) -> Money:
        """Return the computed credit, which keeps ``fee`` back; at most what is left."""
        return min(self.paid - fee, self.left)

    def refund(self, fee: Money, override: CreditOverride | None, at: datetime) -> Refund:
        """Return what is granted: the computed credit, or the one set by hand; explained."""
        steps = list(self.steps)
        if fee:
            steps.append(FEE.step(-fee))
        computed = self.less(fee)
        if computed != self.paid - fee:
            steps.append(GRANTED_BEFORE.step(computed - (self.paid - fee), left=self.left))
        amount = computed
        if override is not None:
            amount = override.credit
            named = {"credit": amount, "actor": override.by, "reason": override.reason}
            steps.append(CREDIT.step(amount - computed, **named))
        explanation = Explanation(f"refund of return {self.number}", amount, tuple(steps))
        return Refund(amount, fee, at, explanation, override)


def return_credit(order: Order, returned: Return) -> ReturnCredit:
    """Return what the units of ``returned`` get back that arrived and were not refunded yet (specs: orders 8).

    Of charges, those for each unit of a line come back with the units, each unit's as it was billed, unless the
    charge is not refundable; charges of a whole line or of the order stay paid (specs: orders 4).
    """
    lines: list[InvoicedLine] = []
    charges: list[RefundedCharge] = []
    steps: list[Step] = []
    for each in returned.lines:
        line = order.line(each.line)
        if line is None or not each.to_refund:
            continue
        part = InvoicedLine(each.line, each.to_refund, line.paid_share(each.to_refund))
        lines.append(part)
        billed = line.billed_share(line.refunded, each.to_refund)
        named = {"quantity": f"{each.to_refund:f}", "line": each.line}
        steps.append(PAID.step(billed.net, **named))
        if billed.tax:
            steps.append(TAX.step(billed.tax, **named))
        if billed != part.amounts:
            steps.append(TAKEN_BACK.step(part.amounts.gross - billed.gross, **named))
        for charge in order.charges:
            if charge.per_unit and charge.refundable and charge.line == line.number:
                amounts = _billed_of(order, charge, line.refunded, each.to_refund)
                if not amounts.gross:
                    continue
                charges.append(RefundedCharge(charge.id, each.line, each.to_refund, amounts))
                steps.append(CHARGE.step(amounts.net, charge=charge.id, **named))
                if amounts.tax:
                    steps.append(CHARGE_TAX.step(amounts.tax, charge=charge.id, **named))
    return ReturnCredit(returned.number, tuple(lines), tuple(charges), order.invoiced - order.granted, tuple(steps))


def _billed_of(order: Order, charge: OrderCharge, start: Decimal, quantity: Decimal) -> Amounts:
    """Return what invoices billed of ``charge`` for units of its line with ``start`` billed units before them."""
    nothing = Amounts.zero(order.currency)
    parts = []
    for invoice in order.invoices:
        billed = [each.amounts for each in invoice.charges if each.place == charge.place]
        parts += [
            BilledPart(invoice.number, line.quantity, billed[0] if billed else nothing)
            for line in invoice.lines
            if line.line == charge.line
        ]
    return share_of_parts(parts, start, quantity, order.currency)
