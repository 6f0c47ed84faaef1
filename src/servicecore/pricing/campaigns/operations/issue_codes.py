"""Issue codes of a campaign: shared, a batch, or personal ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.campaigns.campaign import Campaign
from servicecore.pricing.campaigns.code_batch import CodeBatch
from servicecore.pricing.campaigns.on_file import CampaignsOnFile, CodesOnFile
from servicecore.pricing.check_coupon import VOIDED
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.coupons import CouponState
from servicecore.pricing.validity import civil_date, first_day, in_words, last_day

MOST_CODES: Final = 10_000
"""The most codes of one batch; larger numbers are issued as many batches."""
UNKNOWN_CAMPAIGN: Final = ProblemKind(
    "coupon.unknown_campaign",
    en="there is no campaign {value}; accepted: {accepted}",
    it="non esiste la campagna {value}; valori ammessi: {accepted}",
    de="die Kampagne {value} gibt es nicht; zulässig: {accepted}",
)
CODE_TAKEN: Final = ProblemKind(
    "coupon.code_taken",
    en="the code {value} was issued before; accepted: {accepted}",
    it="il codice {value} è già stato emesso; valori ammessi: {accepted}",
    de="der Code {value} wurde bereits ausgegeben; zulässig: {accepted}",
)


def _codes(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(normalised(each) for each in ((given,) if isinstance(given, str) else given))


@frozen(field_transformer=checked_fields)
class IssueCodes(Command):
    """Issue codes of a campaign as one batch; they come from outside, printed or drawn at random.

    Attributes:
        campaign: its id.
        codes: 1 to 10,000, none blank; kept without blanks and in capitals.
        id: of the batch; empty for a fresh one.
        customers: for personal codes, whom each code is for, in the order of ``codes``; empty for anybody.
        valid_from: first day of these codes; None for the campaign's.
        valid_until: last day, itself included; None for the campaign's.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    name: ClassVar[str] = "pricing.issue_codes"
    target: ClassVar[str] = ""

    campaign: str
    codes: tuple[str, ...] = field(converter=_codes)
    id: str = ""
    customers: tuple[str, ...] = ()
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)

    def __attrs_post_init__(self) -> None:
        if not 0 < len(self.codes) <= MOST_CODES or not all(self.codes):
            raise NOT_ACCEPTED.error("codes", value=len(self.codes), accepted=f"1 to {MOST_CODES} codes, none blank")
        if self.customers and (len(self.customers) != len(self.codes) or not all(self.customers)):
            accepted = f"{len(self.codes)} customers, one for each code"
            raise NOT_ACCEPTED.error("customers", value=len(self.customers), accepted=accepted)


@frozen
class CodesIssued(CreatingEvent[CodeBatch]):
    """Codes of a campaign exist from now on."""

    type_name: ClassVar[str] = "pricing.codes_issued"

    id: str
    campaign: str
    codes: tuple[str, ...]
    customers: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None
    at: datetime

    def create(self) -> CodeBatch:
        """Return the batch."""
        return CodeBatch(self.id, self.campaign, len(self.codes), self.at, self.valid_from, self.valid_until)


def decide(_state: None, command: IssueCodes, facts: Facts) -> Decision[CodeBatch]:
    """Refuse codes that are taken or given twice, a campaign that is not there or voided, and a window beside its.

    Problem codes: ``coupon.unknown_campaign``, ``coupon.voided``, ``coupon.code_taken``, ``value.not_accepted``.
    """
    campaign = facts.of(CampaignsOnFile).campaign
    if campaign is None:
        return refuse(UNKNOWN_CAMPAIGN.at("campaign", value=command.campaign, accepted="the id of a campaign"))
    problems = [*_check_campaign(campaign, command), *_check_codes(command, facts.of(CodesOnFile))]
    if problems:
        return refuse(*problems)
    return (
        CodesIssued(
            id=facts.new_id,
            campaign=command.campaign,
            codes=command.codes,
            customers=command.customers,
            valid_from=command.valid_from,
            valid_until=command.valid_until,
            at=facts.now,
        ),
    )


def code_taken(code: str) -> Problem:
    """Return the problem of a code that exists already."""
    return CODE_TAKEN.at("codes", value=code, accepted="a code that was never issued")


def _check_campaign(campaign: Campaign, command: IssueCodes) -> list[Problem]:
    coupon = campaign.coupon
    problems = []
    if campaign.state is CouponState.VOIDED:
        problems.append(VOIDED.at("campaign", value=campaign.id, accepted="a draft or active campaign"))
    first = max(first_day(coupon.valid_from), first_day(command.valid_from))
    if first > min(last_day(coupon.valid_until), last_day(command.valid_until)):
        value = in_words(command.valid_from, command.valid_until)
        accepted = f"days of {in_words(coupon.valid_from, coupon.valid_until)}"
        problems.append(NOT_ACCEPTED.at("valid_until", value=value, accepted=accepted))
    return problems


def _check_codes(command: IssueCodes, on_file: CodesOnFile) -> list[Problem]:
    taken = {code for code, _owner in on_file.owners}
    seen: set[str] = set()
    problems = []
    for code in command.codes:
        if code in taken or code in seen:
            problems.append(code_taken(code))
        seen.add(code)
    return problems


ISSUE_CODES: Final = Operation(
    command=IssueCodes,
    decide=decide,
    events=(CodesIssued,),
    needs=(CampaignsOnFile, CodesOnFile),
    capabilities=("A12",),
)
