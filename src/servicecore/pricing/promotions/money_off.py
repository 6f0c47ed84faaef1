"""The sums that benefits share: percentages with their rounding, and splits of an amount over lines."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from servicecore.kernel.allocation import Remainder, allocate
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, Share, View
from servicecore.pricing.promotions.combination import Combination, Rounded, RoundingLevel, SplitBy
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


def set_off(worth: Decimal, times: Decimal, price: Money | None, amount: Money | None, percent: Decimal) -> Decimal:
    """Return what comes off goods of ``worth``, which cost ``times`` the price, or are as often the amount less.

    Without both ``percent`` of their worth. A price above the worth gives a figure below 0.
    """
    if price is not None:
        return EXACT.subtract(worth, EXACT.multiply(price.amount, times))
    if amount is not None:
        return min(EXACT.multiply(amount.amount, times), worth)
    return percent_of(worth, percent)


def currency_of(price: Money | None, amount: Money | None) -> str:
    """Return the currency of a price or an amount, empty where there is neither."""
    money = amount if price is None else price
    return "" if money is None else money.currency


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
    """Return what the view's offer takes off ``line``."""
    return Share(view.offer.id, line.id, amount, units, on_order)


def split(view: View, total: Decimal, parts: list[tuple[BasketLine, Decimal]], *, on_order: bool) -> tuple[Share, ...]:
    """Return ``total`` split over units of lines, no line beyond what may be taken off it (pricing property 1).

    ``parts`` are lines with the units that take part.
    """
    if not parts or total <= NOTHING:
        return ()
    settings, currency = view.settings, view.basket.currency
    weights = [_weight(view, line, units, on_order=on_order) for line, units in parts]
    whole = _whole(settings)
    digits = None if whole is None else rounding_digits(whole, currency)
    caps = [_down(view.room(line, units, on_order=on_order), digits) for line, units in parts]
    room = sum(caps, NOTHING)
    # All that there is needs no rounding, even between two cash steps.
    amount = room if total >= room else min(rounded(total, whole, currency), room)
    shares = allocate(
        Money(amount, currency),
        weights,
        keys=_places(parts) if settings.remainder is Remainder.LARGEST else None,
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


def _places(parts: list[tuple[BasketLine, Decimal]]) -> list[int]:
    """Return the rank of each line by its id, so that the order of the lines does not matter; 2 comes before 10."""
    ranked = sorted([line.id for line, _units in parts], key=lambda each: (len(each), each))
    return [ranked.index(line.id) for line, _units in parts]


def _whole(settings: Combination) -> Rounding | None:
    """Return the rounding of shares; only an exact split may leave fractions of a cent."""
    return HALF_UP if settings.rounding is None and settings.remainder is not Remainder.EXACT else settings.rounding


def _down(amount: Decimal, digits: int | None) -> Decimal:
    return amount if digits is None else amount.quantize(Decimal(1).scaleb(-digits), ROUND_FLOOR, EXACT)


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
