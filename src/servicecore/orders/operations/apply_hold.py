"""Put an order or one of its lines on hold."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import as_instant
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import Hold
from servicecore.orders.line_quantities import unknown_line
from servicecore.orders.order import Order
from servicecore.orders.policy import HoldType, OrderPolicy

UNKNOWN_HOLD_TYPE: Final = ProblemKind(
    "orders.unknown_hold_type",
    en="{value} is no hold type here; accepted: {accepted}",
    it="{value} non è un tipo di sospensione qui; valori ammessi: {accepted}",
    de="{value} ist hier keine Sperrart; zulässig: {accepted}",
)
HOLD_ROLE: Final = ProblemKind(
    "orders.hold_role",
    en="{value} may not apply or release the hold {hold}; accepted: the roles {accepted}",
    it="{value} non può applicare o rimuovere la sospensione {hold}; valori ammessi: i ruoli {accepted}",
    de="{value} darf die Sperre {hold} nicht setzen oder lösen; zulässig: die Rollen {accepted}",
)
HOLD_END: Final = ProblemKind(
    "orders.hold_end",
    en="the hold would end at {value}; accepted: {accepted}",
    it="la sospensione terminerebbe il {value}; valori ammessi: {accepted}",
    de="die Sperre würde am {value} enden; zulässig: {accepted}",
)
ALREADY_HELD: Final = ProblemKind(
    "orders.already_held",
    en="the hold {value} stands already; accepted: {accepted}",
    it="la sospensione {value} è già attiva; valori ammessi: {accepted}",
    de="die Sperre {value} besteht bereits; zulässig: {accepted}",
)


def _instant(value: datetime | None) -> datetime | None:
    return None if value is None else as_instant(value, "until")


@frozen(field_transformer=checked_fields)
class ApplyHold(Command):
    """Put an order, or one of its lines, on hold.

    Attributes:
        order: id of the order.
        hold: code of the hold type.
        line: number of the line; 0 for the whole order.
        until: when it lapses by itself, aware; None takes the type's own duration.
        note: free text.

    """

    name: ClassVar[str] = "orders.apply_hold"
    target: ClassVar[str] = "order"

    order: str
    hold: str
    line: int = 0
    until: datetime | None = field(default=None, converter=_instant)
    note: str = ""


@frozen
class HoldApplied(Event[Order]):
    """A hold stands from now on."""

    type_name: ClassVar[str] = "orders.hold_applied"

    hold: Hold

    def apply(self, state: Order) -> Order:
        """Return the order with one more hold."""
        return evolve(state, holds=(*state.holds, self.hold))


def check_role(roles: tuple[str, ...], hold: str, facts: Facts) -> tuple[Problem, ...]:
    """Return why the actor may not touch a hold that is for ``roles``; empty roles let everybody."""
    if not roles or not facts.actor.roles.isdisjoint(roles):
        return ()
    return (HOLD_ROLE.at("actor", value=facts.actor.id, hold=hold, accepted=", ".join(roles)),)


def new_hold(order: Order | None, kind: HoldType, line: int, facts: Facts, note: str = "") -> Hold:
    """Return the next hold of ``order`` (None while it is being placed), lasting as its type says."""
    return Hold(
        number=1 + (len(order.holds) if order is not None else 0),
        type=kind.code,
        line=line,
        reason=facts.reason.code if facts.reason is not None else "",
        note=note,
        applied_at=facts.now,
        applied_by=facts.actor.id,
        expires_at=None if kind.lasts is None else facts.now + kind.lasts,
    )


def decide(state: Order, command: ApplyHold, facts: Facts) -> Decision[Order]:
    """Refuse unknown types and lines, a second hold of the same type on the same place, and ends in the past."""
    policy = facts.of(OrderPolicy)
    kind = policy.hold_type(command.hold)
    if kind is None:
        codes = ", ".join(each.code for each in policy.hold_types)
        return refuse(UNKNOWN_HOLD_TYPE.at("hold", value=command.hold, accepted=codes))
    problems = [*policy.check_reason(command.name, facts.reason), *check_role(kind.apply_roles, kind.code, facts)]
    if command.line and state.line(command.line) is None:
        problems.append(unknown_line(state.lines, command.line, "line"))
    elif command.line and not kind.on_lines:
        types = ", ".join(each.code for each in policy.hold_types if each.on_lines)
        problems.append(UNKNOWN_HOLD_TYPE.at("hold", value=command.hold, accepted=f"for a line: {types}"))
    if command.until is not None and command.until <= facts.now:
        problems.append(
            HOLD_END.at("until", value=command.until.isoformat(), accepted=f"after {facts.now.isoformat()}")
        )
    problems.extend(
        ALREADY_HELD.at("hold", value=hold.type, accepted=f"release number {hold.number} first")
        for hold in state.holds
        if hold.type == kind.code and hold.line == command.line and hold.holds_at(facts.now)
    )
    if problems:
        return refuse(*problems)
    hold = new_hold(state, kind, command.line, facts, command.note)
    if command.until is not None:
        hold = evolve(hold, expires_at=command.until)
    return (HoldApplied(hold),)


APPLY_HOLD: Final = Operation(
    command=ApplyHold,
    decide=decide,
    events=(HoldApplied,),
    reason_required=True,
    capabilities=("A21", "E16"),
)
