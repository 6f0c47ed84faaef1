"""Automatic charges of an order, such as freight: fixed, a percentage, or per unit, in tiers of the order's value."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import Final

from attrs import field, frozen

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.explain import Explanation, StepKind, rounding_step
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind
from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding
from servicecore.pricing.cart import Cart
from servicecore.pricing.quote import QuoteCharge

TIER_OVERLAP: Final = ProblemKind(
    "config.tier_overlap",
    en="the tier from {value} overlaps the one before it; accepted: {accepted}",
    it="lo scaglione da {value} si sovrappone al precedente; valori ammessi: {accepted}",
    de="die Staffel ab {value} überschneidet sich mit der vorigen; zulässig: {accepted}",
)
CHARGED: Final = StepKind(
    "pricing.charge",
    en="charge {charge}: {terms} on an order value of {value}",
    it="spesa {charge}: {terms} su un valore dell'ordine di {value}",
    de="Zuschlag {charge}: {terms} auf einen Auftragswert von {value}",
)


class ChargeKind(Enum):
    """What the value of a tier is: an amount, a percentage of the order's value, or an amount for each unit."""

    FIXED = "fixed"
    PERCENT = "percent"
    PER_UNIT = "per_unit"


def _decimal(value: object) -> Decimal:
    return exact_decimal(value, "tiers")


def _optional_decimal(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "tiers")


@frozen
class ChargeTier:
    """What is charged while the order's value is at least ``from_amount`` and below ``to_amount`` (CC 3.2).

    Attributes:
        value: an amount in the charge's currency or a percentage, as ``kind`` says; 0 or more.
        kind: what ``value`` is.
        from_amount: itself included.
        to_amount: itself excluded; None is open.

    """

    value: Decimal = field(converter=_decimal)
    kind: ChargeKind = ChargeKind.FIXED
    from_amount: Decimal = field(converter=_decimal, default=Decimal(0))
    to_amount: Decimal | None = field(converter=_optional_decimal, default=None)

    def __attrs_post_init__(self) -> None:
        if self.value < 0:
            raise NOT_ACCEPTED.error("tiers.value", value=self.value, accepted="0 or more")
        if self.to_amount is not None and self.to_amount <= self.from_amount:
            raise NOT_ACCEPTED.error("tiers.to_amount", value=self.to_amount, accepted=f"above {self.from_amount}")


@frozen
class AutoCharge:
    """A charge that comes by itself.

    Attributes:
        id: named in quotes.
        currency: ISO 4217; only carts in it are charged.
        tiers: by rising value; a gap charges nothing.
        code: charges of one code compete: the one for the customer, then for the group, then for the delivery mode,
            then for the channel wins; empty stands alone.
        tax_category: for the tax engine; empty is not taxed.
        rounding: of the amount.
        customer: the only customer; empty for all.
        customer_group: empty for all.
        delivery_mode: of the cart's attribute ``delivery_mode``; empty for all.
        channel: empty for all.

    Raises:
        InvalidValue: ``config.tier_overlap``, ``value.not_accepted``, ``money.unknown_currency``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    currency: str = field(validator=lambda _self, _attribute, value: currency_digits(value) and None)
    tiers: tuple[ChargeTier, ...] = field()
    code: str = ""
    tax_category: str = ""
    rounding: Rounding = HALF_UP
    customer: str = ""
    customer_group: str = ""
    delivery_mode: str = ""
    channel: str = ""

    @tiers.validator
    def _check_tiers(self, _attribute: object, value: tuple[ChargeTier, ...]) -> None:
        if not value:
            raise NOT_ACCEPTED.error("tiers", value="()", accepted="at least one tier")
        for before, tier in pairwise(value):
            if before.to_amount is None or tier.from_amount < before.to_amount:
                end = "a tier before it with an end" if before.to_amount is None else f"{before.to_amount} or more"
                raise TIER_OVERLAP.error("tiers", value=tier.from_amount, accepted=end)

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, str]:
        """Return the place among charges of the same code, the most specific first."""
        return (not self.customer, not self.customer_group, not self.delivery_mode, not self.channel, self.id)

    def fits(self, cart: Cart) -> bool:
        """Return whether the cart lies in its scope."""
        return (
            self.currency == cart.currency
            and (not self.channel or self.channel == cart.channel)
            and (not self.customer or self.customer == cart.customer)
            and (not self.customer_group or self.customer_group in cart.customer_groups)
            and (not self.delivery_mode or ("delivery_mode", self.delivery_mode) in cart.attributes)
        )

    def charge(self, value: Decimal, units: Decimal) -> QuoteCharge | None:
        """Return the charge on an order worth ``value`` with ``units`` units, its tax still 0; None in a gap."""
        for tier in self.tiers:
            if tier.from_amount <= value and (tier.to_amount is None or value < tier.to_amount):
                break
        else:
            return None
        if tier.kind is ChargeKind.PERCENT:
            exact, terms = EXACT.multiply(value, tier.value).scaleb(-2, EXACT), f"{tier.value} %"
        elif tier.kind is ChargeKind.PER_UNIT:
            exact, terms = EXACT.multiply(units, tier.value), f"{units} * {tier.value}"
        else:
            exact, terms = tier.value, str(tier.value)
        before = Money(exact, self.currency)
        amount = before.round(self.rounding)
        steps = (
            CHARGED.step(before, charge=self.id, terms=terms, value=Money(value, self.currency)),
            *rounding_step(before, amount, self.rounding.name),
        )
        return QuoteCharge(
            id=self.id,
            amount=amount,
            tax=Money.zero(self.currency),
            tax_category=self.tax_category,
            explanation=Explanation(f"charge {self.id}", amount, steps),
        )


def charges_for(charges: tuple[AutoCharge, ...], cart: Cart, value: Decimal, units: Decimal) -> list[QuoteCharge]:
    """Return the charges of the cart; ``charges`` come in the order of their rank, one of each code counts."""
    made: list[QuoteCharge] = []
    seen: set[str] = set()
    for charge in charges:
        if charge.fits(cart) and (not charge.code or charge.code not in seen):
            seen.add(charge.code)
            quoted = charge.charge(value, units)
            if quoted is not None:
                made.append(quoted)
    return made
