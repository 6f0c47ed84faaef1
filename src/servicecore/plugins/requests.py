"""What plugins are asked and may answer, beyond the values of the lower floors; every class is frozen."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from attrs import frozen

from servicecore.billing.payment_requests import PaymentResult
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem


@frozen
class QueryRequest:
    """Asks a gateway what became of an earlier request.

    Attributes:
        key: the idempotency key of that request.

    """

    key: str


@frozen
class QueryResult:
    """A gateway's answer to a query; "never heard of it" is said aloud, never by returning nothing.

    Attributes:
        known: whether the gateway ever got a request with that key.
        result: how it stands now, where known; None otherwise.

    """

    known: bool
    result: PaymentResult | None = None


@frozen
class TaxFailure:
    """Why there is no tax quote: never a number, so that it cannot be taken for "no tax".

    Attributes:
        engine: the engine's name.
        code: dotted and stable: ``tax.unknown_jurisdiction``.
        reason: one sentence for people.
        problem: the same as a problem, in three languages, where the engine has one.

    """

    engine: str
    code: str
    reason: str
    problem: Problem | None = None

    @property
    def told(self) -> Problem | str:
        """Return the problem, which is told in three languages, where it says just the reason; else the reason."""
        problem = self.problem
        return problem if problem is not None and problem.text() == self.reason else self.reason


@frozen
class TenderSummary:
    """One way in which an order is to be paid: its kind, how much, and through which gateway."""

    kind: str
    amount: Money
    gateway: str = ""


@frozen
class AssessedLine:
    """One line of an order under assessment: item, quantity in the line's unit, and its amount."""

    item: str
    quantity: Decimal
    amount: Money


@frozen
class AssessOrder:
    """Asks the fraud rules about an order (A31).

    Attributes:
        order: the order's id.
        customer: the customer's id.
        total: what the order costs, with charges and tax.
        now: instant of the assessment, aware UTC.
        tenders: how it is to be paid.
        lines: what is ordered.
        bill_to_country: ISO 3166; empty where unknown.
        ship_to_country: ISO 3166; empty where unknown.
        orders_before: how many orders the customer placed before this one.
        customer_age_days: full days since the customer was first known.

    """

    order: str
    customer: str
    total: Money
    now: datetime
    tenders: tuple[TenderSummary, ...] = ()
    lines: tuple[AssessedLine, ...] = ()
    bill_to_country: str = ""
    ship_to_country: str = ""
    orders_before: int = 0
    customer_age_days: int = 0


@frozen
class EventEnvelope:
    """One committed event as observers get it.

    Attributes:
        position: place in the whole log, growing; a repeated delivery has the same one.
        kind: the aggregate's kind, ``order``.
        id: the aggregate's id.
        version: place in the aggregate's own history, from 1.
        type_name: ``orders.hold_applied``, with ``type_version``.
        at: when it was emitted, aware UTC.
        data: the event's fields as JSON text.
        meta: actor, approver, reason and command as JSON text.

    """

    position: int
    kind: str
    id: str
    version: int
    type_name: str
    type_version: int
    at: datetime
    data: str
    meta: str = "{}"
