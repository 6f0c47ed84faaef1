"""Change the terms of a campaign that is a draft."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, Problem
from servicecore.pricing.campaigns.campaign import Campaign, CampaignTerms
from servicecore.pricing.campaigns.on_file import CampaignsOnFile
from servicecore.pricing.campaigns.operations.create_campaign import check_terms


@frozen(field_transformer=checked_fields)
class ChangeCampaign(Command):
    """Give a draft other terms; an active campaign is frozen.

    Attributes:
        campaign: its id.
        terms: all terms as they shall be; the coupon's id stays.

    """

    name: ClassVar[str] = "pricing.change_campaign"
    target: ClassVar[str] = "campaign"

    campaign: str
    terms: CampaignTerms


@frozen
class CampaignChanged(Event[Campaign]):
    """A draft has other terms from now on."""

    type_name: ClassVar[str] = "pricing.campaign_changed"

    terms: CampaignTerms
    at: datetime

    def apply(self, state: Campaign) -> Campaign:
        """Return the campaign with the new terms."""
        return evolve(state, terms=self.terms, changed_at=self.at)


def guard(state: Campaign, _facts: Facts) -> tuple[Problem, ...]:
    """Return that it is frozen, where it is (``coupon.frozen``)."""
    return state.check_draft()


def decide(state: Campaign, command: ChangeCampaign, facts: Facts) -> Decision[Campaign]:
    """Refuse another id, and a parent that is none."""
    if command.terms.coupon.id != state.id:
        return refuse(NOT_ACCEPTED.at("terms.coupon.id", value=command.terms.coupon.id, accepted=state.id))
    problems = check_terms(command.terms, facts)
    if problems:
        return refuse(*problems)
    return () if command.terms == state.terms else (CampaignChanged(command.terms, facts.now),)


CHANGE_CAMPAIGN: Final = Operation(
    command=ChangeCampaign,
    decide=decide,
    guard=guard,
    events=(CampaignChanged,),
    needs=(CampaignsOnFile,),
    capabilities=("A12",),
)
