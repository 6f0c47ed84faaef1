"""Give notice: the contract ends with the term that the notice still reaches."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.contracts.contract import Contract, ContractStatus, Notice
from servicecore.contracts.renewal import RenewalMode
from servicecore.contracts.status_rule import require_status
from servicecore.contracts.term import LateNotice
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import local_date
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

NOTICE_IN_FUTURE: Final = ProblemKind(
    "contracts.notice_in_future",
    en="a notice cannot have been received on {value}; accepted: {accepted}",
    it="una disdetta non può essere stata ricevuta il {value}; valori ammessi: {accepted}",
    de="eine Kündigung kann nicht am {value} eingegangen sein; zulässig: {accepted}",
)
NOTICE_TOO_LATE: Final = ProblemKind(
    "contracts.notice_too_late",
    en="a notice received on {value} is too late for term {term}; accepted: {accepted}",
    it="una disdetta ricevuta il {value} è tardiva per il periodo {term}; valori ammessi: {accepted}",
    de="eine am {value} eingegangene Kündigung kommt für Laufzeit {term} zu spät; zulässig: {accepted}",
)
NOTHING_TO_STOP: Final = ProblemKind(
    "contracts.nothing_to_stop",
    en="the contract ends on {value} anyway; accepted: {accepted}",
    it="il contratto termina comunque il {value}; valori ammessi: {accepted}",
    de="der Vertrag endet ohnehin am {value}; zulässig: {accepted}",
)
_ACCEPTED: Final = "notice for a contract that would be renewed"


@frozen(field_transformer=checked_fields)
class GiveNotice(Command):
    """Record a notice; it counts up to and including the last day for notice of the term.

    Attributes:
        contract: id of the contract.
        received_on: civil day in the contract's zone; None is today.

    """

    name: ClassVar[str] = "contracts.give_notice"
    target: ClassVar[str] = "contract"
    contract: str
    received_on: date | None = None


@frozen
class NoticeGiven(Event[Contract]):
    """A notice was received and binds to the end of a term.

    Attributes:
        notice: when, and which term it ends.
        last_day: last civil day of that term, inclusive.

    """

    type_name: ClassVar[str] = "contracts.notice_given"
    notice: Notice
    last_day: date

    def apply(self, state: Contract) -> Contract:
        """Return the contract that ends with the term of the notice."""
        return evolve(state, notice=self.notice)


def guard(state: Contract, _facts: Facts) -> tuple[Problem, ...]:
    """Return why no notice can be given (``contracts.wrong_status``, ``contracts.nothing_to_stop``)."""
    problems = require_status(state, ContractStatus.APPROVED, ContractStatus.ON_HOLD)
    if problems:
        return problems
    if state.notice is not None or not state.can_renew():
        number = state.term.number if state.notice is None else state.notice.term
        last_day = state.span_of(number).last_day if state.service_end is None else state.term.last_day
        return (NOTHING_TO_STOP.at("contract", value=last_day, accepted=_ACCEPTED),)
    return ()


def decide(state: Contract, command: GiveNotice, facts: Facts) -> Decision[Contract]:
    """Return the notice, bound to the first term from the latest on whose last day for notice it keeps.

    A renewal that stands is final. A contract that is renewed by hand ends with its latest term however late the
    notice comes. Problems: ``contracts.notice_in_future``, ``contracts.notice_too_late``,
    ``contracts.nothing_to_stop``.
    """
    today = local_date(facts.now, state.zone)
    received_on = command.received_on or today
    if received_on > today:
        return refuse(NOTICE_IN_FUTURE.at("received_on", value=received_on, accepted=f"{today} or earlier"))
    latest = number = state.term.number
    if state.renewal.mode is RenewalMode.AUTO:
        while received_on > _last_notice_day(state, number):
            number += 1
    if number > latest and state.notice_terms.late is LateNotice.REJECT:
        accepted = f"{_last_notice_day(state, latest)} or earlier"
        return refuse(NOTICE_TOO_LATE.at("received_on", value=received_on, term=latest, accepted=accepted))
    most = state.renewal.max_renewals
    last_day = state.span_of(number).last_day
    if most is not None and number > most:
        return refuse(NOTHING_TO_STOP.at("contract", value=state.span_of(most + 1).last_day, accepted=_ACCEPTED))
    return (NoticeGiven(Notice(received_on, number, facts.now), last_day),)


def _last_notice_day(contract: Contract, number: int) -> date:
    return contract.notice_terms.last_notice_day(contract.span_of(number).last_day)


GIVE_NOTICE: Final = Operation(
    command=GiveNotice, decide=decide, guard=guard, events=(NoticeGiven,), capabilities=("D01", "D04")
)
