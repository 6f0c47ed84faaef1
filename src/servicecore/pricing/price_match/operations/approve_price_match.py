"""Approve a competitor's price: from now on it can be applied."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.price_match.policy import PriceMatchPolicy
from servicecore.pricing.price_match.price_match import PriceMatch, PriceMatchStatus

ALREADY_DECIDED: Final = ProblemKind(
    "price_match.already_decided",
    en="the price match is {value} already; accepted: {accepted}",
    it="la corrispondenza di prezzo è già nello stato {value}; valori ammessi: {accepted}",
    de="der Preisabgleich ist schon {value}; zulässig: {accepted}",
)
LAPSED: Final = ProblemKind(
    "price_match.expired",
    en="the price match lapsed at {value}; accepted: {accepted}",
    it="la corrispondenza di prezzo è scaduta il {value}; valori ammessi: {accepted}",
    de="der Preisabgleich ist am {value} verfallen; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ApprovePriceMatch(Command):
    """Approve a record that is pending or was rejected; to approve is a right of its own.

    Attributes:
        price_match: id of the record.

    """

    name: ClassVar[str] = "pricing.approve_price_match"
    target: ClassVar[str] = "price_match"

    price_match: str


@frozen
class PriceMatchApproved(Event[PriceMatch]):
    """A record was approved: its price does not change any more."""

    type_name: ClassVar[str] = "pricing.price_match_approved"

    by: str
    at: datetime

    def apply(self, state: PriceMatch) -> PriceMatch:
        """Return the approved record."""
        return evolve(state, decision=PriceMatchStatus.APPROVED, decided_by=self.by, decided_at=self.at, reason="")


def check_lapsed(state: PriceMatch, at: datetime, path: str) -> tuple[Problem, ...]:
    """Return that the record holds no more at ``at``, where that is so (``price_match.expired``)."""
    if state.status_at(at) is not PriceMatchStatus.EXPIRED or state.expires_at is None:
        return ()
    return (LAPSED.at(path, value=state.expires_at.isoformat(), accepted="a record that holds; change its expiry"),)


def guard(state: PriceMatch, facts: Facts) -> tuple[Problem, ...]:
    """Return that it is approved already, or lapsed, where that is so."""
    problems = list(check_lapsed(state, facts.now, ""))
    if state.decision is PriceMatchStatus.APPROVED:
        problems.append(ALREADY_DECIDED.at("", value=state.decision.value, accepted="a pending or rejected one"))
    return tuple(problems)


def decide(state: PriceMatch, _command: ApprovePriceMatch, facts: Facts) -> Decision[PriceMatch]:
    """Refuse a competitor that we no longer follow."""
    problems = facts.of(PriceMatchPolicy).check_competitor(state.price.competitor, "")
    if problems:
        return refuse(*problems)
    return (PriceMatchApproved(facts.actor.id, facts.now),)


APPROVE_PRICE_MATCH: Final = Operation(
    command=ApprovePriceMatch,
    decide=decide,
    guard=guard,
    events=(PriceMatchApproved,),
    capabilities=("E27",),
)
