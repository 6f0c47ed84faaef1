"""Note what time did to an order: holds and authorisations that lapsed."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.orders.holds import HoldStatus
from servicecore.orders.order import Order


@frozen(field_transformer=checked_fields)
class ExpireDue(Command):
    """Note every hold and authorisation of an order that lapsed up to now.

    Attributes:
        order: id of the order.

    """

    name: ClassVar[str] = "orders.expire_due"
    target: ClassVar[str] = "order"

    order: str


@frozen
class HoldExpired(Event[Order]):
    """A hold lapsed by itself."""

    type_name: ClassVar[str] = "orders.hold_expired"

    hold: int
    crossed_at: datetime

    def apply(self, state: Order) -> Order:
        """Return the order with the hold ended at the instant that it fell due."""
        hold = state.hold(self.hold)
        if hold is None:
            return state
        return state.with_hold(evolve(hold, status=HoldStatus.EXPIRED, ended_at=self.crossed_at))


@frozen
class AuthorizationExpired(Event[Order]):
    """An authorisation lapsed: what was open of it cannot be captured any more."""

    type_name: ClassVar[str] = "orders.authorization_expired"

    key: str
    crossed_at: datetime

    def apply(self, state: Order) -> Order:
        """Return the order with the authorisation noted as lapsed."""
        return evolve(state, ledger=state.ledger.with_expiry(self.key))


def decide(state: Order, _command: ExpireDue, facts: Facts) -> Decision[Order]:
    """Emit each lapse once, in order of the instants, holds before authorisations of the same instant."""
    crossed: list[tuple[datetime, Event[Order]]] = [
        (hold.expires_at, HoldExpired(hold.number, hold.expires_at))
        for hold in state.holds
        if hold.status is HoldStatus.ACTIVE and hold.expires_at is not None and hold.expires_at <= facts.now
    ]
    crossed.extend(
        (each.expires_at, AuthorizationExpired(each.key, each.expires_at))
        for each in state.ledger.expiring(facts.now)
        if each.expires_at is not None
    )
    return tuple(event for _, event in sorted(crossed, key=lambda each: each[0]))


def next_lapse(state: Order) -> datetime | None:
    """Return the next instant at which a hold or an authorisation of the order lapses, or None."""
    holds = (hold.expires_at for hold in state.holds if hold.status is HoldStatus.ACTIVE)
    instants = [each for each in (*holds, state.ledger.next_expiry()) if each is not None]
    return min(instants, default=None)


EXPIRE_DUE: Final = Operation(
    command=ExpireDue,
    decide=decide,
    events=(HoldExpired, AuthorizationExpired),
    capabilities=("A14", "A21"),
    automatic=True,
)
