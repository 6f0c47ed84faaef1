"""What the three verbs and ``allowed`` answer with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen

from servicecore.kernel.authority import Actor, Reason
from servicecore.kernel.events import Event
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem


@frozen
class FollowUpRefused:
    """A command that a process caused and that was refused: somebody has to look at it.

    Attributes:
        process: the process's name.
        position: of the event in the log.
        command: the refused command's name.
        problems: why.

    """

    process: str
    position: int
    command: str
    problems: tuple[Problem, ...]


@frozen
class Receipt:
    """What ``execute`` did.

    Attributes:
        kind: of the aggregate: ``order``.
        id: of the aggregate.
        version: after the command.
        events: what happened, in order; empty where a repeat of the same idempotency key answered.
        repeated: whether an earlier execution under the same key is answered again.
        refused: commands of processes that were refused while waiting events were handed on.
        unfinished: what went wrong after the command was committed, in words: while payments were sent or events
            were handed on. The command stands; the next ``run_due`` does the rest.

    """

    kind: str
    id: str
    version: int
    events: tuple[Event[Any], ...] = ()
    repeated: bool = False
    refused: tuple[FollowUpRefused, ...] = ()
    unfinished: tuple[str, ...] = ()


@frozen
class FigureChange:
    """How one named figure of an aggregate would change; ``before`` is zero for a new aggregate."""

    name: str
    before: Money
    after: Money

    @property
    def delta(self) -> Money:
        """Return after less before."""
        return self.after - self.before


@frozen
class Preview:
    """What ``execute`` would do; nothing was changed.

    Attributes:
        problems: why it would be refused; empty where it would not.
        events: what would happen.
        figures: the money that would change, by name.

    """

    problems: tuple[Problem, ...]
    events: tuple[Event[Any], ...] = ()
    figures: tuple[FigureChange, ...] = ()


@frozen
class Task:
    """One operation on an aggregate, whether it can be done now, and why not.

    Attributes:
        name: the command's name.
        capabilities: ids of the capabilities that it serves.
        problems: what stops it; empty where it can be done.

    """

    name: str
    capabilities: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def possible(self) -> bool:
        """Return whether nothing stops it."""
        return not self.problems


@frozen
class HistoryEntry:
    """One event of an aggregate with who did it and why.

    Attributes:
        version: place in the aggregate's history, from 1.
        at: when it was recorded, aware UTC.
        event: what happened.
        actor: who acted.
        approver: who approved; empty where nobody had to.
        reason: why, where a reason was given.
        command: name of the command that caused it.

    """

    version: int
    at: datetime
    event: Event[Any]
    actor: Actor
    approver: str
    reason: Reason | None
    command: str
