"""Record a competitor's price for an item of ours."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import as_instant
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.price_match.competitor_price import CompetitorPrice
from servicecore.pricing.price_match.policy import PriceMatchPolicy
from servicecore.pricing.price_match.price_match import PriceMatch

EXPIRY_PASSED: Final = ProblemKind(
    "price_match.expiry_passed",
    en="the price match would lapse at {value}; accepted: {accepted}",
    it="la corrispondenza di prezzo scadrebbe il {value}; valori ammessi: {accepted}",
    de="der Preisabgleich würde am {value} verfallen; zulässig: {accepted}",
)


def as_optional_instant(value: datetime | None) -> datetime | None:
    """Return ``value`` as an aware instant in UTC, or None as it is."""
    return None if value is None else as_instant(value, "expires_at")


def as_min_quantity(value: object) -> Decimal:
    """Return ``value`` as a quantity above 0.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted``.

    """
    quantity = exact_decimal(value, "min_quantity")
    if quantity <= 0:
        raise NOT_ACCEPTED.error("min_quantity", value=quantity, accepted="a quantity above 0")
    return quantity


@frozen(field_transformer=checked_fields)
class CreatePriceMatch(Command):
    """Record a competitor's price; it waits for an approval.

    Attributes:
        item: the item's id.
        price: the competitor's.
        min_quantity: how many units one has to take to get it, above 0.
        description: where it was seen, for people.
        expires_at: the instant from which it holds no more, aware; None where it does not lapse.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``, ``time.naive_instant``.

    """

    name: ClassVar[str] = "pricing.create_price_match"
    target: ClassVar[str] = ""

    item: str = field(validator=lambda _self, _attribute, value: check_id(value, "item") and None)
    price: CompetitorPrice
    min_quantity: Decimal = field(converter=as_min_quantity, default=Decimal(1))
    description: str = ""
    expires_at: datetime | None = field(converter=as_optional_instant, default=None)


@frozen
class PriceMatchCreated(CreatingEvent[PriceMatch]):
    """A competitor's price was recorded."""

    type_name: ClassVar[str] = "pricing.price_match_created"

    price_match: PriceMatch

    def create(self) -> PriceMatch:
        """Return the record, pending."""
        return self.price_match


def check_expiry(expires_at: datetime | None, now: datetime) -> tuple[Problem, ...]:
    """Return that ``expires_at`` is not after ``now``, where that is so (``price_match.expiry_passed``)."""
    if expires_at is None or expires_at > now:
        return ()
    return (EXPIRY_PASSED.at("expires_at", value=expires_at.isoformat(), accepted=f"after {now.isoformat()}"),)


def decide(_state: None, command: CreatePriceMatch, facts: Facts) -> Decision[PriceMatch]:
    """Refuse competitors that we do not follow, and an expiry that has passed."""
    problems = [
        *facts.of(PriceMatchPolicy).check_competitor(command.price.competitor, "price.competitor"),
        *check_expiry(command.expires_at, facts.now),
    ]
    if problems:
        return refuse(*problems)
    created = PriceMatch(
        id=facts.new_id,
        item=command.item,
        price=command.price,
        min_quantity=command.min_quantity,
        description=command.description,
        created_at=facts.now,
        created_by=facts.actor.id,
        expires_at=command.expires_at,
    )
    return (PriceMatchCreated(created),)


CREATE_PRICE_MATCH: Final = Operation(
    command=CreatePriceMatch,
    decide=decide,
    events=(PriceMatchCreated,),
    capabilities=("E27",),
)
