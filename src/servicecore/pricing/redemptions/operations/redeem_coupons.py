"""Redeem the codes and limited offers of a quote that is ordered without a reservation."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.pricing.redemptions.counting import TakingEvent
from servicecore.pricing.redemptions.redemption import CountedUse, Redemption, RedemptionStatus, check_voided


@frozen(field_transformer=checked_fields)
class RedeemCoupons(Command):
    """Count the uses of an order's codes and offers, in the transaction that writes the order.

    Attributes:
        quote: id of the order's quote, which becomes the redemption's.
        order: id of the order.
        customer: of the order.
        uses: what codes and offers use up.
        voided: codes that were voided since the quote, each with its coupon's id.

    """

    name: ClassVar[str] = "pricing.redeem_coupons"
    target: ClassVar[str] = ""

    quote: str
    order: str
    customer: str
    uses: tuple[CountedUse, ...]
    voided: tuple[tuple[str, str], ...] = ()

    def given_id(self) -> str:
        """Return the quote's id."""
        return self.quote


@frozen
class CouponsRedeemed(TakingEvent):
    """Uses are taken by an order."""

    type_name: ClassVar[str] = "pricing.coupons_redeemed"

    id: str
    order: str
    customer: str
    uses: tuple[CountedUse, ...]
    at: datetime

    @property
    def taken(self) -> tuple[CountedUse, ...]:
        """Return all of its uses."""
        return self.uses

    def create(self) -> Redemption:
        """Return the redemption, consumed."""
        return Redemption(self.id, self.customer, RedemptionStatus.CONSUMED, self.uses, self.at, self.order)


def decide(_state: None, command: RedeemCoupons, facts: Facts) -> Decision[Redemption]:
    """Take the uses; the limits are checked where they are counted (`CountedUse.beyond`).

    Problem codes: ``coupon.voided``.
    """
    if command.voided:
        return refuse(*check_voided(command.voided))
    return (CouponsRedeemed(facts.new_id, command.order, command.customer, command.uses, facts.now),)


REDEEM_COUPONS: Final = Operation(
    command=RedeemCoupons,
    decide=decide,
    events=(CouponsRedeemed,),
    capabilities=("A12", "E12"),
    automatic=True,
)
