"""Activate a campaign: its codes work from now on, and its terms stay."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem
from servicecore.pricing.campaigns.campaign import Campaign
from servicecore.pricing.coupons import CouponState


@frozen(field_transformer=checked_fields)
class ActivateCampaign(Command):
    """Let the codes of a draft work, within its window.

    Attributes:
        campaign: its id.

    """

    name: ClassVar[str] = "pricing.activate_campaign"
    target: ClassVar[str] = "campaign"

    campaign: str


@frozen
class CampaignActivated(Event[Campaign]):
    """The codes of a campaign work from now on."""

    type_name: ClassVar[str] = "pricing.campaign_activated"

    at: datetime

    def apply(self, state: Campaign) -> Campaign:
        """Return the campaign, active."""
        return evolve(state, state=CouponState.ACTIVE, changed_at=self.at)


def guard(state: Campaign, _facts: Facts) -> tuple[Problem, ...]:
    """Return that it is no draft any more, where that is so (``coupon.frozen``)."""
    return state.check_draft()


def decide(_state: Campaign, _command: ActivateCampaign, facts: Facts) -> Decision[Campaign]:
    """Activate; the window alone says from which day on codes work."""
    return (CampaignActivated(facts.now),)


ACTIVATE_CAMPAIGN: Final = Operation(
    command=ActivateCampaign,
    decide=decide,
    guard=guard,
    events=(CampaignActivated,),
    capabilities=("A12",),
)
