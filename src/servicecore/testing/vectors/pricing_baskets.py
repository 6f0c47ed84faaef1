"""The basket of a pricing vector: its lines, ways of shipping and customer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.catalogue_promotions import CatalogueItem
from servicecore.pricing.promotions.basket import Basket, BasketCustomer, BasketLine
from servicecore.testing.vectors.pricing_catalogue import price_of
from servicecore.testing.vectors.pricing_conditions import pairs
from servicecore.testing.vectors.verdict import NotSupported

_KNOWN: Final = "known"


def basket_of(given: Mapping[str, Any], semantics: Mapping[str, Any]) -> Basket:
    """Return the basket of an input, catalogue promotions applied."""
    lines = [_line(each, given, semantics) for each in given.get("lines", ())]
    lines.extend(
        BasketLine(
            each["id"],
            each["id"],
            Decimal(1),
            each["price"],
            shipping=True,
            tax_rate=each.get("tax_rate", 0),
            attributes=tuple(pairs(each.get("attrs") or {})),
        )
        for each in given.get("shipping") or ()
    )
    cart = tuple(pairs(given.get("cart_attrs") or {}))
    return Basket(
        given.get("currency", "EUR"),
        tuple(lines),
        customer_of(given),
        given.get("channel") or "",
        cart,
        tuple(given.get("codes", ())),
        ignore_automatic=bool((given.get("options") or {}).get("ignore_automatic")),
    )


def customer_of(given: Mapping[str, Any]) -> BasketCustomer:
    """Return the customer of an input."""
    customer = given.get("customer") or {}
    placed = sum(1 for each in given.get("history", ()) if each.get("state") != "cancelled")
    used = int(given.get("used_by_customer", 0))
    uses = [(each["id"], used + _orders_with(each, given)) for each in given.get("promotions", ())]
    # Somebody whose orders are counted is known, by whatever name.
    nameless = _KNOWN if "completed_orders" in customer else ""
    return BasketCustomer(
        customer.get("id", nameless),
        bool(customer.get("guest")),
        tuple(customer.get("groups", ())),
        tuple(customer.get("flags", ())),
        int(customer.get("completed_orders", placed)),
        tuple(each for each in uses or [("asked", used)] if each[1]),
    )


def _orders_with(promotion: Mapping[str, Any], given: Mapping[str, Any]) -> int:
    """Return how many orders before, cancelled ones left out, carry a code of the promotion."""
    own = {promotion.get("code"), *(each["code"] for each in promotion.get("codes") or ())}
    orders = [each for each in given.get("history", ()) if each.get("state") != "cancelled"]
    return sum(1 for each in orders if own.intersection(each.get("codes", ())))


def _line(each: Mapping[str, Any], given: Mapping[str, Any], semantics: Mapping[str, Any]) -> BasketLine:
    quantity = Decimal(each["quantity"])
    price = _price(each, quantity)
    before = None
    attributes = each.get("attrs") or {}
    sku = each.get("sku", each["id"])
    if given.get("catalogue_promotions"):
        item = CatalogueItem(each.get("variant", sku), price, sku, tuple(attributes.get("taxons", ())))
        before = price
        price = price_of(item, given, semantics.get("catalogue_promotions", {}).get("rounding", {})).amount
    return BasketLine(
        each["id"],
        sku,
        quantity,
        price,
        each.get("min_unit_price", 0),
        before,
        bool(each.get("discountable", True)),
        tax_rate=each.get("tax_rate", 0),
        attributes=tuple(pairs(attributes)),
    )


def _price(each: Mapping[str, Any], quantity: Decimal) -> Decimal:
    overridden, stated, value = (each.get(name) for name in ("override_unit_price", "unit_price", "line_value"))
    if overridden is not None:
        return Decimal(overridden)
    if stated is None:
        return EXACT.divide(Decimal(each["line_value"]), quantity)
    price = Decimal(stated)
    if value is not None and EXACT.multiply(price, quantity) != Decimal(value):
        raise NotSupported(f"a line_value {value} of {quantity} at {stated}")
    if stated not in {each.get("unit_price_net", stated), each.get("unit_price_gross", stated)}:
        raise NotSupported(f"a unit_price {stated} that is neither net nor gross")
    return price
