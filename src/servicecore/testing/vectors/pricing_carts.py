"""The kind of pricing vectors on carts: baskets, offers and codes, and every figure that is expected of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.apply_to_basket import BasketOutcome, apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.money_off import unit_discounts
from servicecore.pricing.promotions.offer import Offer, OfferTrigger
from servicecore.pricing.promotions.offer_codes import PastOrder
from servicecore.testing.vectors.pricing_baskets import basket_of
from servicecore.testing.vectors.pricing_offers import day_of, offers_of
from servicecore.testing.vectors.pricing_reasons import named_like
from servicecore.testing.vectors.pricing_settings import settings_of
from servicecore.testing.vectors.pricing_shapes import refuse_unread
from servicecore.testing.vectors.pricing_tax import document_of
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_ANY_DAY: Final = date(2026, 1, 15)
_ZERO: Final = Decimal(0)
_NEAR: Final = Decimal("1e-9")


@frozen
class _Played:
    given: Mapping[str, Any]
    semantics: Mapping[str, Any]
    basket: Basket
    day: int
    offers: tuple[Offer, ...]
    outcome: BasketOutcome

    @property
    def goods(self) -> list[BasketLine]:
        return [line for line in self.basket.lines if not line.shipping]

    @property
    def shipping(self) -> list[BasketLine]:
        return [line for line in self.basket.lines if line.shipping]

    def discount(self, lines: list[BasketLine]) -> Decimal:
        return sum((self.outcome.discount(line.id) for line in lines), _ZERO)

    def value(self, lines: list[BasketLine]) -> Decimal:
        return sum((line.value for line in lines), _ZERO)


def check_cart(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what offers make of a cart, field by field as far as expected."""
    refuse_unread("cart_promotions", vector["input"])
    expected = vector["expected"]
    if expected.get("error") is None:
        return _compared(_play(vector), {name: value for name, value in expected.items() if name != "error"})
    try:
        _play(vector)
    except InvalidValue:
        return ()
    return (Mismatch("error", str(expected["error"]), "none"),)


def _play(vector: Mapping[str, Any]) -> _Played:
    given, semantics = vector["input"], vector["semantics"]
    settings = settings_of(semantics)
    offers = offers_of(given, settings)
    direct = tuple(offer.id for offer in offers if offer.trigger is OfferTrigger.DIRECT)
    basket = evolve(basket_of(given, semantics), direct=direct)
    day = (day_of(given.get("at")) or _ANY_DAY).toordinal()
    history = tuple(
        PastOrder(tuple(each.get("codes", ())), each.get("state") == "cancelled") for each in given.get("history", ())
    )
    outcome = apply_to_basket(offers, settings, basket, day, history)
    return _Played(given, semantics, basket, day, offers, outcome)


