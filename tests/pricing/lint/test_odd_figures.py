"""The linter on figures that nobody means: each finding with its book, its place, and the same book without it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AmountOff,
    AutoCharge,
    CataloguePromotion,
    ChargeTier,
    Coupon,
    CouponTier,
    CouponValue,
    Offer,
    OfferLimits,
    PercentOff,
    PriceBook,
    PriceList,
    PriceListType,
    PriceRow,
    Target,
)
from servicecore.pricing.lint import lint_book

TEA = Item("TEA", "Tea", base_price=Money("10.00", "EUR"), lowest_price=Money("8.00", "EUR"))
ONLY_TEA = Target(("TEA",))
SOUND = PriceBook(
    "shop",
    "1",
    items=(TEA,),
    offers=(Offer("TENTH", PercentOff(10), target=ONLY_TEA), Offer("FIFTH", PercentOff(20), target=ONLY_TEA)),
    coupons=(
        Coupon("SPRING", ("SPRING",), tiers=(CouponTier(Money("20", "EUR"), 5), CouponTier(Money("50", "EUR"), 8))),
    ),
    charges=(AutoCharge("freight", "EUR", (ChargeTier("4.90"),)),),
    catalogue_promotions=(CataloguePromotion("SALE", percent=Decimal(5), variants=("TEA",)),),
)


def _coupon(*tiers: CouponTier) -> PriceBook:
    return evolve(SOUND, coupons=(Coupon("SPRING", ("SPRING",), tiers=tiers),))


def _tier(minimum: str, value: str, kind: CouponValue = CouponValue.FIXED) -> CouponTier:
    return CouponTier(Money(minimum, "EUR"), Decimal(value), kind)


def _row(kind: PriceListType) -> PriceList:
    return PriceList("rows", (PriceRow("TEA", Money("30.00", "EUR")),), type=kind)


@pytest.mark.parametrize(
    ("book", "code", "path"),
    [
        (
            evolve(SOUND, offers=(Offer("T", PercentOff("0.10"), target=ONLY_TEA),)),
            "lint.percent_tiny",
            "offers[0].benefits[0].percent",
        ),
        (_coupon(_tier("20", "0.05", CouponValue.PERCENT)), "lint.percent_tiny", "coupons[0].tiers[0].value"),
        (
            evolve(SOUND, catalogue_promotions=(CataloguePromotion("S", percent=Decimal("0.2"), variants=("TEA",)),)),
            "lint.percent_tiny",
            "catalogue_promotions[0].percent",
        ),
        (_coupon(_tier("20", "5"), _tier("50", "2")), "lint.coupon_tier_falls", "coupons[0].tiers[1]"),
        (_coupon(_tier("50", "2"), _tier("20", "5")), "lint.coupon_tier_falls", "coupons[0].tiers[0]"),
        (
            evolve(SOUND, items=(evolve(TEA, lowest_price=Money("10.01", "EUR")),)),
            "lint.lowest_price_above",
            "items[0].lowest_price",
        ),
        (
            evolve(
                SOUND,
                items=(evolve(TEA, lowest_price=Money("10.01", "EUR")),),
                lists=(_row(PriceListType.SALE),),
            ),
            "lint.lowest_price_above",
            "items[0].lowest_price",
        ),
        (
            evolve(SOUND, offers=(*SOUND.offers, Offer("AGAIN", PercentOff(10), name="x", target=ONLY_TEA))),
            "lint.offer_twice",
            "offers[2]",
        ),
        (
            evolve(SOUND, offers=(Offer("T", AmountOff(Money("1", "USD")), target=ONLY_TEA),)),
            "lint.currency_unsold",
            "offers[0].benefits",
        ),
        (
            evolve(SOUND, charges=(AutoCharge("freight", "USD", (ChargeTier("4.90"),)),)),
            "lint.currency_unsold",
            "charges[0].currency",
        ),
    ],
)
def test_what_nobody_means_is_found_at_its_place(book: PriceBook, code: str, path: str) -> None:
    assert [(each.code, each.path) for each in lint_book(book) if each.code == code] == [(code, path)]


@pytest.mark.parametrize(
    "book",
    [
        SOUND,
        _coupon(_tier("20", "10", CouponValue.FIXED), _tier("50", "5", CouponValue.PERCENT)),  # of another kind
        _coupon(_tier("20", "5"), _tier("50", "5")),
        evolve(SOUND, offers=(Offer("T", PercentOff(1), target=ONLY_TEA),)),
        evolve(SOUND, items=(evolve(TEA, lowest_price=Money("10.00", "EUR")),)),
        evolve(SOUND, items=(evolve(TEA, lowest_price=Money("20", "EUR")),), lists=(_row(PriceListType.BASE),)),
        evolve(
            SOUND, offers=(*SOUND.offers, Offer("ONCE", PercentOff(10), target=ONLY_TEA, limits=OfferLimits(total=5)))
        ),
    ],
)
def test_what_may_be_meant_is_not_found(book: PriceBook) -> None:
    odd = {"percent_tiny", "coupon_tier_falls", "lowest_price_above", "offer_twice", "currency_unsold"}
    assert [each for each in lint_book(book) if each.code.removeprefix("lint.") in odd] == []
