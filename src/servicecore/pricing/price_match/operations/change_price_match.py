"""Change a competitor's price that was recorded; an approved one only in its description and expiry."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.price_match.competitor_price import CompetitorPrice
from servicecore.pricing.price_match.operations.create_price_match import (
    as_min_quantity,
    as_optional_instant,
    check_expiry,
)
from servicecore.pricing.price_match.policy import PriceMatchPolicy
from servicecore.pricing.price_match.price_match import PriceMatch, PriceMatchStatus

APPROVED_IS_FROZEN: Final = ProblemKind(
    "price_match.approved_is_frozen",
    en="the price match was approved by {value}, its {field} stays; accepted: {accepted}",
    it="la corrispondenza di prezzo è stata approvata da {value}, {field} non cambia; valori ammessi: {accepted}",
    de="der Preisabgleich wurde von {value} genehmigt, {field} bleibt; zulässig: {accepted}",
)


def _optional_quantity(value: object) -> Decimal | None:
    return None if value is None else as_min_quantity(value)


@frozen(field_transformer=checked_fields)
class ChangePriceMatch(Command):
    """Change a record; what is None stays.

    Attributes:
        price_match: id of the record.
        price: the competitor's; only while the record is not approved.
        min_quantity: above 0; only while the record is not approved.
        description: for people.
        expires_at: in the future; a record that had lapsed holds again.
        never_expires: whether it shall not lapse at all.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``, ``time.naive_instant``.

    """

    name: ClassVar[str] = "pricing.change_price_match"
    target: ClassVar[str] = "price_match"

    price_match: str
    price: CompetitorPrice | None = None
    min_quantity: Decimal | None = field(converter=_optional_quantity, default=None)
    description: str | None = None
    expires_at: datetime | None = field(converter=as_optional_instant, default=None)
    never_expires: bool = False


@frozen
class PriceMatchChanged(Event[PriceMatch]):
    """A record was changed; the fields are as they stand from now on."""

    type_name: ClassVar[str] = "pricing.price_match_changed"

    price: CompetitorPrice
    min_quantity: Decimal
    description: str
    expires_at: datetime | None
    at: datetime

    def apply(self, state: PriceMatch) -> PriceMatch:
        """Return the record as it stands from now on; with another expiry its lapse is yet to come."""
        return evolve(
            state,
            price=self.price,
            min_quantity=self.min_quantity,
            description=self.description,
            expires_at=self.expires_at,
            expired=state.expired and self.expires_at == state.expires_at,
        )


def _frozen(state: PriceMatch, command: ChangePriceMatch) -> tuple[Problem, ...]:
    if state.decision is not PriceMatchStatus.APPROVED:
        return ()
    asked = (("price", command.price, state.price), ("min_quantity", command.min_quantity, state.min_quantity))
    return tuple(
        APPROVED_IS_FROZEN.at(name, value=state.decided_by, field=name, accepted="description and expires_at")
        for name, wanted, held in asked
        if wanted is not None and wanted != held
    )


def decide(state: PriceMatch, command: ChangePriceMatch, facts: Facts) -> Decision[PriceMatch]:
    """Refuse another price or quantity for an approved record, and an expiry that has passed."""
    problems = [*_frozen(state, command), *check_expiry(command.expires_at, facts.now)]
    if command.price is not None:
        policy = facts.of(PriceMatchPolicy)
        problems.extend(policy.check_competitor(command.price.competitor, "price.competitor"))
    if command.never_expires and command.expires_at is not None:
        value = command.expires_at.isoformat()
        problems.append(NOT_ACCEPTED.at("expires_at", value=value, accepted="none where it never expires"))
    if problems:
        return refuse(*problems)
    expires_at = state.expires_at if command.expires_at is None else command.expires_at
    changed = PriceMatchChanged(
        price=command.price or state.price,
        min_quantity=command.min_quantity or state.min_quantity,
        description=state.description if command.description is None else command.description,
        expires_at=None if command.never_expires else expires_at,
        at=facts.now,
    )
    return (changed,) if changed.apply(state) != state else ()


CHANGE_PRICE_MATCH: Final = Operation(
    command=ChangePriceMatch,
    decide=decide,
    events=(PriceMatchChanged,),
    capabilities=("E27",),
)
