"""Holds: several at once on an order or its lines, each stopping what its type says, each with its history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Final

from attrs import frozen

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.policy import OrderPolicy

ON_HOLD: Final = ProblemKind(
    "orders.on_hold",
    en="{operation} is stopped by the hold {value} (number {number}); accepted: {accepted}",
    it="{operation} è bloccato dalla sospensione {value} (numero {number}); valori ammessi: {accepted}",
    de="{operation} ist durch die Sperre {value} (Nummer {number}) angehalten; zulässig: {accepted}",
)


class HoldStatus(Enum):
    """How a hold stands; only an active one stops anything."""

    ACTIVE = "active"
    RELEASED = "released"
    EXPIRED = "expired"


@frozen
class Hold:
    """One hold on an order or a line.

    Attributes:
        number: 1 for the order's first.
        type: code of its hold type.
        line: number of the line; 0 for the whole order.
        reason: reason code.
        note: free text.
        applied_at: aware UTC.
        applied_by: id of the actor.
        expires_at: the instant from which it no longer holds, aware UTC; None where it does not lapse.
        status: how it stands.
        ended_at: when it was released or lapsed.
        ended_by: who released it; empty where it lapsed.
        end_reason: reason code of the release.

    """

    number: int
    type: str
    line: int
    reason: str
    note: str
    applied_at: datetime
    applied_by: str
    expires_at: datetime | None = None
    status: HoldStatus = HoldStatus.ACTIVE
    ended_at: datetime | None = None
    ended_by: str = ""
    end_reason: str = ""

    def holds_at(self, at: datetime) -> bool:
        """Return whether it stands at ``at``, also where its lapse was not noted yet."""
        return self.status is HoldStatus.ACTIVE and (self.expires_at is None or at < self.expires_at)


def holds_against(
    holds: Iterable[Hold], operation: str, policy: OrderPolicy, at: datetime, lines: Iterable[int] = ()
) -> tuple[Problem, ...]:
    """Return one problem for each hold that stops ``operation`` on the order or on one of ``lines``.

    A hold whose type is no longer configured stops everything that holds can stop: doubt does not ship goods
    (``orders.on_hold``; specs: orders 7).
    """
    touched = {0, *lines}
    problems = []
    for hold in holds:
        if hold.line not in touched or not hold.holds_at(at):
            continue
        kind = policy.hold_type(hold.type)
        if kind is None or kind.stops(operation):
            path = f"lines[{hold.line}]" if hold.line else ""
            problems.append(
                ON_HOLD.at(path, operation=operation, value=hold.type, number=hold.number, accepted="release it first")
            )
    return tuple(problems)
