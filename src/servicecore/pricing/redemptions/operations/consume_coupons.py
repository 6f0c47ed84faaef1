"""Consume what an order's codes and offers use up: what was reserved, and what came since."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.pricing.redemptions.counting import CountingEvent
from servicecore.pricing.redemptions.redemption import CountedUse, Redemption, RedemptionStatus, check_voided


@frozen(field_transformer=checked_fields)
class ConsumeCoupons(Command):
    """Let an order have the uses of its codes and offers, in the transaction that writes the order.

    Attributes:
        redemption: its id.
        order: id of the order.
        uses: what codes and offers use up; what is held for them already is not counted twice.
        voided: codes that were voided since the quote, each with its coupon's id; what is held stays promised.

    """

    name: ClassVar[str] = "pricing.consume_coupons"
    target: ClassVar[str] = "redemption"

    redemption: str
    order: str
    uses: tuple[CountedUse, ...]
    voided: tuple[tuple[str, str], ...] = ()


@frozen
class CouponsConsumed(CountingEvent):
    """An order has the uses from now on; ``uses`` are those that were not held before."""

    type_name: ClassVar[str] = "pricing.coupons_consumed"

    order: str
    uses: tuple[CountedUse, ...]
    at: datetime

    @property
    def taken(self) -> tuple[CountedUse, ...]:
        """Return the uses that were not held before."""
        return self.uses

    def apply(self, state: Redemption) -> Redemption:
        """Return the redemption, consumed."""
        return evolve(
            state,
            order=self.order,
            status=RedemptionStatus.CONSUMED,
            uses=(*state.uses, *self.uses),
            at=self.at,
            expires_at=None,
        )


def decide(state: Redemption, command: ConsumeCoupons, facts: Facts) -> Decision[Redemption]:
    """Take what is not held yet; a reservation that was released or lapsed is counted afresh.

    Problem codes: ``coupon.voided``.
    """
    voided = tuple(each for each in command.voided if each[0] not in state.codes)
    if voided:
        return refuse(*check_voided(voided))
    uses = state.missing(command.uses)
    if not uses and state.status is RedemptionStatus.CONSUMED:
        return ()
    return (CouponsConsumed(command.order, uses, facts.now),)


CONSUME_COUPONS: Final = Operation(
    command=ConsumeCoupons,
    decide=decide,
    events=(CouponsConsumed,),
    capabilities=("A12", "E12"),
    automatic=True,
)
