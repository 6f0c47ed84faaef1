"""Reserve what a quote uses of codes and limited offers, so that nobody takes the last use before the order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind
from servicecore.pricing.coupon_usage import CouponUsage
from servicecore.pricing.issued_coupons import IssuedCoupons
from servicecore.pricing.quote import Quote
from servicecore.pricing.redemptions.counting import TakingEvent
from servicecore.pricing.redemptions.offer_standing import OfferStanding
from servicecore.pricing.redemptions.redemption import (
    CountedUse,
    Redemption,
    RedemptionStatus,
    check_voided,
    used_codes,
    uses_of,
    voided_codes,
)

NO_CODE_USED: Final = ProblemKind(
    "coupon.no_code_used",
    en="the quote {value} uses no code and no limited offer; accepted: {accepted}",
    it="il preventivo {value} non usa alcun codice né offerte limitate; valori ammessi: {accepted}",
    de="das Angebot {value} nutzt keinen Code und kein begrenztes Angebot; zulässig: {accepted}",
)
LONGEST: Final = timedelta(days=1)
"""How long uses can be reserved at most."""


def _duration(_self: object, _attribute: object, value: timedelta) -> None:
    if not timedelta(0) < value <= LONGEST:
        raise NOT_ACCEPTED.error("hold_for", value=value, accepted=f"above 0, up to {LONGEST}")


@frozen(field_transformer=checked_fields)
class ReserveCoupons(Command):
    """Hold the uses of a quote's codes and limited offers for a while; placing the order consumes them.

    The number of the customer's order that an offer was given to is held with them.

    Attributes:
        quote: the quote as it was given; its id becomes the redemption's.
        hold_for: after this time they are released by themselves; up to a day.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    name: ClassVar[str] = "pricing.reserve_coupons"
    target: ClassVar[str] = ""

    quote: Quote
    hold_for: timedelta = field(default=timedelta(minutes=30), validator=_duration)

    def given_id(self) -> str:
        """Return the quote's id."""
        return self.quote.id


@frozen
class CouponsReserved(TakingEvent):
    """Uses are held until ``expires_at``."""

    type_name: ClassVar[str] = "pricing.coupons_reserved"

    id: str
    customer: str
    uses: tuple[CountedUse, ...]
    expires_at: datetime
    at: datetime

    @property
    def taken(self) -> tuple[CountedUse, ...]:
        """Return all of its uses."""
        return self.uses

    def create(self) -> Redemption:
        """Return the reservation."""
        return Redemption(
            self.id, self.customer, RedemptionStatus.RESERVED, self.uses, self.at, expires_at=self.expires_at
        )


def decide(_state: None, command: ReserveCoupons, facts: Facts) -> Decision[Redemption]:
    """Refuse a quote that uses nothing that is counted; the limits are checked where the uses are counted.

    Problem codes: ``coupon.voided``, ``coupon.no_code_used``, ``offer.order_number_taken``, those of
    `CountedUse.beyond`.
    """
    quote = command.quote
    coupons = dict(facts.of(IssuedCoupons).by_code)
    voided = check_voided(voided_codes(used_codes(quote), coupons))
    if voided:
        return refuse(*voided)
    standing = facts.of(OfferStanding) if quote.offer_uses else OfferStanding()
    overtaken = standing.overtaken(quote.offer_uses)
    if overtaken:
        return refuse(*overtaken)
    uses = (
        *uses_of(quote, coupons, facts.of(CouponUsage)),
        *standing.count(quote.offer_uses),
    )
    if not uses:
        accepted = "a quote in which a code or a limited offer took effect"
        return refuse(NO_CODE_USED.at("quote", value=quote.id, accepted=accepted))
    return (CouponsReserved(facts.new_id, quote.cart.customer, uses, facts.now + command.hold_for, facts.now),)


RESERVE_COUPONS: Final = Operation(
    command=ReserveCoupons,
    decide=decide,
    events=(CouponsReserved,),
    needs=(IssuedCoupons, CouponUsage, OfferStanding),
    capabilities=("A12", "E12"),
)
