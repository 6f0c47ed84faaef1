"""Campaigns: a coupon with a life of its own, whose codes lie in the store (A12, CC 11.1)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from attrs import evolve, field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.coupons import Coupon, CouponState
from servicecore.pricing.promotions.target import EVERYTHING

FROZEN: Final = ProblemKind(
    "coupon.frozen",
    en="the campaign is {value}; accepted: {accepted}",
    it="la campagna è {value}; valori ammessi: {accepted}",
    de="die Kampagne ist {value}; zulässig: {accepted}",
)

_LONGEST_NUMBER: Final = 30
_LONGEST_DESCRIPTION: Final = 60
_ALL: Final = 100


def _rate(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "redemption_rate")


@frozen(field_transformer=checked_fields)
class CampaignTerms:
    """What a campaign is about; it can be changed while the campaign is a draft.

    Attributes:
        coupon: what its codes give, to whom, when and how often; its id is the campaign's. It names no codes, they
            are issued; its state is the campaign's.
        number: the number that people use, up to 30 characters.
        description: up to 60 characters.
        redemption_rate: how many of the issued codes are expected to be used, in percent; for forecasts only.
        auto_reissue: whether a fresh one-time code is issued to the customer for every one that is used.
        manufacturer: who bears it, where that is not the shop.
        parent: id of the campaign that it is grouped under.
        is_parent: whether others may be grouped under it.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    coupon: Coupon
    number: str = ""
    description: str = ""
    redemption_rate: Decimal | None = field(converter=_rate, default=None)
    auto_reissue: bool = False
    manufacturer: str = ""
    parent: str = ""
    is_parent: bool = False

    def __attrs_post_init__(self) -> None:
        if self.coupon.codes:
            raise NOT_ACCEPTED.error("coupon.codes", value=", ".join(self.coupon.codes), accepted="none: issue them")
        for name, value, most in (
            ("number", self.number, _LONGEST_NUMBER),
            ("description", self.description, _LONGEST_DESCRIPTION),
        ):
            if len(value) > most:
                raise NOT_ACCEPTED.error(name, value=value, accepted=f"up to {most} characters")
        if self.redemption_rate is not None and not 0 <= self.redemption_rate <= _ALL:
            raise NOT_ACCEPTED.error("redemption_rate", value=self.redemption_rate, accepted="a percentage up to 100")
        if self.auto_reissue and not self.coupon.one_time:
            raise NOT_ACCEPTED.error("auto_reissue", value=self.auto_reissue, accepted="a coupon whose codes work once")
        if self.parent == self.coupon.id:
            raise NOT_ACCEPTED.error("parent", value=self.parent, accepted="the id of another campaign")

    def copied(
        self,
        campaign: str,
        *,
        values: bool = True,
        items: bool = True,
        catalogs: bool = True,
        customers: bool = True,
    ) -> CampaignTerms:
        """Return the same terms for another ``campaign``, each part taken along or left open (CC 11.1).

        Args:
            campaign: id of the new one.
            values: number, description, rate, manufacturer and parent.
            items: the lines that it is about.
            catalogs: the catalogues.
            customers: the list of customers.

        """
        coupon = evolve(
            self.coupon,
            id=campaign,
            target=self.coupon.target if items else EVERYTHING,
            catalogs=self.coupon.catalogs if catalogs else (),
            excluded_catalogs=self.coupon.excluded_catalogs if catalogs else (),
            customers=self.coupon.customers if customers else (),
        )
        return evolve(self, coupon=coupon) if values else CampaignTerms(coupon, auto_reissue=self.auto_reissue)


@frozen
class Campaign:
    """A campaign as it stands: a draft, active and not changed any more, or voided.

    Attributes:
        id: unique, also among the coupons of the price book.
        terms: what it is about.
        state: only an active one's codes work.
        created_at: aware UTC.
        changed_at: the instant of the last change of its terms or state.

    """

    id: str
    terms: CampaignTerms
    created_at: datetime
    changed_at: datetime
    state: CouponState = CouponState.DRAFT

    @property
    def coupon(self) -> Coupon:
        """Return what its codes give, as things stand."""
        return evolve(self.terms.coupon, state=self.state)

    def check_draft(self) -> tuple[Problem, ...]:
        """Return why it cannot be changed any more; empty while it is a draft (``coupon.frozen``)."""
        if self.state is CouponState.DRAFT:
            return ()
        return (FROZEN.at("campaign", value=self.state.value, accepted=CouponState.DRAFT.value),)
