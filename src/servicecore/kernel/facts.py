"""Facts: everything that a decision needs from outside, gathered before and passed in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from attrs import evolve, field, frozen

from servicecore.errors import MissingFact
from servicecore.kernel.authority import Actor, Authority, Reason
from servicecore.kernel.clock import as_instant
from servicecore.kernel.problems import Problem

T = TypeVar("T")


@frozen
class Facts:
    """What a decision may know beyond the state and the command.

    Attributes:
        now: the instant of the decision, aware, UTC.
        actor: who acts.
        authority: the rights and limits in force.
        approver: a second person who stands behind the command.
        reason: why.
        new_id: the id of the aggregate that the command begins; empty otherwise.
        others: further facts, found by their class: policies, a tax quote, fraud signals, stock.

    """

    now: datetime = field(converter=as_instant)
    actor: Actor
    authority: Authority
    approver: Actor | None = None
    reason: Reason | None = None
    new_id: str = ""
    others: tuple[object, ...] = ()

    def maybe(self, kind: type[T]) -> T | None:
        """Return the fact of class ``kind``, or None where nobody gathered one."""
        for fact in self.others:
            if isinstance(fact, kind):
                return fact
        return None

    def of(self, kind: type[T]) -> T:
        """Return the fact of class ``kind``.

        Raises:
            MissingFact: nobody gathered one; the operation has to name it in its needs.

        """
        fact = self.maybe(kind)
        if fact is None:
            raise MissingFact(f"no fact of {kind.__name__} was gathered", hint="name it in the operation's needs")
        return fact

    def with_facts(self, *facts: object) -> Facts:
        """Return the same facts with more of them; a later one of the same class comes first."""
        return evolve(self, others=(*facts, *self.others))

    def check_limit(self, right: str, limit: str, value: Decimal) -> Problem | None:
        """Return why neither actor nor approver may go as far as ``value``, or None."""
        return self.authority.check_limit(self.actor, self.approver, right, limit, value)
