"""A shop in which every rule of pricing has its place, for the properties and for the faults that break them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AmountOff,
    AutoCharge,
    ChargeTier,
    Combination,
    CostRow,
    Coupon,
    CouponTier,
    Exclusivity,
    FormulaBasis,
    InChannel,
    InCustomerGroup,
    MarginPolicy,
    Offer,
    OfferTrigger,
    OverridePermission,
    OverridePolicy,
    PercentOff,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceRow,
    QuantityBetween,
    Selection,
    SetPrice,
    Target,
    ValueAtLeast,
)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


OFFERS = (
    Offer("PERCENT", PercentOff(Decimal("12.5")), target=Target(categories=("odd",)), priority=2),
    Offer("AMOUNT", AmountOff(eur("0.77")), target=Target(("A", "B")), priority=1),
    Offer("FIXED", SetPrice(eur("6.40")), target=Target(("B",)), conditions=(InCustomerGroup(("trade",)),)),
    Offer(
        "WEB",
        AmountOff(eur("3.33"), on_order=True),
        conditions=(InChannel(("web",)), ValueAtLeast(eur("20"))),
        valid_from=date(2026, 2, 1),
        valid_until=date(2026, 3, 31),
    ),
    Offer(
        "TEN",
        PercentOff(Decimal(10), on_order=True),
        target=Target(("A", "C")),
        conditions=(QuantityBetween(Decimal(3)),),
    ),
    Offer("SECRET", PercentOff(Decimal(20)), trigger=OfferTrigger.CODE),
    Offer("NAMED", PercentOff(Decimal(5)), trigger=OfferTrigger.DIRECT),
)
HELD = Offer("HELD", PercentOff(Decimal(30)), target=Target(("A",)), priority=9, exclusive=Exclusivity.LINE)


def shop(selection: Selection = Selection.ALL, *more: Offer) -> PriceBook:
    return PriceBook(
        "shop",
        "1",
        zone="Europe/Rome",
        combination=Combination(selection=selection),
        items=(
            Item("A", "Apple", categories=("odd",), cost=eur("4.10")),
            Item("B", "Bread", base_price=eur("7.99"), cost=eur("3.00")),
            Item("C", "Cheese", categories=("odd",), base_price=eur("12.49")),
            Item("D", "Deposit", base_price=eur("1.00"), discountable=False, coupons_allowed=False),
        ),
        lists=(
            PriceList(
                "base",
                (
                    PriceRow("A", eur("9.99")),
                    PriceRow("A", eur("9.49"), min_quantity=Decimal(5)),
                    PriceRow("A", eur("8.75"), min_quantity=Decimal(12)),
                ),
            ),
            PriceList(
                "trade",
                (
                    PriceRow(
                        "B", formula=PriceFormula(FormulaBasis.LIST, "0.9"), currency="EUR", customer_group="trade"
                    ),
                    PriceRow("C", eur("11.00"), customer="C-7"),
                ),
                PriceListType.SALE,
            ),
        ),
        costs=(CostRow("A", eur("4.50"), valid_until=date(2026, 2, 14)),),
        offers=(*OFFERS, *more),
        coupons=(
            Coupon("secret", ("SESAME",), offer="SECRET"),
            Coupon("welcome", ("WELCOME", "CIAO"), tiers=(CouponTier(eur("15"), "2"), CouponTier(eur("50"), "7"))),
            Coupon("gone", ("OLD",), tiers=(CouponTier(eur("0"), "1"),), valid_until=date(2025, 12, 31)),
        ),
        charges=(
            AutoCharge(
                "freight",
                "EUR",
                (ChargeTier("4.90", to_amount="40"), ChargeTier("0", from_amount="40")),
                tax_category="x",
            ),
        ),
        margin=MarginPolicy(Decimal(40), Decimal(20)),
        overrides=OverridePolicy((OverridePermission("agent", Decimal(10)),)),
    )


@pytest.fixture(scope="session")
def shop_with() -> Callable[..., PriceBook]:
    return shop


@pytest.fixture(scope="session")
def held() -> Offer:
    return HELD
