"""Renew a contract: the next term, exactly once a term number, at the price that the policy makes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from attrs import evolve, field, frozen
from attrs.converters import optional

from servicecore.contracts.billing_schedule import PriceFrom
from servicecore.contracts.contract import Contract, ContractStatus
from servicecore.contracts.renewal import percent_of_change, uplifted
from servicecore.contracts.status_rule import require_status
from servicecore.contracts.term import Term, TermOrigin
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import local_date
from servicecore.kernel.events import Event
from servicecore.kernel.explain import Explanation
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind

NOT_RENEWABLE: Final = ProblemKind(
    "contracts.not_renewable",
    en="term {value} is not renewed: {cause}; accepted: {accepted}",
    it="il periodo contrattuale {value} non si rinnova: {cause}; valori ammessi: {accepted}",
    de="die Laufzeit {value} wird nicht verlängert: {cause}; zulässig: {accepted}",
)
_ACCEPTED: Final = "a contract with a renewal policy, without notice or early end, renewals left"


@frozen(field_transformer=checked_fields)
class RenewContract(Command):
    """Renew by hand, before or after the end of the term, without a hole.

    Attributes:
        contract: id of the contract.
        percent: agreed change of price instead of the policy's, inside its floor and cap; None takes the policy's.

    """

    name: ClassVar[str] = "contracts.renew_contract"
    target: ClassVar[str] = "contract"
    contract: str
    percent: Decimal | None = field(converter=optional(percent_of_change), default=None)


@frozen
class RenewedPrice:
    """The price of a fee line from a renewal on, explained from the price before."""

    fee_line: str
    explanation: Explanation


@frozen
class ContractRenewed(Event[Contract]):
    """The next term stands.

    Attributes:
        term: the new term; its number is used once.
        prices: of the fee lines that are not grandfathered, from the term's start on.
        crossed_at: the instant from which the term stands, aware UTC.

    """

    type_name: ClassVar[str] = "contracts.contract_renewed"
    term: Term
    prices: tuple[RenewedPrice, ...]
    crossed_at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the contract with one more term and its prices."""
        new = tuple(PriceFrom(each.fee_line, self.term.start, each.explanation.figure) for each in self.prices)
        return evolve(state, terms=(*state.terms, self.term), prices=(*state.prices, *new))


def renewal(contract: Contract, origin: TermOrigin, at: datetime, percent: Decimal | None = None) -> ContractRenewed:
    """Return the renewal of the latest term as of ``at``; each price changes from the last rounded one."""
    number = contract.term.number + 1
    span = contract.span_of(number)
    term = Term(number, span.start, span.end, contract.notice_terms.last_notice_day(span.last_day), origin, at)
    prices = tuple(
        RenewedPrice(line.id, uplifted(contract.price_on(line, span.start), contract.renewal.uplift, percent))
        for line in contract.fee_lines
        if not line.grandfathered
    )
    return ContractRenewed(term, prices, at)


def guard(state: Contract, facts: Facts) -> tuple[Problem, ...]:
    """Return why it cannot be renewed (``contracts.wrong_status``, ``contracts.not_renewable``)."""
    problems = require_status(state, ContractStatus.APPROVED)
    if problems:
        return problems
    cause = ""
    if not state.can_renew():
        cause = "it has a notice, an early end, no renewals left or no renewal at all"
    elif state.term.start > local_date(facts.now, state.zone):
        cause = "the latest term has not begun"
    return (NOT_RENEWABLE.at("contract", value=state.term.number, cause=cause, accepted=_ACCEPTED),) if cause else ()


def decide(state: Contract, command: RenewContract, facts: Facts) -> Decision[Contract]:
    """Return the next term, or ``value.not_accepted`` for a percent beyond floor or cap."""
    uplift = state.renewal.uplift
    if command.percent is not None and uplift.applied(command.percent) != command.percent:
        return refuse(NOT_ACCEPTED.at("percent", value=command.percent, accepted=f"{uplift.floor} to {uplift.cap}"))
    return (renewal(state, TermOrigin.MANUAL, facts.now, command.percent),)


RENEW_CONTRACT: Final = Operation(
    command=RenewContract, decide=decide, guard=guard, events=(ContractRenewed,), capabilities=("D01", "D04")
)
