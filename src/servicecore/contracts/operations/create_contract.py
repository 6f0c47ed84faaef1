"""Create a contract: a draft with its terms of renewal, its fee lines and what it covers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.contracts.contract import Contract
from servicecore.contracts.covered_item import CoveredItem
from servicecore.contracts.fee_line import FeeLine
from servicecore.contracts.renewal import RenewalPolicy
from servicecore.contracts.term import MOST_DAYS, NoticeTerms, Term, TermOrigin, check_length, term_span
from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import zone
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.recurrence import Interval

DUPLICATE_FEE_LINE: Final = ProblemKind(
    "contracts.duplicate_fee_line",
    en="fee line {value} is there twice; accepted: {accepted}",
    it="la riga di canone {value} è presente due volte; valori ammessi: {accepted}",
    de="die Gebührenzeile {value} gibt es zweimal; zulässig: {accepted}",
)
WRONG_CURRENCY: Final = ProblemKind(
    "contracts.wrong_currency",
    en="the price {value} is not in the contract's currency; accepted: {accepted}",
    it="il prezzo {value} non è nella valuta del contratto; valori ammessi: {accepted}",
    de="der Preis {value} ist nicht in der Währung des Vertrags; zulässig: {accepted}",
)
OUTSIDE_CONTRACT: Final = ProblemKind(
    "contracts.outside_contract",
    en="{value} lies before the contract begins; accepted: {accepted}",
    it="{value} precede l'inizio del contratto; valori ammessi: {accepted}",
    de="{value} liegt vor dem Beginn des Vertrags; zulässig: {accepted}",
)

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2300


@frozen(field_transformer=checked_fields)
class CreateContract(Command):
    """Create a contract as a draft; nothing is billed before its approval.

    Attributes:
        customer: who is served.
        currency: ISO 4217 code of every price.
        zone: IANA name of the zone in which its civil days count; pinned.
        start: first civil day.
        initial_term: length of the first term.
        fee_lines: what it costs; ids are unique, prices in ``currency``.
        bill_to: who pays; empty is the customer.
        title: what it is called.
        renewal: the rules of renewal.
        notice: how notice is given.
        payment_days: days from invoice to due date.
        covered: what it covers.
        bill_from: periods that start earlier are not billed; None bills all, also those before the approval.

    """

    name: ClassVar[str] = "contracts.create_contract"
    target: ClassVar[str] = ""
    customer: str
    currency: str
    zone: str
    start: date
    initial_term: Interval
    fee_lines: tuple[FeeLine, ...]
    bill_to: str = ""
    title: str = ""
    renewal: RenewalPolicy = field(default=RenewalPolicy())
    notice: NoticeTerms = field(default=NoticeTerms())
    payment_days: int = 30
    covered: tuple[CoveredItem, ...] = ()
    bill_from: date | None = None


@frozen
class ContractCreated(CreatingEvent[Contract]):
    """A contract was drafted; carries all that was agreed."""

    type_name: ClassVar[str] = "contracts.contract_created"
    contract: str
    agreed: CreateContract
    at: datetime

    def create(self) -> Contract:
        """Return the draft with its initial term."""
        agreed = self.agreed
        span = term_span(agreed.start, agreed.initial_term, agreed.renewal.extension or agreed.initial_term, 1)
        last_notice_day = agreed.notice.last_notice_day(span.last_day)
        return Contract(
            id=self.contract,
            customer=agreed.customer,
            bill_to=agreed.bill_to or agreed.customer,
            currency=agreed.currency,
            zone=agreed.zone,
            title=agreed.title,
            start=agreed.start,
            initial_term=agreed.initial_term,
            renewal=agreed.renewal,
            notice_terms=agreed.notice,
            payment_days=agreed.payment_days,
            fee_lines=agreed.fee_lines,
            covered=agreed.covered,
            bill_from=agreed.bill_from,
            terms=(Term(1, span.start, span.end, last_notice_day, TermOrigin.INITIAL, self.at),),
        )


def decide(_state: None, command: CreateContract, facts: Facts) -> Decision[Contract]:
    """Return the draft, or every problem of the command.

    Problems: ``value.not_accepted``, ``money.unknown_currency``, ``time.unknown_zone``,
    ``contracts.duplicate_fee_line``, ``contracts.wrong_currency``, ``contracts.outside_contract``.
    """
    problems = (*_header_problems(command), *_line_problems(command))
    if problems:
        return refuse(*problems)
    return (ContractCreated(facts.new_id, command, facts.now),)


def _header_problems(command: CreateContract) -> list[Problem]:
    checks: tuple[Callable[[], object], ...] = (
        lambda: check_id(command.customer, "customer"),
        lambda: currency_digits(command.currency),
        lambda: zone(command.zone),
        lambda: check_length(command.initial_term, "initial_term"),
        lambda: check_length(command.renewal.extension, "renewal.extension"),
        lambda: check_length(command.renewal.reminder, "renewal.reminder"),
        lambda: check_length(command.notice.period, "notice.period"),
    )
    problems = []
    for check in checks:
        try:
            check()
        except InvalidValue as refused:
            problems.append(refused.problem)
    if not _FIRST_YEAR <= command.start.year <= _LAST_YEAR:
        accepted = f"the years {_FIRST_YEAR} to {_LAST_YEAR}"
        problems.append(NOT_ACCEPTED.at("start", value=command.start, accepted=accepted))
    if not 0 <= command.payment_days <= MOST_DAYS:
        problems.append(NOT_ACCEPTED.at("payment_days", value=command.payment_days, accepted=f"0 to {MOST_DAYS}"))
    return problems


def _line_problems(command: CreateContract) -> list[Problem]:
    problems, seen = [], set()
    for index, line in enumerate(command.fee_lines):
        path = f"fee_lines[{index}]"
        if line.id in seen:
            problems.append(DUPLICATE_FEE_LINE.at(f"{path}.id", value=line.id, accepted="an id for each fee line"))
        seen.add(line.id)
        if line.price.currency != command.currency:
            problems.append(WRONG_CURRENCY.at(f"{path}.price", value=line.price, accepted=command.currency))
        if line.start is not None and line.start < command.start:
            accepted = f"{command.start} or later"
            problems.append(OUTSIDE_CONTRACT.at(f"{path}.start", value=line.start, accepted=accepted))
    return problems


CREATE_CONTRACT: Final = Operation(
    command=CreateContract, decide=decide, events=(ContractCreated,), capabilities=("D01", "B03")
)
