"""Release a hold."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import HoldStatus
from servicecore.orders.operations.apply_hold import check_role
from servicecore.orders.order import Order
from servicecore.orders.policy import OrderPolicy

NO_ACTIVE_HOLD: Final = ProblemKind(
    "orders.no_active_hold",
    en="no hold {value} stands; accepted: {accepted}",
    it="nessuna sospensione {value} è attiva; valori ammessi: {accepted}",
    de="keine Sperre {value} besteht; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ReleaseHold(Command):
    """Release one hold of an order.

    Attributes:
        order: id of the order.
        hold: number of the hold; 0 takes the only one that stands.

    """

    name: ClassVar[str] = "orders.release_hold"
    target: ClassVar[str] = "order"

    order: str
    hold: int = 0


@frozen
class HoldReleased(Event[Order]):
    """A hold does not stand any more."""

    type_name: ClassVar[str] = "orders.hold_released"

    hold: int
    at: datetime
    by: str
    reason: str

    def apply(self, state: Order) -> Order:
        """Return the order with the hold ended."""
        hold = state.hold(self.hold)
        if hold is None:
            return state
        ended = evolve(hold, status=HoldStatus.RELEASED, ended_at=self.at, ended_by=self.by, end_reason=self.reason)
        return state.with_hold(ended)


def _no_active_hold(state: Order, value: int, facts: Facts) -> Problem:
    standing = ", ".join(f"{each.number} ({each.type})" for each in state.holds if each.holds_at(facts.now))
    return NO_ACTIVE_HOLD.at("hold", value=value, accepted=standing or "none, nothing is held")


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return that nothing is held, where that is so."""
    if any(hold.holds_at(facts.now) for hold in state.holds):
        return ()
    return (_no_active_hold(state, 0, facts),)


def decide(state: Order, command: ReleaseHold, facts: Facts) -> Decision[Order]:
    """Refuse a hold that does not stand, and people whom its type does not let."""
    standing = [each for each in state.holds if each.holds_at(facts.now)]
    chosen = standing if not command.hold else [each for each in standing if each.number == command.hold]
    if len(chosen) != 1:
        return refuse(_no_active_hold(state, command.hold, facts))
    hold = chosen[0]
    policy = facts.of(OrderPolicy)
    kind = policy.hold_type(hold.type)
    problems = [*policy.check_reason(command.name, facts.reason)]
    if kind is not None:
        problems.extend(check_role(kind.release_roles, kind.code, facts))
    if problems:
        return refuse(*problems)
    reason = facts.reason.code if facts.reason is not None else ""
    return (HoldReleased(hold.number, facts.now, facts.actor.id, reason),)


RELEASE_HOLD: Final = Operation(
    command=ReleaseHold,
    decide=decide,
    guard=guard,
    events=(HoldReleased,),
    reason_required=True,
    capabilities=("A21", "E15"),
)
