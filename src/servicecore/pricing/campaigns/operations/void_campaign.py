"""Void a campaign: no code of it is taken any more; orders that have one keep it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem
from servicecore.pricing.campaigns.campaign import FROZEN, Campaign
from servicecore.pricing.coupons import CouponState


@frozen(field_transformer=checked_fields)
class VoidCampaign(Command):
    """End a campaign for good: its codes are refused from now on (CC 11.1).

    Attributes:
        campaign: its id.

    """

    name: ClassVar[str] = "pricing.void_campaign"
    target: ClassVar[str] = "campaign"

    campaign: str


@frozen
class CampaignVoided(Event[Campaign]):
    """No code of the campaign works any more."""

    type_name: ClassVar[str] = "pricing.campaign_voided"

    reason: str
    at: datetime

    def apply(self, state: Campaign) -> Campaign:
        """Return the campaign, voided."""
        return evolve(state, state=CouponState.VOIDED, changed_at=self.at)


def guard(state: Campaign, _facts: Facts) -> tuple[Problem, ...]:
    """Return that it was voided before, where that is so (``coupon.frozen``)."""
    if state.state is CouponState.VOIDED:
        return (FROZEN.at("campaign", value=state.state.value, accepted="draft, active"),)
    return ()


def decide(_state: Campaign, _command: VoidCampaign, facts: Facts) -> Decision[Campaign]:
    """Void it."""
    return (CampaignVoided(facts.reason.code if facts.reason is not None else "", facts.now),)


VOID_CAMPAIGN: Final = Operation(
    command=VoidCampaign,
    decide=decide,
    guard=guard,
    events=(CampaignVoided,),
    reason_required=True,
    capabilities=("A12",),
)
