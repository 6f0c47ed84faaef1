"""Payment plans: which transactions bring in, give back or release an amount, tender by tender."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from servicecore.billing.ledger import PaymentLedger
from servicecore.billing.payment_requests import PaymentOperation
from servicecore.billing.tenders import CHARGING_SEQUENCE, Tender, TenderKind, charging_order, refund_order
from servicecore.billing.transactions import PaymentTransaction, idempotency_key
from servicecore.kernel.money import Money, sum_money


@frozen
class PaymentPlan:
    """Intents that move an amount, and what they leave over.

    Attributes:
        intents: new transactions, numbered after the ledger's last.
        unplanned: what no tender could take; 0 where all was placed.

    """

    intents: tuple[PaymentTransaction, ...]
    unplanned: Money


@frozen
class Purse:
    """What a plan is made from.

    Attributes:
        document: id of the document that is paid; part of every idempotency key.
        ledger: what was done so far.
        tenders: what can be charged.
        now: the instant of the plan, aware UTC.
        sequence: which kinds of tender are charged first.

    """

    document: str
    ledger: PaymentLedger
    tenders: tuple[Tender, ...]
    now: datetime
    sequence: tuple[TenderKind, ...] = CHARGING_SEQUENCE

    def authorize(self, amount: Money, only: int | None = None) -> PaymentPlan:
        """Return authorisations for ``amount``: tenders in charging order (or ``only`` one), none above its limit."""
        return self._plan(PaymentOperation.AUTHORIZE, amount, self._rooms(amount, only))

    def capture(self, amount: Money) -> PaymentPlan:
        """Return captures for ``amount`` from open authorisations, tenders in charging order, oldest first."""
        return self._plan(PaymentOperation.CAPTURE, amount, self._open_authorizations())

    def refund(self, amount: Money) -> PaymentPlan:
        """Return refunds for ``amount``: tenders in refund order, the latest capture first, none above its rest."""
        return self._plan(PaymentOperation.REFUND, amount, self._refundable())

    def void(self, needed: Money) -> PaymentPlan:
        """Return voids of the authorisations that are not needed to cover ``needed``.

        The last in charging order goes first, and only whole open rests: an authorisation of which a part is still
        needed stays, and so does one with a capture under way (specs: orders 3.3). ``unplanned`` is the excess that
        has to stay set aside.
        """
        rests = tuple(self._open_authorizations())
        excess = sum_money((rest for _, rest in rests), self.ledger.currency) - needed
        chosen = []
        for parent, rest in reversed(rests):
            if rest <= excess and not self.ledger.is_busy(parent):
                chosen.append((parent, rest))
                excess -= rest
        spare = max(excess, Money.zero(self.ledger.currency))
        released = sum_money((rest for _, rest in chosen), self.ledger.currency)
        plan = self._plan(PaymentOperation.VOID, released, iter(chosen))
        return PaymentPlan(plan.intents, spare)

    def _rooms(self, amount: Money, only: int | None) -> Iterator[tuple[PaymentTransaction | int, Money]]:
        for index, tender in charging_order(self.tenders, self.sequence):
            if only is not None and index != only:
                continue
            limit = tender.max_amount
            yield index, amount if limit is None else limit - self.ledger.used(self.now, index)

    def _open_authorizations(self) -> Iterator[tuple[PaymentTransaction, Money]]:
        for index, _ in charging_order(self.tenders, self.sequence):
            for parent in self.ledger.authorizations(index):
                yield parent, self.ledger.open_amount(parent, self.now)

    def _refundable(self) -> Iterator[tuple[PaymentTransaction, Money]]:
        for index, _ in refund_order(self.tenders, self.sequence):
            for parent in reversed(self.ledger.takings(index)):
                yield parent, self.ledger.refundable(parent)

    def _plan(
        self,
        operation: PaymentOperation,
        amount: Money,
        sources: Iterator[tuple[PaymentTransaction, Money]] | Iterator[tuple[PaymentTransaction | int, Money]],
    ) -> PaymentPlan:
        left = amount
        intents: list[PaymentTransaction] = []
        for source, room in sources:
            part = min(left, room)
            if part.amount <= 0:
                continue
            number = self.ledger.next_number + len(intents)
            intents.append(
                PaymentTransaction(
                    number=number,
                    key=idempotency_key(self.document, number),
                    operation=operation,
                    tender=source if isinstance(source, int) else source.tender,
                    amount=part,
                    at=self.now,
                    follows=0 if isinstance(source, int) else source.number,
                )
            )
            left -= part
        return PaymentPlan(tuple(intents), left)
