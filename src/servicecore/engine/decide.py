"""Deciding: load, gather facts, judge, and look at what other aggregates hold; changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from servicecore.engine.gather import gather
from servicecore.engine.offer_standing import is_overtaken
from servicecore.engine.redeeming import Redeeming, check_uses, redeeming
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.runtime import Runtime
from servicecore.kernel.authority import NOT_PERMITTED
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.filing import Filing
from servicecore.kernel.operations import AggregateKind, Command, Operation, Refusal, after, judge, may_do
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.redemptions import CountingEvent, OfferStanding
from servicecore.storage.ports import Document, Reader, owner_name

STALE: Final = ProblemKind(
    "command.stale",
    en="the {kind} is at version {value}; accepted: the version that the caller saw, {accepted}",
    it="{kind} è alla versione {value}; valori ammessi: la versione vista dal chiamante, {accepted}",
    de="{kind} steht bei Version {value}; zulässig: die vom Aufrufer gesehene Version {accepted}",
)
CLAIM_TAKEN: Final = ProblemKind(
    "command.claim_taken",
    en="{value} belongs to {owner} already; accepted: {accepted}",
    it="{value} appartiene già a {owner}; valori ammessi: {accepted}",
    de="{value} gehört bereits zu {owner}; zulässig: {accepted}",
)
_NOWHERE: Final = Filing()


@frozen
class Decided:
    """A decision, with the state that it was made on.

    Attributes:
        kind: of the aggregate.
        operation: that the command belongs to.
        id: of the aggregate.
        document: as it is stored; None for a new aggregate.
        state: before; None for a new aggregate.
        facts: that it was decided with.
        events: what would happen; empty where nothing changes.
        outcome: the state after them; None where nothing happens.
        filing: what the outcome is filed under; empty where nothing happens.
        beside: what is decided of another aggregate with it, to be written in the same transaction.
        problems: why it is refused.

    """

    kind: AggregateKind[Any]
    operation: Operation[Any, Any]
    id: str
    document: Document | None
    state: Any
    facts: Facts
    events: tuple[Event[Any], ...] = ()
    outcome: Any = None
    filing: Filing = _NOWHERE
    beside: tuple[Decided, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def version(self) -> int:
        """Return the version that was decided on; 0 for a new aggregate."""
        return self.document.version if self.document is not None else 0


def decide(runtime: Runtime, request: Request, new_id: str = "", *, may_recall: bool = False) -> Decided:
    """Return what ``request`` would do to the stored state now; reads, and changes nothing.

    ``new_id`` is the id for a beginning; empty takes the command's own, or a name that says it is a preview. A refusal
    whose aggregates others changed while it was judged is judged anew: its reason may never have held.

    With ``may_recall`` it may be decided on what the store remembers, without a look. Only what is written at once
    may be decided so: the write is refused where another document is stored by now.
    """
    if may_recall:
        decided = _decide_recalled(runtime, request)
        if decided is not None:
            return decided
    while True:
        decided = _decide_once(runtime, request, new_id)
        if not decided.problems or not _is_overtaken(runtime, decided):
            return decided


def _decide_recalled(runtime: Runtime, request: Request) -> Decided | None:
    """Return what happens to a document that the store remembers; None where nobody may answer without a look.

    That is so for a beginning, for what needs facts of others, and wherever nothing would be written.
    """
    command = request.command
    kind, operation = runtime.registry.of_command(type(command))
    if operation.creates or operation.needs:
        return None
    document = runtime.recall(kind.name, command.target_id())
    if document is None:
        return None
    try:
        decided = _decide_on(runtime, request, kind, operation, document.id, document)
    except Exception:  # noqa: BLE001 - what is stored by now may raise nothing, and else it raises the same once more
        return None
    return decided if decided.events else None


def _is_overtaken(runtime: Runtime, refused: Decided) -> bool:
    """Return whether what ``refused`` was judged on is not what is stored any more."""
    standing = refused.facts.maybe(OfferStanding)
    if standing is not None and is_overtaken(runtime, standing):
        return True
    stored = ((each, runtime.store.load(each.kind.name, each.id)) for each in (refused, *refused.beside))
    return any((0 if found is None else found.version) != each.version for each, found in stored)


def _decide_once(runtime: Runtime, request: Request, new_id: str = "") -> Decided:
    command = request.command
    kind, operation = runtime.registry.of_command(type(command))
    identity = command.target_id() or new_id or command.given_id() or f"new {kind.name}"
    return _decide_on(runtime, request, kind, operation, identity, runtime.store.load(kind.name, identity))


def _decide_beside(runtime: Runtime, also: Redeeming) -> Decided:
    command = also.command
    kind, operation = runtime.registry.of_command(type(command))
    identity = command.target_id() or command.given_id()
    return _decide_on(runtime, Request(command, SYSTEM), kind, operation, identity, also.redemption)


def _decide_on(
    runtime: Runtime,
    request: Request,
    kind: AggregateKind[Any],
    operation: Operation[Any, Any],
    identity: str,
    document: Document | None,
) -> Decided:
    command = request.command
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

    def refused(problems: tuple[Problem, ...], beside: tuple[Decided, ...] = ()) -> Decided:
        return Decided(kind, operation, identity, document, state, facts, beside=beside, problems=problems)

    problems = _before(request, kind, operation, 0 if document is None else document.version)
    if problems:
        return refused(problems)
    if operation.needs and not may_do(operation, facts):  # who may not do it shall not make plugins work either
        facts = facts.with_facts(*gather(runtime, operation, state, command, facts))
    decision = judge(kind, state, command, facts)
    if isinstance(decision, Refusal):
        return refused(decision.problems)
    if not decision:
        return Decided(kind, operation, identity, document, state, facts)
    outcome = after(state, decision)
    filing = runtime.journal.filing(kind, identity, outcome)
    held = () if document is None else document.claims
    claims = [] if filing.claims is held else [each for each in filing.claims if each not in held]
    counting = [event for event in decision if isinstance(event, CountingEvent)]
    if claims or counting:
        problems = _conflicts(runtime, claims, owner_name(kind.name, identity), counting)
        if problems:
            return refused(problems)
    beside: tuple[Decided, ...] = ()
    also = redeeming(runtime, identity, state, decision, outcome, facts)
    if also is not None:
        beside = (_decide_beside(runtime, also),)
        if beside[0].problems:
            return refused(beside[0].problems, beside)
    return Decided(kind, operation, identity, document, state, facts, decision, outcome, filing, beside)


def new_id_of(runtime: Runtime, command: Command) -> str:
    """Return the id that ``command`` begins its aggregate under: its own, or a fresh one; empty for any other."""
    if command.target:
        return ""
    kind, _operation = runtime.registry.of_command(type(command))
    return command.given_id() or runtime.ids.next(kind.name)


def claim_taken(claim: str, owner: str) -> Problem:
    """Return the problem of a claim that ``owner`` holds."""
    return CLAIM_TAKEN.at("claim", value=claim, owner=owner, accepted="something that nothing else holds")


def _before(
    request: Request, kind: AggregateKind[Any], operation: Operation[Any, Any], version: int
) -> tuple[Problem, ...]:
    if operation.automatic and "system" not in request.actor.roles:
        return (NOT_PERMITTED.at("actor", actor=request.actor.id, right=operation.name, accepted="system"),)
    expected = request.expected_version
    if expected is not None and expected != version:
        return (STALE.at("expected_version", kind=kind.name, value=version, accepted=expected),)
    return ()


def _conflicts(runtime: Runtime, claims: list[str], own: str, counting: Sequence[Event[Any]]) -> tuple[Problem, ...]:
    """Return what others hold of that the write would take, so that ``check`` knows what ``execute`` would meet."""
    with runtime.store.reading() as reader:
        return (*_taken(reader, claims, own), *check_uses(reader, counting))


def _taken(reader: Reader, claims: list[str], own: str) -> tuple[Problem, ...]:
    owners = [(claim, reader.claim_owner(claim)) for claim in claims]
    return tuple(claim_taken(claim, owner) for claim, owner in owners if owner is not None and owner != own)
