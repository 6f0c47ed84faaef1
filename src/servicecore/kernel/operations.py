"""Operations: what can be done to an aggregate; check, preview and execute all run ``judge``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter, is_
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar

from attrs import field, frozen

from servicecore.kernel.authority import REASON_REQUIRED
from servicecore.kernel.events import Event, fold
from servicecore.kernel.facts import Facts
from servicecore.kernel.filing import Filing
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind

S = TypeVar("S")
C = TypeVar("C", bound="Command")

NOT_FOUND: Final = ProblemKind(
    "command.not_found",
    en="there is no {kind} {value}; accepted: the id of a stored {kind}",
    it="non esiste {kind} {value}; valori ammessi: l'identificativo di {kind} esistente",
    de="{kind} {value} gibt es nicht; zulässig: die Kennung eines gespeicherten {kind}",
)
ALREADY_EXISTS: Final = ProblemKind(
    "command.already_exists",
    en="{kind} {value} exists already; accepted: an id that is not in use",
    it="{kind} {value} esiste già; valori ammessi: un identificativo non ancora usato",
    de="{kind} {value} gibt es bereits; zulässig: eine noch nicht verwendete Kennung",
)


@frozen
class Command:
    """What somebody wants done: a frozen value that is checked, previewed or executed.

    A subclass names itself by ``name`` (``orders.apply_hold``). ``target`` tells which field holds the id of the
    aggregate; an empty ``target`` begins a new one.
    """

    name: ClassVar[str]
    target: ClassVar[str]

    def target_id(self) -> str:
        """Return the id of the aggregate that the command is for; empty where it begins one."""
        return str(getattr(self, self.target)) if self.target else ""

    def given_id(self) -> str:
        """Return the id that the caller wants for what the command begins; empty for a fresh one."""
        return str(getattr(self, "id", ""))


@frozen
class Refusal:
    """A decision against: every problem found, nothing happens."""

    problems: tuple[Problem, ...]


Decision: TypeAlias = "tuple[Event[S], ...] | Refusal"


def refuse(*problems: Problem) -> Refusal:
    """Return the refusal for ``problems``."""
    return Refusal(problems)


def _nothing(_state: Any, _facts: Facts) -> tuple[Problem, ...]:
    return ()


@frozen
class Operation(Generic[S, C]):
    """One thing that can be done: a command, the pure rule that decides it, and the events that it may cause.

    Attributes:
        command: the command's class.
        decide: ``(state, command, facts) -> events | refusal``; pure. The state is None for a beginning.
        events: the classes of the events that it may return.
        guard: what stops the operation whatever the command says; ``allowed`` answers with it.
        needs: classes of facts that have to be gathered (policies come unasked).
        reason_required: whether a reason code has to come with the command.
        capabilities: ids of the capabilities that it serves.
        automatic: done by due work or by a process, not offered to people.

    """

    command: type[C]
    decide: Callable[[Any, C, Facts], Decision[S]]
    events: tuple[type[Event[S]], ...]
    guard: Callable[[S, Facts], tuple[Problem, ...]] = _nothing
    needs: tuple[type, ...] = ()
    reason_required: bool = False
    capabilities: tuple[str, ...] = ()
    automatic: bool = False

    @property
    def name(self) -> str:
        """Return the command's name, which is also the right that it takes."""
        return self.command.name

    @property
    def creates(self) -> bool:
        """Return whether it begins an aggregate."""
        return not self.command.target


