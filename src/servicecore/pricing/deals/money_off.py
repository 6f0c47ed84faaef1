"""The sums that benefits share: percentages with their rounding, and splits of an amount over lines."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from servicecore.kernel.allocation import Remainder, allocate
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import NOTHING, Share, View
from servicecore.pricing.deals.combination import Combination, Rounded, RoundingLevel, SplitBy
from servicecore.pricing.rounding_policy import rounding_digits

_FINEST = Decimal(1).scaleb(-20)
_WHOLE = Decimal(1)


def rounded(amount: Decimal, rounding: Rounding | None, currency: str) -> Decimal:
    """Return ``amount`` rounded, or kept to 20 decimals where there is no rounding."""
    if rounding is None:
        return amount.quantize(_FINEST, None, EXACT) if amount != amount.quantize(_FINEST, None, EXACT) else amount
    return rounding.apply(amount, currency)


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """Return ``percent`` of ``amount``, exact."""
    return EXACT.multiply(amount, percent).scaleb(-2, EXACT)


def percent_off(view: View, base: Decimal, units: Decimal, percent: Decimal) -> Decimal:
    """Return ``percent`` of ``base``, the value of ``units`` of a line, rounded as the settings say."""
    settings = view.settings
    pieces = units if settings.level is RoundingLevel.UNIT and units else _WHOLE
    each = EXACT.divide(base, pieces)
    off = _rounded_off(each, percent_of(each, percent), settings, view.basket.currency)
    return EXACT.multiply(off, pieces)


def _rounded_off(base: Decimal, off: Decimal, settings: Combination, currency: str) -> Decimal:
    rounding = settings.percent_rounding
    if settings.rounded is Rounded.PRICE and rounding is not None:
        return EXACT.subtract(base, rounded(EXACT.subtract(base, off), rounding, currency))
    return rounded(off, rounding, currency)


def share(view: View, line: BasketLine, amount: Decimal, units: Decimal, *, on_order: bool = False) -> Share:
    """Return what the view's deal takes off ``line``."""
    return Share(view.deal.id, line.id, amount, units, on_order)


def split(view: View, total: Decimal, parts: list[tuple[BasketLine, Decimal]], *, on_order: bool) -> tuple[Share, ...]:
    """Return ``total`` split over units of lines, no line beyond what may be taken off it (pricing property 1).

    ``parts`` are lines with the units that take part.
    """
    if not parts or total <= NOTHING:
        return ()
    settings, currency = view.settings, view.basket.currency
    weights = [_weight(view, line, units, on_order=on_order) for line, units in parts]
    caps = [_down(view.room(line, units), settings, currency) for line, units in parts]
    amount = min(total, sum(caps, NOTHING))
    digits = None if settings.rounding is None else rounding_digits(settings.rounding, currency)
    shares = allocate(
        Money(amount, currency),
        weights,
        keys=[line.id for line, _units in parts] if settings.remainder is Remainder.LARGEST else None,
        caps=[Money(cap, currency) for cap in caps],
        remainder=settings.remainder,
        rounding_digits=digits,
        share_mode=settings.share_mode,
    ).shares
    return tuple(
        [
            share(view, line, part.amount, units, on_order=on_order)
            for (line, units), part in zip(parts, shares, strict=True)
        ]
    )


def _down(amount: Decimal, settings: Combination, currency: str) -> Decimal:
    if settings.rounding is None:
        return amount
    digits = rounding_digits(settings.rounding, currency)
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_FLOOR, EXACT)


def _weight(view: View, line: BasketLine, units: Decimal, *, on_order: bool) -> Decimal:
    weight = view.base(line, units, on_order=on_order)
    if view.settings.split_by is SplitBy.VALUE_WITH_TAX and line.tax_rate:
        weight = rounded(
            EXACT.add(weight, percent_of(weight, line.tax_rate)), view.settings.rounding, view.basket.currency
        )
    return weight


def unit_discounts(amount: Decimal, quantity: int, currency: str) -> tuple[Decimal, ...]:
    """Return a line's discount by unit: equal parts, the first units take the last minor units (property 42).

    ``amount`` has the currency's decimals.
    """
    whole = Money(amount, currency)
    base = whole.to_minor() // quantity
    more = whole.to_minor() - base * quantity
    return tuple([Money.from_minor(base + (1 if unit < more else 0), currency).amount for unit in range(quantity)])
