"""Automatic charges, such as freight or gift wrap: fixed, a percentage, or per unit, in tiers of the value."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import Final

from attrs import field, frozen

from servicecore.catalog.items import Item
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.explain import Explanation, StepKind, rounding_step
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding
from servicecore.pricing.cart import Cart
from servicecore.pricing.charge_category import ChargeCategory
from servicecore.pricing.negative_percent import negative_percent
from servicecore.pricing.promotions.conditions import AnyCondition
from servicecore.pricing.promotions.situation import L, Situation
from servicecore.pricing.quote import QuoteCharge

TIER_OVERLAP: Final = ProblemKind(
    "config.tier_overlap",
    en="the tier from {value} overlaps the one before it; accepted: {accepted}",
    it="lo scaglione da {value} si sovrappone al precedente; valori ammessi: {accepted}",
    de="die Staffel ab {value} überschneidet sich mit der vorigen; zulässig: {accepted}",
)
SCOPE_OF_LINES: Final = ProblemKind(
    "config.charge_scope",
    en="the charge {charge} names {value} but is for the whole order; accepted: {accepted}",
    it="la spesa {charge} indica {value} ma vale per l'intero ordine; valori ammessi: {accepted}",
    de="der Zuschlag {charge} nennt {value}, gilt aber für den ganzen Auftrag; zulässig: {accepted}",
)
CHARGED: Final = StepKind(
    "pricing.charge",
    en="charge {charge}: {terms} on an order value of {value}",
    it="spesa {charge}: {terms} su un valore dell'ordine di {value}",
    de="Zuschlag {charge}: {terms} auf einen Auftragswert von {value}",
)
CHARGED_ON_LINE: Final = StepKind(
    "pricing.line_charge",
    en="charge {charge} of line {line}: {terms} on a line value of {value}",
    it="spesa {charge} della riga {line}: {terms} su un valore della riga di {value}",
    de="Zuschlag {charge} der Zeile {line}: {terms} auf einen Zeilenwert von {value}",
)


class ChargeLevel(Enum):
    """Whether a charge is made once for the order, or once for each line in its scope (CC 3.2)."""

    ORDER = "order"
    LINE = "line"


class ChargeKind(Enum):
    """What the value of a tier is: an amount, a percentage of the value, or an amount for each unit."""

    FIXED = "fixed"
    PERCENT = "percent"
    PER_UNIT = "per_unit"


def _value(value: object) -> Decimal:
    return exact_decimal(value, "value")


def _from_amount(value: object) -> Decimal:
    return exact_decimal(value, "from_amount")


def _to_amount(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "to_amount")


def _by_value(given: Iterable[ChargeTier]) -> tuple[ChargeTier, ...]:
    return tuple(sorted(given, key=lambda tier: tier.from_amount))


@frozen(field_transformer=checked_fields)
class ChargeTier:
    """What is charged while the value is at least ``from_amount`` and below ``to_amount`` (CC 3.2).

    Attributes:
        value: an amount in the charge's currency or a percentage, as ``kind`` says; 0 or more.
        kind: what ``value`` is.
        from_amount: itself included.
        to_amount: itself excluded; None is open.

    Raises:
        InvalidValue: ``config.negative_percent``, ``value.not_accepted``, ``value.wrong_type``.

    """

    value: Decimal = field(converter=_value)
    kind: ChargeKind = ChargeKind.FIXED
    from_amount: Decimal = field(converter=_from_amount, default=Decimal(0))
    to_amount: Decimal | None = field(converter=_to_amount, default=None)

    def __attrs_post_init__(self) -> None:
        if self.value < 0 and self.kind is ChargeKind.PERCENT:
            raise negative_percent("value", self.value)
        if self.value < 0:
            raise NOT_ACCEPTED.error("value", value=self.value, accepted="0 or more")
        if self.to_amount is not None and self.to_amount <= self.from_amount:
            raise NOT_ACCEPTED.error("to_amount", value=self.to_amount, accepted=f"above {self.from_amount}")


@frozen(field_transformer=checked_fields)
class AutoCharge:
    """A charge that comes by itself (CC 3.2).

    The value that tiers look at is the sub-total of the order, or the net of the line, after discounts.

    Attributes:
        id: named in quotes.
        currency: ISO 4217; only carts in it are charged.
        tiers: in any order; none may overlap another, and a gap charges nothing.
        code: charges of one code compete: the one for the customer, then for the group, then for the delivery mode,
            then for its group, then for the channel, then for the product, then one with conditions wins; empty stands
            alone.
        tax_category: for the tax engine; empty is not taxed.
        rounding: of the amount.
        customer: the only customer; empty for all.
        customer_group: empty for all.
        delivery_mode: code of the only mode, of the cart or of the line as ``level`` says; empty for all.
        channel: empty for all.
        level: once for the order, or once for each line in scope.
        category: what it is for.
        delivery_group: group of delivery modes; empty for all.
        products: ids or categories of the only items; empty for all. Lines only.
        personalisation: code that the line has to ask for; empty for all. Lines only.
        refundable: whether a charge for each unit of a line is given back for units that come back (specs: orders 4).
        conditions: those of offers; all have to hold, on the goods after discounts. One without a target looks at the
            lines in the charge's scope, and a charge of lines is made for those that the conditions leave. None may ask
            what the customer did before: the charges of an order are computed again when its codes change.

    Raises:
        InvalidValue: ``config.tier_overlap``, ``config.charge_scope``, ``value.not_accepted``,
            ``money.unknown_currency``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    currency: str = field(validator=lambda _self, _attribute, value: currency_digits(value) and None)
    tiers: tuple[ChargeTier, ...] = field(converter=_by_value)
    code: str = ""
    tax_category: str = ""
    rounding: Rounding = HALF_UP
    customer: str = ""
    customer_group: str = ""
    delivery_mode: str = ""
    channel: str = ""
    level: ChargeLevel = ChargeLevel.ORDER
    category: ChargeCategory = ChargeCategory.OTHER
    delivery_group: str = ""
    products: tuple[str, ...] = ()
    personalisation: str = ""
    refundable: bool = True
    conditions: tuple[AnyCondition, ...] = field(default=())

    @conditions.validator
    def _check_conditions(self, _attribute: object, value: tuple[AnyCondition, ...]) -> None:
        for place, each in enumerate(value):
            if each.asks_history or each.order_numbers or each.use_counts:
                accepted = "a condition that does not ask what the customer did before"
                raise NOT_ACCEPTED.error(f"conditions[{place}]", value=type(each).__name__, accepted=accepted)

    @tiers.validator
    def _check_tiers(self, _attribute: object, value: tuple[ChargeTier, ...]) -> None:
        if not value:
            raise NOT_ACCEPTED.error("tiers", value="()", accepted="at least one tier")
        for before, tier in pairwise(value):
            if before.to_amount is None or tier.from_amount < before.to_amount:
                end = "a tier before it with an end" if before.to_amount is None else f"{before.to_amount} or more"
                raise TIER_OVERLAP.error("tiers", value=tier.from_amount, accepted=end)

    def __attrs_post_init__(self) -> None:
        of_lines = ", ".join(filter(None, (*self.products, self.personalisation)))
        if of_lines and self.level is not ChargeLevel.LINE:
            raise SCOPE_OF_LINES.error("level", charge=self.id, value=of_lines, accepted=ChargeLevel.LINE.value)

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, bool, bool, bool, str]:
        """Return the place among charges of the same code, the most specific first."""
        return (
            not self.customer,
            not self.customer_group,
            not self.delivery_mode,
            not self.delivery_group,
            not self.channel,
            not self.products,
            not self.conditions,
            self.id,
        )

    def fits(self, cart: Cart) -> bool:
        """Return whether the cart's currency, channel and customer lie in its scope."""
        return (
            self.currency == cart.currency
            and (not self.channel or self.channel == cart.channel)
            and (not self.customer or self.customer == cart.customer)
            and (not self.customer_group or self.customer_group in cart.customer_groups)
        )

    def fits_mode(self, mode: str, group: str | None) -> bool:
        """Return whether the delivery mode called ``mode``, of ``group`` (None for none), lies in its scope."""
        return (not self.delivery_mode or self.delivery_mode == mode) and (
            not self.delivery_group or self.delivery_group == group
        )

    def fits_item(self, item: Item) -> bool:
        """Return whether the item, or one of its categories, lies in its scope."""
        return not self.products or item.id in self.products or not set(item.categories).isdisjoint(self.products)

    def left(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...]:
        """Return which of ``lines``, those in its scope, its conditions leave; none where one does not hold."""
        for condition in self.conditions:
            answer = condition.narrow(lines, situation)
            if isinstance(answer, Problem):
                return ()
            lines = answer
        return lines

    def charge(self, value: Decimal, units: Decimal, line: int = 0) -> QuoteCharge | None:
        """Return the charge on an order or a line worth ``value`` with ``units`` units, untaxed; None in a gap.

        ``line`` is the line's number; 0 for the whole order.
        """
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
        kind = CHARGED_ON_LINE if line else CHARGED
        steps = (
            kind.step(before, charge=self.id, line=line, terms=terms, value=Money(value, self.currency)),
            *rounding_step(before, amount, self.rounding.name),
        )
        return QuoteCharge(
            id=self.id,
            amount=amount,
            tax=Money.zero(self.currency),
            tax_category=self.tax_category,
            explanation=Explanation(f"charge {self.id}", amount, steps),
            category=self.category,
            line=line,
            per_unit=line != 0 and tier.kind is ChargeKind.PER_UNIT,
            refundable=self.refundable,
        )
