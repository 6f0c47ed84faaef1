"""Release what was reserved and is not ordered after all."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem
from servicecore.pricing.redemptions.counting import CountingEvent
from servicecore.pricing.redemptions.redemption import CountedUse, Redemption, RedemptionStatus


@frozen(field_transformer=checked_fields)
class ReleaseCoupons(Command):
    """Give reserved uses back to their limits.

    Attributes:
        redemption: its id, which is the quote's.

    """

    name: ClassVar[str] = "pricing.release_coupons"
    target: ClassVar[str] = "redemption"

    redemption: str


@frozen
class CouponsReleased(CountingEvent):
    """Reserved uses are back."""

    type_name: ClassVar[str] = "pricing.coupons_released"

    uses: tuple[CountedUse, ...]
    at: datetime

    @property
    def returned(self) -> tuple[CountedUse, ...]:
        """Return every use that was held."""
        return self.uses

    def apply(self, state: Redemption) -> Redemption:
        """Return the redemption, released."""
        return state.ended(RedemptionStatus.RELEASED, self.at)


def guard(state: Redemption, _facts: Facts) -> tuple[Problem, ...]:
    """Return that it is no reservation, where that is so (``coupon.not_reserved``)."""
    return state.check_reserved()


def decide(state: Redemption, _command: ReleaseCoupons, facts: Facts) -> Decision[Redemption]:
    """Release all of it."""
    return (CouponsReleased(state.uses, facts.now),)


RELEASE_COUPONS: Final = Operation(
    command=ReleaseCoupons,
    decide=decide,
    guard=guard,
    events=(CouponsReleased,),
    capabilities=("A12",),
)
