"""The kind of pricing vectors on catalogue prices: what lowers a price before there is a cart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.kernel.rounding import HALF_UP, Rounding, RoundingMode
from servicecore.pricing.catalogue_promotions import (
    CatalogueItem,
    CataloguePrice,
    CataloguePromotion,
    catalogue_price,
)
from servicecore.testing.vectors.pricing_offers import day_of, refuse_hours
from servicecore.testing.vectors.pricing_shapes import refuse_unread
from servicecore.testing.vectors.shapes import refuse_unasked
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_SCOPES: Final = MappingProxyType({"variant": "variants", "product": "products", "taxon": "categories"})
_ANY_DAY: Final = date(2026, 1, 15)


def promotions_of(given: Mapping[str, Any]) -> tuple[CataloguePromotion, ...]:
    """Return the catalogue promotions of an input.

    Raises:
        NotSupported: a benefit or scope that nobody mapped yet.

    """
    found = []
    for each in given.get("catalogue_promotions", ()):
        if not each.get("enabled", True):
            continue
        benefit = each["benefit"]
        if benefit["type"] not in {"percent", "amount"}:
            raise NotSupported(f"the catalogue benefit {benefit}")
        if "channel" in given and benefit.get("channel", given["channel"]) != given["channel"]:
            # Its amount is one for another channel: here it gives nothing.
            continue
        scopes: dict[str, tuple[str, ...]] = {}
        for scope in each["scopes"]:
            name = _SCOPES.get(scope["type"])
            if name is None:
                raise NotSupported(f"the scope {scope}")
            scopes[name] = (*scopes.get(name, ()), scope["value"])
        valid = each.get("valid") or {}
        found.append(
            CataloguePromotion(
                each["id"],
                percent=benefit["value"] if benefit["type"] == "percent" else None,
                amount=benefit["value"] if benefit["type"] == "amount" else None,
                channels=tuple(each["channels"]) if "channels" in each else None,
                priority=int(each.get("priority", 0)),
                exclusive=bool(each.get("exclusive", False)),
                valid_from=day_of(valid.get("from")),
                valid_until=day_of(valid.get("to")),
                variants=scopes.get("variants", ()),
                products=scopes.get("products", ()),
                categories=scopes.get("categories", ()),
            )
        )
    return tuple(found)


def price_of(item: CatalogueItem, given: Mapping[str, Any], rounding: Mapping[str, Any]) -> CataloguePrice:
    """Return the catalogue price of ``item`` under an input's promotions."""
    mode = RoundingMode(rounding.get("mode", "half_up"))
    return catalogue_price(
        item,
        promotions_of(given),
        given["currency"],
        channel=given.get("channel", ""),
        day=(day_of(given.get("at")) or _ANY_DAY).toordinal(),
        rounding=HALF_UP if mode is RoundingMode.HALF_UP else Rounding(mode),
    )


def check_catalogue_price(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the price that is asked for, or every price that is expected."""
    given, expected = vector["input"], vector["expected"]
    refuse_unread("catalogue_price", given)
    refuse_unasked(expected, "price", "prices")
    for each in given.get("catalogue_promotions", ()):
        refuse_hours(each.get("valid") or {}, given.get("at"))
    rules = vector["semantics"].get("catalogue_promotions", {})
    if rules.get("base") != "remaining":
        raise NotSupported(f"catalogue promotions on {rules.get('base')}")
    wanted = dict(expected.get("prices") or {})
    if "price" in expected:
        wanted[given["ask"]["variant"]] = expected["price"]
    items = {each["variant"]: each for each in given["items"]}
    mismatches: tuple[Mismatch, ...] = ()
    for variant, price in wanted.items():
        got = price_of(_item(items[variant], given), given, rules.get("rounding", {}))
        mismatches += _compare(f"prices.{variant}", price, got)
    return mismatches


def _item(each: Mapping[str, Any], given: Mapping[str, Any]) -> CatalogueItem:
    price = each["price_by_channel"][given["channel"]] if "price_by_channel" in each else each["price"]
    return CatalogueItem(
        each["variant"],
        price,
        each.get("product", ""),
        tuple(each.get("taxons", ())),
        each.get("original_price"),
        each.get("min_price", 0),
    )


def _compare(field: str, price: Mapping[str, Any], got: CataloguePrice) -> tuple[Mismatch, ...]:
    mismatches: tuple[Mismatch, ...] = ()
    for name, value in price.items():
        if name == "promotions":
            mismatches += compare(f"{field}.{name}", sorted(value), sorted(got.promotions))
        elif name == "promotion_count":
            mismatches += compare(f"{field}.{name}", value, len(got.promotions))
        elif name in {"amount", "original_amount"}:
            mismatches += compare(f"{field}.{name}", Decimal(value), getattr(got, name))
        else:
            raise NotSupported(f"the field {name}")
    return mismatches


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"catalogue_price": check_catalogue_price})
"""Vector kind to its check."""