def _compared(played: _Played, expected: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    mismatches: tuple[Mismatch, ...] = ()
    for name, value in expected.items():
        compared = _FIELDS.get(name)
        if compared is None:
            raise NotSupported(f"the expected field {name}")
        mismatches += compared(played, value)
    return mismatches


def _near(field: str, expected: object, got: Decimal) -> tuple[Mismatch, ...]:
    wanted = Decimal(str(expected))
    # Where a system does not round, its figures carry the last digits of a binary fraction.
    return () if abs(wanted - got) < _NEAR else (Mismatch(field, str(wanted), str(got)),)


def _adjustments(played: _Played, expected: list[Mapping[str, Any]]) -> tuple[Mismatch, ...]:
    got = _by_offer_and_line(played)
    wanted: dict[tuple[str, str], Decimal] = {}
    for each in expected:
        key = (each["promotion"], each.get("line") or each["shipping"])
        wanted[key] = wanted.get(key, _ZERO) + Decimal(each["amount"])
    mismatches = compare("adjustments", sorted(wanted), sorted(got))
    for key in wanted.keys() & got.keys():
        mismatches += _near(f"adjustments.{key[0]}.{key[1]}", wanted[key], got[key])
    return mismatches


def _by_offer_and_line(played: _Played) -> dict[tuple[str, str], Decimal]:
    got: dict[tuple[str, str], Decimal] = {}
    taken = [(share.offer, share.line, share.amount) for share in played.outcome.shares]
    for offer, line, amount in (*taken, *((each.offer, each.item, each.discount) for each in played.outcome.added)):
        got[offer, line] = EXACT.add(got.get((offer, line), _ZERO), amount)
    return got


def _lines(played: _Played, expected: Mapping[str, Mapping[str, Any]]) -> tuple[Mismatch, ...]:
    mismatches: tuple[Mismatch, ...] = ()
    lines = {line.id: line for line in played.basket.lines}
    for name, fields in expected.items():
        for field, value in fields.items():
            compared = _LINE_FIELDS.get(field)
            if compared is None:
                raise NotSupported(f"the field {field} of a line")
            mismatches += compared(played, lines[name], value)
    return mismatches


def _items_only(played: _Played, line: BasketLine) -> Decimal:
    return sum((share.amount for share in played.outcome.shares if share.line == line.id and not share.on_order), _ZERO)


def _each_unit(played: _Played, line: BasketLine, value: list[str]) -> tuple[Mismatch, ...]:
    off = played.outcome.discount(line.id)
    got = unit_discounts(off, int(line.quantity), played.basket.currency)
    catalogue = _ZERO if line.list_price is None else EXACT.subtract(line.list_price, line.unit_price)
    field = f"lines.{line.id}.unit_discounts"
    return compare(field, [Decimal(each) for each in value], [EXACT.add(each, catalogue) for each in got])


def _used(played: _Played, line: BasketLine) -> Decimal:
    return dict(played.outcome.units_used).get(line.id, _ZERO)


_LineField = Callable[[_Played, BasketLine, Any], tuple[Mismatch, ...]]
_LINE_FIELDS: Final[Mapping[str, _LineField]] = MappingProxyType(
    {
        "discount": lambda played, line, value: _near(
            f"lines.{line.id}.discount", value, played.outcome.discount(line.id)
        ),
        "item_discount": lambda played, line, value: _near(
            f"lines.{line.id}.item_discount", value, _items_only(played, line)
        ),
        "unit_discounts": _each_unit,
        "units_used": lambda played, line, value: _near(f"lines.{line.id}.units_used", value, _used(played, line)),
        "total": lambda played, line, value: _near(
            f"lines.{line.id}.total", value, line.value - played.outcome.discount(line.id)
        ),
        "total_gross": lambda played, line, value: _near(
            f"lines.{line.id}.total_gross", value, _document(played).gross_of(line.id)
        ),
        "unit_price_after_item_discounts": lambda played, line, value: _near(
            f"lines.{line.id}.unit_price_after_item_discounts",
            value,
            EXACT.divide(line.value - _items_only(played, line), line.quantity),
        ),
    }
)


def _document(played: _Played) -> Any:
    return document_of(played.given, played.semantics, played.basket, played.outcome)


def _applications(played: _Played, expected: Mapping[str, Mapping[str, Any]]) -> tuple[Mismatch, ...]:
    direct = {offer.id: (0, _ZERO, True) for offer in played.offers if offer.skip_conditions}
    got = {
        **direct,
        **{each.offer: (each.times, each.amount, each.touches_goods) for each in played.outcome.applications},
    }
    # An offer that is stated with no application is one that was not applied.
    none = {name: (0, _ZERO, True) for name, wanted in expected.items() if not int(wanted.get("times", 1))}
    got = {**none, **got}
    mismatches = compare("applications", sorted(expected), sorted(got))
    for name in expected.keys() & got.keys():
        times, amount, goods = got[name]
        wanted = expected[name]
        mismatches += compare(f"applications.{name}.times", int(wanted.get("times", times)), times)
        mismatches += _near(f"applications.{name}.amount", wanted.get("amount", amount), amount)
        mismatches += (
            compare(f"applications.{name}.affects", wanted.get("affects") == "shipping", not goods)
            if ("affects" in wanted)
            else ()
        )
    return mismatches


def _totals(played: _Played, expected: Mapping[str, str]) -> tuple[Mismatch, ...]:
    mismatches: tuple[Mismatch, ...] = ()
    goods, shipping = played.goods, played.shipping
    currency = played.basket.currency
    added = sum((EXACT.multiply(each.unit_price, each.quantity) for each in played.outcome.added), _ZERO)
    items = played.value(goods) + added
    exact = items - played.discount(goods) - sum((each.discount for each in played.outcome.added), _ZERO)
    whole = (
        exact if played.semantics.get("rounding", {}).get("mode") == "none" else Money(exact, currency).round().amount
    )
    off = items - whole
    carried = played.value(shipping) - played.discount(shipping)
    if played.semantics.get("profile") in {"medusa2", "solidus_promotions"}:
        off += played.discount(shipping)
    figures = {
        "items": items,
        "items_after_discount": whole,
        "discount": off,
        "shipping": carried,
        "total": whole + carried + _tax_on_top(played),
    }
    for name, value in expected.items():
        got = figures[name] if name in figures else _document(played).figure(name)
        mismatches += _near(f"totals.{name}", value, got)
    return mismatches


def _tax_on_top(played: _Played) -> Decimal:
    """Return the tax that is paid beside the prices: none where they include it, or where nothing is taxed."""
    taxed = any(line.tax_rate for line in played.basket.lines) or "rate" in played.semantics.get("tax", {})
    if not taxed or played.semantics.get("tax", {}).get("prices_include"):
        return _ZERO
    tax: Decimal = _document(played).figure("tax")
    return tax


def _rejected(played: _Played, expected: list[Mapping[str, str]]) -> tuple[Mismatch, ...]:
    codes = dict(played.outcome.codes)
    got: dict[str, str] = {}
    for each in played.outcome.refused:
        got.setdefault(each.rule, each.reason.code)
        if each.rule in codes:
            got.setdefault(codes[each.rule], each.reason.code)
    mismatches: tuple[Mismatch, ...] = ()
    for offer in played.offers:
        outside = offer.outside_dates(played.day)
        if outside is not None:
            got.setdefault(offer.id, outside.code)
    for wanted in expected:
        name = wanted.get("code") or wanted["promotion"]
        reason = got.get(name, "")
        if not named_like(reason, wanted["reason"]):
            mismatches += (Mismatch(f"rejected.{name}", wanted["reason"], reason or "accepted"),)
    return mismatches


def _removed(played: _Played, expected: list[Mapping[str, str]]) -> tuple[Mismatch, ...]:
    # A quote is made afresh: every earlier adjustment goes, and what still holds is there again.
    rows = [*played.given.get("lines", ()), *(played.given.get("shipping") or ())]
    got = [
        {"adjustment": adjustment["id"], "promotion": adjustment["promotion"]}
        for row in rows
        for adjustment in row.get("applied", ())
    ]
    return compare("removed", _sorted(expected), _sorted(got))


def _sorted(rows: list[Any]) -> list[list[tuple[str, str]]]:
    return sorted([sorted((str(name), str(value)) for name, value in row.items()) for row in rows])


def _added(played: _Played, expected: list[Mapping[str, str]]) -> tuple[Mismatch, ...]:
    wanted = sorted((each["sku"], Decimal(each["quantity"]), Decimal(each["discount"])) for each in expected)
    return compare(
        "added_lines", wanted, sorted((each.item, each.quantity, each.discount) for each in played.outcome.added)
    )


def _applied(played: _Played, expected: list[str]) -> tuple[Mismatch, ...]:
    return compare("applied", sorted(expected), sorted(each.offer for each in played.outcome.applications))


def _accepted(played: _Played, expected: list[str]) -> tuple[Mismatch, ...]:
    return compare("accepted", sorted(expected), sorted(code for _deal, code in played.outcome.codes))


def _multiset(played: _Played, expected: list[str]) -> tuple[Mismatch, ...]:
    got = sorted(played.outcome.discount(line.id) for line in played.goods)
    return compare("line_discounts_multiset", sorted(Decimal(each) for each in expected), got)


_Field = Callable[[_Played, Any], tuple[Mismatch, ...]]
_FIELDS: Final[Mapping[str, _Field]] = MappingProxyType(
    {
        "adjustments": _adjustments,
        "lines": _lines,
        "applications": _applications,
        "totals": _totals,
        "rejected": _rejected,
        "removed": _removed,
        "added_lines": _added,
        "applied": _applied,
        "accepted": _accepted,
        "line_discounts_multiset": _multiset,
        "applied_promotion_count": lambda played, expected: compare(
            "applied_promotion_count", int(expected), len(played.outcome.applications)
        ),
        "adjustment_count": lambda played, expected: compare(
            "adjustment_count", int(expected), len(_by_offer_and_line(played))
        ),
    }
)

KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"cart_promotions": check_cart})
"""Vector kind to its check."""
