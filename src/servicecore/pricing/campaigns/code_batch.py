"""Code batches: codes that were issued together; the store keeps one row for each code."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.campaigns.campaign import Campaign
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.coupons import Coupon, CouponState

NOT_IN_BATCH: Final = ProblemKind(
    "coupon.not_in_batch",
    en="the code {value} is not of the batch {batch}; accepted: {accepted}",
    it="il codice {value} non fa parte del lotto {batch}; valori ammessi: {accepted}",
    de="der Code {value} gehört nicht zum Stapel {batch}; zulässig: {accepted}",
)


@frozen
class PersonalCode:
    """A code that only one customer may use."""

    code: str
    customer: str


@frozen
class CodeBatch:
    """Codes that were issued together; the codes themselves are in the event that issued them and in the store.

    Attributes:
        id: unique.
        campaign: its id.
        count: how many codes.
        issued_at: aware UTC.
        valid_from: first day of these codes, within the campaign's window; None for the campaign's.
        valid_until: last day, itself included.
        assigned: codes that were given to customers after they were issued.
        voided: codes that are refused.

    """

    id: str
    campaign: str
    count: int
    issued_at: datetime
    valid_from: date | None = None
    valid_until: date | None = None
    assigned: tuple[PersonalCode, ...] = ()
    voided: tuple[str, ...] = ()

    def customer(self, code: str) -> str:
        """Return the customer that ``code``, normalised, was assigned to after it was issued, or nothing."""
        return next((each.customer for each in self.assigned if each.code == code), "")

    def coupon_for(self, code: str, customer: str, campaign: Campaign) -> Coupon:
        """Return what the one ``code`` gives: the campaign's coupon with the code's own window, customer and state.

        Args:
            code: normalised.
            customer: whom it was issued to; empty for anybody.
            campaign: that it belongs to.

        """
        coupon = campaign.coupon
        whose = self.customer(code) or customer
        first = max((each for each in (coupon.valid_from, self.valid_from) if each is not None), default=None)
        last = min((each for each in (coupon.valid_until, self.valid_until) if each is not None), default=None)
        never = first is not None and last is not None and last < first
        return evolve(
            coupon,
            codes=(code,),
            customers=(whose,) if whose else coupon.customers,
            state=CouponState.VOIDED if never or code in self.voided else coupon.state,
            valid_from=first,
            valid_until=None if never else last,
        )

    def check_member(self, code: str, owner: str) -> tuple[Problem, ...]:
        """Return that ``code``, which belongs to the batch ``owner``, is not of this one (``coupon.not_in_batch``)."""
        if owner == self.id:
            return ()
        return (NOT_IN_BATCH.at("code", value=normalised(code), batch=self.id, accepted="a code of this batch"),)
