"""The one way that state changes: load, gather facts, decide, and write everything in one transaction."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from attrs import evolve, frozen

from servicecore.engine.gather import gather
from servicecore.engine.journal import Meta
from servicecore.engine.receipts import FigureChange, Preview, Receipt
from servicecore.engine.reservations import coupon_uses, reserve
from servicecore.engine.runtime import Runtime
from servicecore.errors import Refused, VersionConflict
from servicecore.kernel.authority import NOT_PERMITTED, Actor, Reason
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import AggregateKind, Command, Operation, Refusal, after, judge
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.storage.ports import Append, ClaimTaken, Document, Transaction

KEY_REUSED: Final = ProblemKind(
    "command.key_reused",
    en="idempotency key {value} was used for another command; accepted: a new key, or the same command",
    it="la chiave di idempotenza {value} è già servita per un altro comando; valori ammessi: una chiave nuova",
    de="der Idempotenzschlüssel {value} gehört zu einem anderen Befehl; zulässig: ein neuer Schlüssel",
)
STALE: Final = ProblemKind(
    "command.stale",
    en="the {kind} is at version {value}; accepted: the version that the caller saw, {accepted}",
    it="{kind} è alla versione {value}; valori ammessi: la versione vista dal chiamante, {accepted}",
    de="{kind} steht bei Version {value}; zulässig: die vom Aufrufer gesehene Version {accepted}",
)
CLAIM_TAKEN: Final = ProblemKind(
    "command.claim_taken",
    en="{value} belongs to {owner} already; accepted: something that nothing else holds",
    it="{value} appartiene già a {owner}; valori ammessi: qualcosa che nessun altro detiene",
    de="{value} gehört bereits zu {owner}; zulässig: etwas, das nichts anderes hält",
)
SYSTEM: Final = Actor("system", roles=frozenset({"system"}))
_ATTEMPTS: Final = 8


@frozen
class Request:
    """A command with all that comes with it.

    Attributes:
        command: what to do.
        actor: who.
        approver: a second person.
        reason: why.
        key: idempotency key; the same key and command are executed once.
        expected_version: the version that the caller saw; None lets a lost race be decided afresh.

    """

    command: Command
    actor: Actor
    approver: Actor | None = None
    reason: Reason | None = None
    key: str = ""
    expected_version: int | None = None


@frozen
class Decided:
    """A decision, with the state that it was made on."""

    kind: AggregateKind[Any]
    operation: Operation[Any, Any]
    id: str
    document: Document | None
    state: Any
    facts: Facts
    events: tuple[Event[Any], ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def version(self) -> int:
        """Return the version that was decided on; 0 for a new aggregate."""
        return self.document.version if self.document is not None else 0


def decide(runtime: Runtime, request: Request, new_id: str = "") -> Decided:
    """Return what ``request`` would do to the stored state now; reads, and changes nothing.

    ``new_id`` is the id for a beginning; empty takes the command's own, or a name that says it is a preview.
    """
    command = request.command
    kind, operation = runtime.registry.of_command(type(command))
    identity = command.target_id() or new_id or command.given_id() or f"new {kind.name}"
    with runtime.store.transaction() as transaction:
        document = transaction.load(kind.name, identity)
    state = runtime.journal.read_state(kind, document) if document is not None else None
    facts = Facts(
        now=runtime.clock.now(),
        actor=request.actor,
        authority=runtime.settings.authority,
        approver=request.approver,
        reason=request.reason,
        new_id=identity,
        others=runtime.settings.policies,
    )
    decided = Decided(kind, operation, identity, document, state, facts)
    problems = _before(request, decided)
    if problems:
        return evolve(decided, problems=problems)
    gathered = facts.with_facts(*gather(runtime, operation, state, command, facts))
    decision = judge(kind, state, command, gathered)
    if isinstance(decision, Refusal):
        return evolve(decided, facts=gathered, problems=decision.problems)
    return evolve(decided, facts=gathered, events=decision)


def new_id_of(runtime: Runtime, command: Command) -> str:
    """Return the id that ``command`` begins its aggregate under: its own, or a fresh one; empty for any other."""
    kind, operation = runtime.registry.of_command(type(command))
    if not operation.creates:
        return ""
    return command.given_id() or runtime.ids.next(kind.name)


def _before(request: Request, decided: Decided) -> tuple[Problem, ...]:
    if decided.operation.automatic and "system" not in request.actor.roles:
        right = decided.operation.name
        return (NOT_PERMITTED.at("actor", actor=request.actor.id, right=right, accepted="system"),)
    if request.expected_version is not None and request.expected_version != decided.version:
        return (
            STALE.at(
                "expected_version",
                kind=decided.kind.name,
                value=decided.version,
                accepted=request.expected_version,
            ),
        )
    return ()


def preview(runtime: Runtime, request: Request) -> Preview:
    """Return the events and the change of the figures, or the problems; changes nothing."""
    decided = decide(runtime, request)
    if decided.problems:
        return Preview(decided.problems)
    before = dict(decided.kind.figures(decided.state)) if decided.state is not None else {}
    if decided.events:
        state = after(decided.state, decided.events)
        figures = decided.kind.figures(state)
    else:
        figures = tuple(before.items())
    return Preview(
        problems=(),
        events=decided.events,
        figures=tuple(
            FigureChange(name, before.get(name, Money.zero(money.currency)), money) for name, money in figures
        ),
    )


def execute(runtime: Runtime, request: Request) -> Receipt:
    """Carry ``request`` out and return the receipt.

    A lost race is decided afresh on the new state, as long as the caller named no expected version.

    Raises:
        Refused: with every problem; nothing was changed.
        VersionConflict: the same aggregate was changed by others again and again.

    """
    repeated = _repeated(runtime, request)
    if repeated is not None:
        return repeated
    new_id = new_id_of(runtime, request.command)
    for attempt in range(_ATTEMPTS):
        decided = decide(runtime, request, new_id)
        if decided.problems:
            repeated = _repeated(runtime, request)
            if repeated is not None:
                return repeated
            raise Refused(decided.problems)
        try:
            return _write(runtime, request, decided)
        except VersionConflict:
            if attempt == _ATTEMPTS - 1:
                raise
        except ClaimTaken as taken:
            repeated = _repeated(runtime, request)
            if repeated is not None:
                return repeated
            raise Refused((CLAIM_TAKEN.at("claim", value=taken.claim, owner=taken.owner),)) from taken
    raise AssertionError("unreachable: the last attempt returns or raises")


def _write(runtime: Runtime, request: Request, decided: Decided) -> Receipt:
    kind = decided.kind
    uses = coupon_uses(runtime, decided.events)
    with runtime.store.transaction() as transaction:
        version = decided.version
        if decided.events:
            version = transaction.append(change_of(runtime, request, decided))
            problems = reserve(transaction, uses)
            if problems:
                raise Refused(problems)
        if request.key:
            _remember(transaction, request, decided, version, _fingerprint(runtime, request))
    return Receipt(kind.name, decided.id, version, decided.events)


def change_of(runtime: Runtime, request: Request, decided: Decided) -> Append:
    """Return a decision's events, document, indexes, wake-up and claims as the store takes them."""
    state = after(decided.state, decided.events)
    meta = Meta(
        actor=request.actor,
        approver=request.approver.id if request.approver is not None else "",
        reason=request.reason,
        command=request.command.name,
        key=request.key,
    )
    return Append(
        kind=decided.kind.name,
        id=decided.id,
        expected_version=decided.version,
        events=tuple(runtime.journal.write_event(event, meta, decided.facts.now) for event in decided.events),
        data=runtime.journal.write(state),
        indexes=decided.kind.indexes(state),
        wakeup=decided.kind.next_wakeup(state),
        claims=decided.kind.claims(state),
    )


def _fingerprint(runtime: Runtime, request: Request) -> str:
    text = f"{request.command.name} {runtime.journal.write(request.command)}"
    return hashlib.sha256(text.encode()).hexdigest()


def _remember(transaction: Transaction, request: Request, decided: Decided, version: int, fingerprint: str) -> None:
    transaction.claim(f"command:{request.key}", f"{decided.kind.name}:{decided.id}:{version}:{fingerprint}")
    transaction.put(
        f"receipt:{request.key}",
        json.dumps({"kind": decided.kind.name, "id": decided.id, "version": version, "fingerprint": fingerprint}),
    )


def _repeated(runtime: Runtime, request: Request) -> Receipt | None:
    if not request.key:
        return None
    with runtime.store.transaction() as transaction:
        stored = transaction.get(f"receipt:{request.key}")
    if stored is None:
        return None
    receipt = json.loads(stored)
    if receipt["fingerprint"] != _fingerprint(runtime, request):
        raise Refused((KEY_REUSED.at("key", value=request.key),))
    return Receipt(receipt["kind"], receipt["id"], receipt["version"], repeated=True)
