"""The demonstration's shop: its catalogue, price book, service hours, service level and tax rates."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from servicecore.cases import CasePolicy, Metric, SlaPolicy, Target
from servicecore.catalog import Item
from servicecore.engine import Settings
from servicecore.kernel.money import Money
from servicecore.kernel.workcalendar import WorkCalendar
from servicecore.orders import OrderPolicy
from servicecore.plugins.settings import PluginSettings
from servicecore.pricing import (
    AutoCharge,
    ChargeTier,
    Coupon,
    CouponTier,
    CouponValue,
    MarginPolicy,
    Offer,
    OverridePolicy,
    PercentOff,
    PriceBook,
    PriceList,
    PriceListType,
    PriceRow,
    QuantityBetween,
)
from servicecore.pricing import (
    Target as Goods,
)

GATEWAY: Final = "scripted"


def _eur(amount: str) -> Money:
    return Money(amount, "EUR")


def shop_book() -> PriceBook:
    """Return the price book: four items, quantity breaks, an offer, a coupon, freight and a margin alert."""
    return PriceBook(
        id="bottega",
        version="2026-spring",
        items=(
            Item("MACHINE-2G", "Espresso machine, two groups", base_price=_eur("2490.00"), cost=_eur("1720.00")),
            Item("GRINDER", "Grinder", base_price=_eur("389.00"), cost=_eur("261.00")),
            Item("BEANS-1KG", "House blend, 1 kg", categories=("coffee",), cost=_eur("13.20")),
            Item("DESCALER", "Descaler, 10 sachets", base_price=_eur("14.90"), cost=_eur("4.10")),
        ),
        lists=(
            PriceList(
                "beans",
                (
                    PriceRow("BEANS-1KG", _eur("24.00")),
                    PriceRow("BEANS-1KG", _eur("21.50"), min_quantity=Decimal(12)),
                    PriceRow("BEANS-1KG", _eur("19.80"), min_quantity=Decimal(48)),
                ),
            ),
            PriceList(
                "bars",
                (
                    PriceRow(
                        "GRINDER",
                        _eur("349.00"),
                        customer_group="bars",
                        valid_from=date(2026, 3, 1),
                        valid_until=date(2026, 5, 31),
                    ),
                ),
                PriceListType.SALE,
            ),
        ),
        offers=(
            Offer(
                "SPRING",
                PercentOff(Decimal(10)),
                name="coffee",
                target=Goods(categories=("coffee",)),
                conditions=(QuantityBetween(Decimal(12)),),
                valid_from=date(2026, 3, 1),
                valid_until=date(2026, 4, 30),
            ),
            Offer(
                "BULK-CLEAN",
                PercentOff(Decimal(25)),
                name="Descaler: a quarter off from 6 packs",
                target=Goods(items=("DESCALER",)),
                conditions=(QuantityBetween(Decimal(6)),),
            ),
        ),
        coupons=(
            Coupon(
                "WELCOME",
                codes=("BENVENUTI",),
                tiers=(CouponTier(_eur("250.00"), Decimal(25), CouponValue.FIXED),),
                limit_per_customer=1,
            ),
        ),
        charges=(
            AutoCharge(
                "freight",
                "EUR",
                (
                    ChargeTier(Decimal("9.50"), to_amount=Decimal(500)),
                    ChargeTier(Decimal(0), from_amount=Decimal(500)),
                ),
            ),
        ),
        margin=MarginPolicy(acceptable_percent=Decimal(40), questionable_percent=Decimal(20)),
        overrides=OverridePolicy(reasons=("loyalty", "complaint", "price_match")),
        zone="Europe/Rome",
    )


def shop_settings() -> Settings:
    """Return the settings: Rome's service hours, a service level with a warning, VAT of two countries."""
    day = [["09:00", "13:00"], ["14:00", "18:00"]]
    hours = WorkCalendar.from_json(
        {
            "tz": "Europe/Rome",
            "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day),
            "holidays": {"2026-04-06": "Easter Monday"},
        }
    )
    level = SlaPolicy(
        "gold",
        targets=(
            Target("high", Metric.FIRST_RESPONSE, timedelta(hours=2)),
            Target("high", Metric.RESOLUTION, timedelta(hours=8)),
        ),
        calendar="rome",
        warn_ratios=(Decimal("0.75"),),
    )
    return Settings(
        cases=CasePolicy(calendars=(("rome", hours),), sla_policies=(level,), default_sla="gold"),
        orders=OrderPolicy(card_gateway=GATEWAY),
        plugins=PluginSettings(
            plugins={
                "rate-table": {"rates": [{"country": "IT", "rate": "0.22"}, {"country": "DE", "rate": "0.19"}]},
                "order-value": {"new_customer_limits": {"EUR": "3000"}, "score": 60},
            }
        ),
    )
