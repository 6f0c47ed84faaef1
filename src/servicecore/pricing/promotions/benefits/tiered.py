"""The benefit in tiers: a percentage or an amount that grows with value or quantity."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.field_checks import not_negative
from servicecore.pricing.promotions.money_off import percent_off, share
from servicecore.pricing.promotions.target import Target

_ALL: Final = Decimal(100)


class TierMeasure(Enum):
    """What reaches a tier.

    - ``LINE_VALUE``: what is left of the line that is touched.
    - ``GOODS_VALUE``: all goods before offers.
    - ``UNITS``: units of the target ``counted``.
    """

    LINE_VALUE = "line_value"
    GOODS_VALUE = "goods_value"
    UNITS = "units"


class TierValue(Enum):
    """What the values of tiers are: percentages, or amounts off each line."""

    PERCENT = "percent"
    AMOUNT = "amount"


def _exact(value: object) -> Decimal:
    return exact_decimal(value, "tiers")


@frozen(field_transformer=checked_fields)
class Tier:
    """From ``start`` on ``value`` counts.

    Attributes:
        start: a value or a quantity, as the measure says, itself included.
        value: a percentage, or an amount off each line.

    """

    start: Decimal = field(converter=_exact, validator=not_negative)
    value: Decimal = field(converter=_exact, validator=not_negative)


@frozen(field_transformer=checked_fields)
class Tiered(Benefit):
    """What the highest tier that is reached gives; below the first one ``base``.

    Attributes:
        base: below every tier.
        tiers: in any order.
        measure: what reaches them.
        kind: percentages or amounts.
        counted: the lines whose units count under ``UNITS``; None is the offer's target.
        currency: that its amounts are in; empty fits every cart.

    """

    base: Decimal = field(converter=_exact, validator=not_negative)
    tiers: tuple[Tier, ...]
    measure: TierMeasure = TierMeasure.LINE_VALUE
    kind: TierValue = TierValue.PERCENT
    counted: Target | None = None
    currency: str = field(
        default="", validator=lambda _self, _attribute, value: value and currency_digits(value) and None
    )

    def __attrs_post_init__(self) -> None:
        starts: set[Decimal] = set()
        for place, tier in enumerate(self.tiers):
            if tier.start in starts:
                raise NOT_ACCEPTED.error(f"tiers[{place}].start", value=tier.start, accepted="each start once")
            starts.add(tier.start)
        if self.kind is TierValue.AMOUNT:
            return
        for path, value in (("base", self.base), *((f"tiers[{n}].value", t.value) for n, t in enumerate(self.tiers))):
            if value > _ALL:
                raise NOT_ACCEPTED.error(path, value=value, accepted="0 to 100")

    @property
    def text(self) -> str:
        """Return ``-5 % from 10, -10 % from 100``."""
        unit = " %" if self.kind is TierValue.PERCENT else f" {self.currency}".rstrip()
        return ", ".join(f"-{tier.value}{unit} from {tier.start}" for tier in self.tiers)

    def work_out(self, view: View) -> Proposal:
        """Return the tier's percentage or amount of each line."""
        shares = []
        for line in self.lines(view):
            units = view.available(line)
            base = view.base(line, units)
            value = self.value_for(view, line)
            off = percent_off(view, base, units, value) if self.kind is TierValue.PERCENT else value
            shares.append(share(view, line, max(NOTHING, min(off, base, view.room(line))), units))
        return Proposal(tuple(shares))

    def value_for(self, view: View, line: BasketLine) -> Decimal:
        """Return the value that counts for ``line``."""
        measured = self._measured(view, line)
        reached = [tier for tier in self.tiers if tier.start <= measured]
        return max(reached, key=lambda tier: tier.start).value if reached else self.base

    def _measured(self, view: View, line: BasketLine) -> Decimal:
        if self.measure is TierMeasure.LINE_VALUE:
            return view.base(line, line.quantity)
        total = NOTHING
        if self.measure is TierMeasure.GOODS_VALUE:
            for each in view.basket.lines:
                total = total if each.shipping else EXACT.add(total, each.value)
            return total
        for each in view.lines(view.offer.target if self.counted is None else self.counted):
            total = EXACT.add(total, each.quantity)
        return total
