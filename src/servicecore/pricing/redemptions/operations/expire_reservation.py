"""Note that a reservation lapsed: its uses are back with their limits."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.pricing.redemptions.counting import CountingEvent
from servicecore.pricing.redemptions.redemption import CountedUse, Redemption, RedemptionStatus


@frozen(field_transformer=checked_fields)
class ExpireReservation(Command):
    """Give back what was reserved up to now and not ordered.

    Attributes:
        redemption: its id, which is the quote's.

    """

    name: ClassVar[str] = "pricing.expire_reservation"
    target: ClassVar[str] = "redemption"

    redemption: str


@frozen
class ReservationExpired(CountingEvent):
    """A reservation lapsed by itself."""

    type_name: ClassVar[str] = "pricing.reservation_expired"

    uses: tuple[CountedUse, ...]
    crossed_at: datetime

    @property
    def returned(self) -> tuple[CountedUse, ...]:
        """Return every use that was held."""
        return self.uses

    def apply(self, state: Redemption) -> Redemption:
        """Return the redemption, expired at the instant that it fell due."""
        return state.ended(RedemptionStatus.EXPIRED, self.crossed_at)


def decide(state: Redemption, _command: ExpireReservation, facts: Facts) -> Decision[Redemption]:
    """Expire it once, where its time has come."""
    if state.status is not RedemptionStatus.RESERVED or state.expires_at is None or state.expires_at > facts.now:
        return ()
    return (ReservationExpired(state.uses, state.expires_at),)


def next_expiry(state: Redemption) -> datetime | None:
    """Return the instant at which a reservation lapses, or None."""
    return state.expires_at if state.status is RedemptionStatus.RESERVED else None


EXPIRE_RESERVATION: Final = Operation(
    command=ExpireReservation,
    decide=decide,
    events=(ReservationExpired,),
    capabilities=("A12",),
    automatic=True,
)
