"""Note that a competitor's price holds no more."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.pricing.price_match.price_match import PriceMatch


@frozen(field_transformer=checked_fields)
class ExpirePriceMatch(Command):
    """Note that a record's time is over; it is not applied from its instant on, noted or not.

    Attributes:
        price_match: id of the record.

    """

    name: ClassVar[str] = "pricing.expire_price_match"
    target: ClassVar[str] = "price_match"

    price_match: str


@frozen
class PriceMatchExpired(Event[PriceMatch]):
    """A record lapsed by itself."""

    type_name: ClassVar[str] = "pricing.price_match_expired"

    crossed_at: datetime

    def apply(self, state: PriceMatch) -> PriceMatch:
        """Return the record noted as lapsed."""
        return evolve(state, expired=True)


def decide(state: PriceMatch, _command: ExpirePriceMatch, facts: Facts) -> Decision[PriceMatch]:
    """Note the lapse once, with the instant at which it fell due."""
    if state.expired or state.expires_at is None or state.expires_at > facts.now:
        return ()
    return (PriceMatchExpired(state.expires_at),)


EXPIRE_PRICE_MATCH: Final = Operation(
    command=ExpirePriceMatch,
    decide=decide,
    events=(PriceMatchExpired,),
    capabilities=("E27",),
    automatic=True,
)
