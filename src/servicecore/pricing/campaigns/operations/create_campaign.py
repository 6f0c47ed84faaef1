"""Create a campaign as a draft."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.campaigns.campaign import Campaign, CampaignTerms
from servicecore.pricing.campaigns.on_file import CampaignsOnFile

ID_TAKEN: Final = ProblemKind(
    "coupon.id_taken",
    en="{value} is the id of a coupon in the price book; accepted: {accepted}",
    it="{value} è l'identificativo di un buono del listino; valori ammessi: {accepted}",
    de="{value} ist die Kennung eines Gutscheins im Preisbuch; zulässig: {accepted}",
)
NOT_A_PARENT: Final = ProblemKind(
    "coupon.not_a_parent",
    en="nothing can be grouped under the campaign {value}; accepted: {accepted}",
    it="nulla può essere raggruppato sotto la campagna {value}; valori ammessi: {accepted}",
    de="unter der Kampagne {value} kann nichts gruppiert werden; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class CreateCampaign(Command):
    """Begin a campaign as a draft, under the id of its coupon.

    Attributes:
        terms: what it is about.

    """

    name: ClassVar[str] = "pricing.create_campaign"
    target: ClassVar[str] = ""

    terms: CampaignTerms

    def given_id(self) -> str:
        """Return the coupon's id, which is the campaign's."""
        return self.terms.coupon.id


@frozen
class CampaignCreated(CreatingEvent[Campaign]):
    """A campaign begins as a draft: its codes do not work yet."""

    type_name: ClassVar[str] = "pricing.campaign_created"

    id: str
    terms: CampaignTerms
    at: datetime

    def create(self) -> Campaign:
        """Return the draft."""
        return Campaign(self.id, self.terms, created_at=self.at, changed_at=self.at)


def check_terms(terms: CampaignTerms, facts: Facts) -> tuple[Problem, ...]:
    """Return what is wrong with ``terms`` beside what is on file (``coupon.id_taken``, ``coupon.not_a_parent``)."""
    on_file = facts.of(CampaignsOnFile)
    problems: list[Problem] = []
    if terms.coupon.id in on_file.book_coupons:
        problems.append(ID_TAKEN.at("terms.coupon.id", value=terms.coupon.id, accepted="an id that is not in use"))
    if terms.parent and (on_file.campaign is None or not on_file.campaign.terms.is_parent):
        accepted = "the id of a campaign that is a parent"
        problems.append(NOT_A_PARENT.at("terms.parent", value=terms.parent, accepted=accepted))
    return tuple(problems)


def decide(_state: None, command: CreateCampaign, facts: Facts) -> Decision[Campaign]:
    """Refuse an id of the price book, whose uses would be counted together, and a parent that is none."""
    problems = check_terms(command.terms, facts)
    return refuse(*problems) if problems else (CampaignCreated(facts.new_id, command.terms, facts.now),)


CREATE_CAMPAIGN: Final = Operation(
    command=CreateCampaign,
    decide=decide,
    events=(CampaignCreated,),
    needs=(CampaignsOnFile,),
    capabilities=("A12",),
)
