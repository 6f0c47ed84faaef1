"""The one way that state changes: decide, and write everything in one transaction; or only say what it would do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import evolve

from servicecore.engine.coupon_codes import keep_codes
from servicecore.engine.decide import Decided, claim_taken, decide, new_id_of
from servicecore.engine.idempotency import remember, repeated
from servicecore.engine.receipts import FigureChange, Preview, Receipt
from servicecore.engine.redeeming import count_uses, give_back_kept
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.runtime import Runtime
from servicecore.errors import Refused, VersionConflict
from servicecore.kernel.events import Event
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.storage.ports import Append, ClaimTaken, Transaction

_ATTEMPTS: Final = 64


class _LimitReached(Exception):
    """Somebody took what a decision needs of a limit after it was looked at: it is judged anew."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems


def preview(runtime: Runtime, request: Request) -> Preview:
    """Return the events and the change of the figures, or the problems; changes nothing."""
    decided = decide(runtime, request)
    if decided.problems:
        return Preview(decided.problems)
    before = dict(decided.kind.figures(decided.state)) if decided.state is not None else {}
    figures = decided.kind.figures(decided.outcome) if decided.events else tuple(before.items())
    return Preview(
        problems=(),
        events=decided.events,
        figures=tuple(
            FigureChange(name, before.get(name, Money.zero(money.currency)), money) for name, money in figures
        ),
    )


def execute(runtime: Runtime, request: Request, also: Callable[[Transaction], None] | None = None) -> Receipt:
    """Carry ``request`` out and return the receipt; ``also`` is done in the same transaction.

    A lost race is decided afresh on the new state, as long as the caller named no expected version.

    Raises:
        Refused: with every problem; nothing was changed.
        VersionConflict: the same aggregate was changed by others again and again.

    """
    return carry_out(runtime, request, also)[0]


def carry_out(
    runtime: Runtime, request: Request, also: Callable[[Transaction], None] | None = None
) -> tuple[Receipt, tuple[Event[Any], ...]]:
    """Do what ``execute`` does, and return every event that was written besides, of other aggregates too."""
    earlier = repeated(runtime, request)
    if earlier is not None:
        return earlier, ()
    new_id = new_id_of(runtime, request.command)
    attempt = 1
    while True:
        decided = decide(runtime, request, new_id, may_recall=attempt == 1)
        if decided.problems:
            return _repeated_or_refused(runtime, request, Refused(decided.problems)), ()
        try:
            receipt = _write(runtime, request, decided, also)
        except VersionConflict:
            if attempt == _ATTEMPTS:
                raise
            attempt += 1
        except _LimitReached as reached:
            if attempt == _ATTEMPTS:
                raise Refused(reached.problems) from None
            attempt += 1
        except ClaimTaken as taken:
            return _repeated_or_refused(runtime, request, Refused((claim_taken(taken.claim, taken.owner),))), ()
        else:
            return receipt, (*decided.events, *(event for each in decided.beside for event in each.events))


def change_of(runtime: Runtime, request: Request, decided: Decided) -> Append:
    """Return a decision's events, document, indexes, wake-up and claims as the store takes them."""
    filing, journal, now = decided.filing, runtime.journal, decided.facts.now
    approver = request.approver.id if request.approver is not None else ""
    meta = journal.write_meta(request.actor, approver, request.reason, request.command.name, request.key)
    return Append(
        kind=decided.kind.name,
        id=decided.id,
        expected_version=decided.version,
        events=tuple([journal.write_event(event, meta, now) for event in decided.events]),
        data=journal.write_state(decided.kind, decided.id, decided.outcome, filing),
        indexes=filing.indexes,
        wakeup=filing.wakeup,
        claims=filing.claims,
        expected_digest=decided.document.digest if decided.document is not None else "",
    )


def _repeated_or_refused(runtime: Runtime, request: Request, refusal: Refused) -> Receipt:
    """Return the receipt of whoever executed the same request in the meantime; else raise ``refusal``."""
    earlier = repeated(runtime, request)
    if earlier is None:
        raise refusal
    return earlier


def _write(runtime: Runtime, request: Request, decided: Decided, also: Callable[[Transaction], None] | None) -> Receipt:
    changes = [change_of(runtime, request, decided)] if decided.events else []
    if decided.beside:
        by_system = evolve(request, actor=SYSTEM, approver=None)
        changes += [change_of(runtime, by_system, each) for each in decided.beside if each.events]
    with runtime.store.transaction() as transaction:
        versions = [transaction.append(change) for change in changes]
        version = versions[0] if decided.events else decided.version
        for each in (decided, *decided.beside):
            keep_codes(transaction, each.events)
            problems = count_uses(transaction, each.events)
            if problems:
                raise _LimitReached(problems)
        give_back_kept(transaction, decided.state, decided.outcome)
        receipt = Receipt(decided.kind.name, decided.id, version, decided.events)
        if request.key:
            remember(transaction, runtime, request, receipt)
        if also is not None:
            also(transaction)
    return receipt
