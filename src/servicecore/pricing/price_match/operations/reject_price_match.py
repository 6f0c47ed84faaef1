"""Reject a competitor's price: it is not applied, unless somebody changes and approves it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.price_match.operations.approve_price_match import ALREADY_DECIDED
from servicecore.pricing.price_match.price_match import PriceMatch, PriceMatchStatus

APPROVED_IS_FINAL: Final = ProblemKind(
    "price_match.approved_is_final",
    en="the price match was approved by {value} and cannot be rejected; accepted: {accepted}",
    it="la corrispondenza di prezzo è stata approvata da {value} e non si può respingere; valori ammessi: {accepted}",
    de="der Preisabgleich wurde von {value} genehmigt und ist nicht mehr ablehnbar; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RejectPriceMatch(Command):
    """Reject a pending record; the reason comes with the command.

    Attributes:
        price_match: id of the record.

    """

    name: ClassVar[str] = "pricing.reject_price_match"
    target: ClassVar[str] = "price_match"

    price_match: str


@frozen
class PriceMatchRejected(Event[PriceMatch]):
    """A record was rejected."""

    type_name: ClassVar[str] = "pricing.price_match_rejected"

    by: str
    at: datetime
    reason: str

    def apply(self, state: PriceMatch) -> PriceMatch:
        """Return the rejected record."""
        return evolve(
            state, decision=PriceMatchStatus.REJECTED, decided_by=self.by, decided_at=self.at, reason=self.reason
        )


def guard(state: PriceMatch, _facts: Facts) -> tuple[Problem, ...]:
    """Return that an approved record stays approved, and a rejected one is rejected already, where that is so."""
    if state.decision is PriceMatchStatus.APPROVED:
        return (APPROVED_IS_FINAL.at("", value=state.decided_by, accepted="another expiry, so that it lapses"),)
    if state.decision is PriceMatchStatus.REJECTED:
        return (ALREADY_DECIDED.at("", value=state.decision.value, accepted="a pending one"),)
    return ()


def decide(_state: PriceMatch, _command: RejectPriceMatch, facts: Facts) -> Decision[PriceMatch]:
    """Reject it, whether or not it lapsed."""
    return (PriceMatchRejected(facts.actor.id, facts.now, facts.reason.code if facts.reason is not None else ""),)


REJECT_PRICE_MATCH: Final = Operation(
    command=RejectPriceMatch,
    decide=decide,
    guard=guard,
    events=(PriceMatchRejected,),
    reason_required=True,
    capabilities=("E27",),
)
