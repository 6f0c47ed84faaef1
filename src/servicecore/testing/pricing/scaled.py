"""Books with all their money multiplied, to compare a shop with the same shop in other figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import evolve

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing import (
    ChargeKind,
    ChargeTier,
    CouponTier,
    CouponValue,
    PriceBook,
    PriceFormula,
    RoundingPolicy,
)
from servicecore.testing.pricing.probe import without_offers

_DIGITS: Final = 12


def scaled(value: Any, factor: Decimal) -> Any:
    """Return an attrs value with every amount of money in it, at any depth, times ``factor``."""
    if isinstance(value, Money):
        return value * factor
    if isinstance(value, tuple):
        return tuple([scaled(each, factor) for each in value])
    if not attrs.has(type(value)):
        return value
    changes = {
        attribute.name: scaled(getattr(value, attribute.name), factor)
        for attribute in attrs.fields(type(value))
        if attribute.init and not attribute.name.startswith("_")
    }
    return evolve(value, **(changes | _bare_amounts(value, factor)))


def _bare_amounts(value: Any, factor: Decimal) -> dict[str, Any]:
    """Return the fields of ``value`` that are money without saying so, times ``factor``."""
    if isinstance(value, PriceFormula):
        return {"amount": EXACT.multiply(value.amount, factor)}
    if isinstance(value, CouponTier) and value.kind is not CouponValue.PERCENT:
        return {"value": EXACT.multiply(value.value, factor)}
    if isinstance(value, ChargeTier):
        ends = {"from_amount": value.from_amount, "to_amount": value.to_amount}
        ends |= {} if value.kind is ChargeKind.PERCENT else {"value": value.value}
        return {name: None if end is None else EXACT.multiply(end, factor) for name, end in ends.items()}
    return {}


def with_digits(book: PriceBook, currency: str, more: int) -> PriceBook:
    """Return the book with every rounding to ``more`` decimals beyond its own, in carts of ``currency``."""
    finer: PriceBook = _rounded(book, lambda rounding: _finer(rounding, currency, more))
    return finer


def finest(book: PriceBook) -> PriceBook:
    """Return the book with every rounding of lines as fine as it goes: nearly none."""
    fine = Rounding(digits=_DIGITS)
    return evolve(book, rounding=RoundingPolicy(line=fine, subtotal=fine, unit_price=book.rounding.unit_price))


def without_prices(book: PriceBook) -> PriceBook:
    """Return the book with every price of goods and every cost 0, without charges and formulas."""
    zero = Decimal(0)
    items = tuple(
        evolve(
            item,
            base_price=None if item.base_price is None else item.base_price * zero,
            cost=None if item.cost is None else item.cost * zero,
        )
        for item in book.items
    )
    lists = tuple(
        evolve(
            each,
            rows=tuple(
                evolve(row, formula=None, amount=Money(zero, row.currency), currency=row.currency) for row in each.rows
            ),
        )
        for each in book.lists
    )
    return evolve(book, items=items, lists=lists, charges=(), margin=None)


def same_prices(book: PriceBook) -> PriceBook:
    """Return the book without what takes an amount off or adds one: offers, coupons and charges."""
    return evolve(without_offers(book), charges=())


def _finer(rounding: Rounding, currency: str, more: int) -> Rounding:
    if rounding.step is not None:
        return Rounding(rounding.mode, step=rounding.step.scaleb(-more))
    digits = currency_digits(currency) if rounding.digits is None else rounding.digits
    return Rounding(rounding.mode, min(digits + more, _DIGITS))


def _rounded(value: Any, change: Any) -> Any:
    if isinstance(value, Rounding):
        return change(value)
    if isinstance(value, tuple):
        return tuple([_rounded(each, change) for each in value])
    if isinstance(value, Money) or not attrs.has(type(value)):
        return value
    changes = {
        attribute.name: _rounded(getattr(value, attribute.name), change)
        for attribute in attrs.fields(type(value))
        if attribute.init and not attribute.name.startswith("_")
    }
    return evolve(value, **changes)