@frozen
class AggregateKind(Generic[S]):
    """A kind of thing with a history: its state, what can be done to it, and what storage may know of it.

    Attributes:
        name: ``order``, ``case``.
        state: the state's class; it has an ``id``.
        operations: all that can be done.
        indexes: from a state, the values by which it is found: ``{"customer": ("C-1",)}``.
        next_wakeup: from a state, the next instant at which time changes it, or None.
        wake: makes the command that due work executes at that instant, from the id.
        claims: from a state, texts that no other aggregate may hold at the same time.
        filed_by: names of the state's fields that ``indexes``, ``next_wakeup`` and ``claims`` look at; they are not
            asked again while these fields stay the same objects. Empty where they may look at any.
        filing_version: number of the rules by which it is filed, from 1. A release in which ``indexes``,
            ``next_wakeup`` or ``claims`` say something else of a state that may be stored already raises it; an
            upgrade then files the stored ones anew.
        figures: from a state, its money by name; ``preview`` shows how a command changes them.
        found_by: the names that ``indexes`` may give, all of them; a search by any other is refused. Empty where the
            kind does not say, and any name may be asked.

    """

    name: str
    state: type[S]
    operations: tuple[Operation[S, Any], ...]
    indexes: Callable[[S], Mapping[str, tuple[str, ...]]] = field(default=lambda _state: {})
    next_wakeup: Callable[[S], datetime | None] = field(default=lambda _state: None)
    wake: Callable[[str], Command] | None = None
    claims: Callable[[S], tuple[str, ...]] = field(default=lambda _state: ())
    filed_by: tuple[str, ...] = ()
    filing_version: int = 1
    figures: Callable[[S], tuple[tuple[str, Money], ...]] = field(default=lambda _state: ())
    found_by: tuple[str, ...] = ()
    _by_command: Mapping[type[Command], Operation[S, Any]] = field(init=False, eq=False, repr=False)
    _filed_by: Callable[[S], tuple[Any, ...]] | None = field(init=False, eq=False, repr=False)

    @_by_command.default
    def _operations_by_command(self) -> Mapping[type[Command], Operation[S, Any]]:
        return {each.command: each for each in self.operations}

    @_filed_by.default
    def _getter_of_filed_by(self) -> Callable[[S], tuple[Any, ...]] | None:
        names = self.filed_by
        if len(names) > 1:
            return attrgetter(*names)
        return (lambda state: (getattr(state, names[0]),)) if names else None

    def events(self) -> tuple[type[Event[S]], ...]:
        """Return the classes of all events, each once, in the order of the operations."""
        return tuple(dict.fromkeys(event for operation in self.operations for event in operation.events))

    def filing(self, state: S) -> Filing:
        """Return what ``state`` is filed under."""
        return Filing(self.indexes(state), self.next_wakeup(state), self.claims(state))

    def is_filed_alike(self, one: S, other: S) -> bool:
        """Return whether two states are filed under the same for sure: they share every field that counts."""
        get = self._filed_by
        return get is not None and all(map(is_, get(one), get(other)))

    def operation(self, command: type[Command]) -> Operation[S, Any] | None:
        """Return the operation that ``command`` belongs to, or None."""
        return self._by_command.get(command)


def judge(kind: AggregateKind[S], state: S | None, command: Command, facts: Facts) -> Decision[S]:
    """Return the events that ``command`` causes on ``state``, or the refusal: authority, reason, guard, decide."""
    operation = kind.operation(type(command))
    if operation is None:
        raise LookupError(f"{command.name} is no operation of {kind.name}")
    problems = list(may_do(operation, facts))
    if state is None and not operation.creates:
        problems.append(NOT_FOUND.at(command.target, kind=kind.name, value=command.target_id()))
    elif state is not None and operation.creates:
        problems.append(ALREADY_EXISTS.at("id", kind=kind.name, value=facts.new_id))
    elif state is not None:
        problems.extend(operation.guard(state, facts))
    if operation.reason_required and facts.reason is None:
        problems.append(REASON_REQUIRED.at("reason", right=operation.name, accepted="a reason code"))
    if problems:
        return Refusal(tuple(problems))
    return operation.decide(state, command, facts)


def may_do(operation: Operation[S, Any], facts: Facts) -> tuple[Problem, ...]:
    """Return why the actor may not do ``operation`` at all; empty where it may."""
    problem = facts.authority.check_right(facts.actor, operation.name)
    return () if problem is None else (problem,)


def after(state: S | None, events: tuple[Event[S], ...]) -> S:
    """Return ``state`` after ``events``."""
    return fold(events, state)
