"""What a correct answer of a plugin is, told once: the guard asks at run time, the conformance kits in tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.billing.payment_requests import (
    Decline,
    PaymentOperation,
    PaymentRequest,
    PaymentResult,
    PaymentStatus,
)
from servicecore.kernel.money import Money
from servicecore.orders.fraud import FraudSignal
from servicecore.plugins.requests import QueryResult

MAX_KEY: Final = 64
MAX_TEXT: Final = 500
MAX_SCORE: Final = 100
MAX_SIGNALS: Final = 50

_ANSWERS: Final = frozenset(
    {PaymentStatus.APPROVED, PaymentStatus.DECLINED, PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED}
)


@frozen
class Violation:
    """One way in which an answer breaks the contract: a stable code, and what was found where."""

    code: str
    detail: str


def check_payment_request(request: PaymentRequest) -> tuple[Violation, ...]:
    """Return why ``request`` must not be sent at all: its key, or an amount that is not above 0 in whole units."""
    found = []
    if not 0 < len(request.key) <= MAX_KEY:
        found.append(Violation("request_key", f"a key of {len(request.key)} characters; accepted: 1 to {MAX_KEY}"))
    if request.amount.amount <= 0 or not request.amount.is_rounded():
        found.append(Violation("request_amount", f"{request.amount}; accepted: above 0, in whole minor units"))
    return tuple(found)


def check_gateway_result(
    request: PaymentRequest, result: object, *, partial_approvals: bool = False
) -> tuple[Violation, ...]:
    """Return how ``result`` breaks the contract as an answer to ``request``; nothing where it is sound.

    ``partial_approvals`` says that the gateway declares them: an approval may then be for less than was asked.
    """
    found = check_result_shape(result)
    if found or type(result) is not PaymentResult:
        return found
    asked, got = request.amount, result.amount
    if got.currency != asked.currency:
        return (Violation("currency", f"answered in {got.currency}, asked in {asked.currency}"),)
    if got > asked:
        return (Violation("more_than_asked", f"{got} of {asked}"),)
    if result.status is not PaymentStatus.APPROVED:
        return ()
    if got < asked and not partial_approvals:
        return (Violation("less_than_asked", f"{got} of {asked}, and partial approvals are not declared"),)
    needs_reference = request.operation in {PaymentOperation.AUTHORIZE, PaymentOperation.CHARGE}
    if needs_reference and not result.gateway_ref:
        return (Violation("no_reference", "approved without gateway_ref, so nothing can follow"),)
    return ()


def check_result_shape(result: object) -> tuple[Violation, ...]:
    """Return how ``result`` breaks the contract whatever was asked: classes, status, sign, scale, decline."""
    if type(result) is not PaymentResult:
        return (_wrong_type("result", result, "PaymentResult"),)
    found = _wrong_fields(
        ("status", result.status, PaymentStatus),
        ("amount", result.amount, Money),
        ("gateway_ref", result.gateway_ref, str),
    )
    if result.decline is not None:
        found += _wrong_fields(("decline", result.decline, Decline))
    if result.expires_at is not None:
        found += _wrong_fields(("expires_at", result.expires_at, datetime))
    if found:
        return found
    return (
        *_check_status(result),
        *_check_amount(result.status, result.amount),
        *_check_decline(result),
        *_check_instant(result.expires_at),
    )


def check_query_result(
    request: PaymentRequest | None, result: object, *, partial: bool = False
) -> tuple[Violation, ...]:
    """Return how ``result`` breaks the contract as an answer to a query.

    ``request`` is the request that the query is about, where the caller has it; without it only the shape is checked.
    """
    if type(result) is not QueryResult:
        return (_wrong_type("result", result, "QueryResult"),)
    known: object = result.known
    if known is not (result.result is not None):
        return (Violation("known", "known is True with a result, False without one"),)
    if result.result is None:
        return ()
    if request is None:
        return check_result_shape(result.result)
    return check_gateway_result(request, result.result, partial_approvals=partial)


def check_fraud_signals(rule: str, signals: object) -> tuple[Violation, ...]:
    """Return how the signals of ``rule`` break the contract: classes, the rule's id, score 0 to 100, a reason."""
    if type(signals) is not tuple:
        return (_wrong_type("signals", signals, "a tuple of FraudSignal"),)
    if len(signals) > MAX_SIGNALS:
        return (Violation("too_many", f"more than {MAX_SIGNALS} signals"),)
    return tuple(violation for signal in signals for violation in _check_signal(rule, signal))


def show(violations: Iterable[Violation]) -> str:
    """Return the violations as one line of text."""
    return "; ".join(f"{violation.code}: {violation.detail}" for violation in violations)


def is_money(value: object) -> bool:
    """Return whether ``value`` is Money through and through, and not something that merely claims to be."""
    return type(value) is Money and type(value.amount) is Decimal and type(value.currency) is str


def _check_signal(rule: str, signal: object) -> tuple[Violation, ...]:
    if type(signal) is not FraudSignal:
        return (_wrong_type("signal", signal, "FraudSignal"),)
    found = _wrong_fields(("rule", signal.rule, str), ("score", signal.score, int), ("reason", signal.reason, str))
    if found:
        return found
    if signal.rule != rule:
        return (Violation("rule", f"a signal of {signal.rule[:50]!r}; accepted: {rule!r}"),)
    if not 0 <= signal.score <= MAX_SCORE:
        return (Violation("score", f"{signal.score}; accepted: 0 to {MAX_SCORE}"),)
    if not signal.reason.strip() or len(signal.reason) > MAX_TEXT:
        return (Violation("reason", f"accepted: a sentence of at most {MAX_TEXT} characters"),)
    return ()


def _check_status(result: PaymentResult) -> tuple[Violation, ...]:
    if result.status in _ANSWERS:
        return ()
    return (Violation("status", f"{result.status.value} is for the host alone to say"),)


def _check_amount(status: PaymentStatus, amount: Money) -> tuple[Violation, ...]:
    if amount.amount < 0:
        return (Violation("negative", str(amount)),)
    if not amount.is_rounded():
        return (Violation("scale", f"{amount} has more decimals than the currency"),)
    if status is PaymentStatus.APPROVED and not amount:
        return (Violation("nothing_approved", "approved, but nothing happened"),)
    if status is PaymentStatus.DECLINED and amount:
        return (Violation("declined_amount", f"declined, yet {amount} happened"),)
    return ()


def _check_decline(result: PaymentResult) -> tuple[Violation, ...]:
    decline = result.decline
    if (decline is not None) != (result.status is PaymentStatus.DECLINED):
        return (Violation("decline", "a decline comes with DECLINED and with nothing else"),)
    if decline is None:
        return ()
    found = _wrong_fields(
        ("decline.code", decline.code, str),
        ("decline.soft", decline.soft, bool),
        ("decline.message", decline.message, str),
    )
    return found or (() if decline.code else (Violation("decline", "the code is empty"),))


def _check_instant(at: datetime | None) -> tuple[Violation, ...]:
    if at is None or at.utcoffset() is not None:
        return ()
    return (Violation("naive_instant", "expires_at has no time zone"),)


def _wrong_fields(*fields: tuple[str, object, type]) -> tuple[Violation, ...]:
    return tuple(
        _wrong_type(name, value, wanted.__name__)
        for name, value, wanted in fields
        if not (is_money(value) if wanted is Money else type(value) is wanted)
    )


def _wrong_type(name: str, value: object, accepted: str) -> Violation:
    return Violation("wrong_type", f"{name} is of class {type(value).__name__[:80]}; accepted: {accepted}")
