"""The call-centre vectors on coupons (CC 11): each runs through an installation, as an agent would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.engine import Desk, ServiceCore, Settings
from servicecore.errors import Refused
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.ids import CountingIds
from servicecore.kernel.money import Money
from servicecore.orders import OnAccount, PlaceOrder
from servicecore.pricing import Cart, CartLine, Coupon, CouponTier, CouponValue, PriceBook, Quote
from servicecore.pricing.campaigns import (
    ActivateCampaign,
    CampaignTerms,
    ChangeCampaign,
    CreateCampaign,
    IssueCodes,
    VoidCampaign,
)
from servicecore.testing.vectors.shapes import word_of
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_CURRENCY: Final = "USD"
_CODE: Final = "CODE"
_TODAY: Final = date(2026, 1, 15)
_VALUES: Final = {
    "percent": CouponValue.PERCENT,
    "amount_per_unit": CouponValue.PER_UNIT,
    "amount_fixed": CouponValue.FIXED,
}


@frozen
class _Shop:
    desk: Desk

    def run(self, coupon: Coupon, codes: Iterable[str] = (_CODE,)) -> None:
        """Create, fill and activate the campaign of ``coupon``."""
        self.desk.execute(CreateCampaign(CampaignTerms(coupon)))
        self.desk.execute(IssueCodes(coupon.id, tuple(codes)))
        self.desk.execute(ActivateCampaign(coupon.id))

    def quote(self, code: str, *lines: tuple[str, str]) -> Quote:
        """Quote lines of quantity and item with ``code`` typed."""
        wanted = tuple(CartLine(item, Decimal(quantity)) for quantity, item in lines)
        return self.desk.quote(Cart("C", _CURRENCY, wanted, codes=(code,)))


@contextmanager
def _open(prices: Iterable[str], today: date = _TODAY) -> Iterator[_Shop]:
    items = tuple(Item(price, price, base_price=_money(price)) for price in dict.fromkeys(prices))
    with ServiceCore.open(
        "memory:",
        settings=Settings(tax_engine="none"),
        book=PriceBook("vector", "1", items=items),
        clock=FixedClock(datetime.combine(today, time(12), UTC)),
        ids=CountingIds(),
        autoload=False,
    ) as core:
        yield _Shop(core.acting_as(Actor("vector", roles={"manager"})))


def _money(amount: str) -> Money:
    return Money(Decimal(amount), _CURRENCY)


def _coupon(tiers: Mapping[str, str] | Sequence[Mapping[str, str]] = (), **terms: Any) -> Coupon:
    stated = [tiers] if isinstance(tiers, Mapping) else list(tiers) or [{"attribute": "percent", "value": "10"}]
    given = tuple(
        CouponTier(
            _money(tier.get("min_amount", "0")),
            Decimal(tier["value"]),
            word_of(_VALUES, tier["attribute"], "attribute"),
        )
        for tier in stated
    )
    return Coupon("campaign", tiers=given, **terms)


def check_coupon(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what coupons give, when they are valid, how often they work, and how a campaign lives."""
    given, expected = vector["input"], vector["expected"]
    if "tiers" in given:
        return _compare_discounts(expected, (_discount(given["tiers"], (("1", each),)) for each in given["orders"]))
    if "tier" in given:
        return _compare_discounts(expected, (_discount(given["tier"], (("1", each),)) for each in given["orders"]))
    if "coupons" in given:
        lines = tuple((each["qty"], each["unit_price"]) for each in given["lines"])
        return _compare_discounts(expected, (_discount(each, lines) for each in given["coupons"]))
    if "uses" in given:
        return _check_uses(given, expected)
    if "actions" in given:
        return compare("results", expected["results"], _life(given["actions"]))
    if "on" in given:
        days = [date.fromisoformat(each) for each in given["on"]]
        window = {"valid_from": date.fromisoformat(given["start"]), "valid_until": date.fromisoformat(given["end"])}
        return compare("valid", expected["valid"], [_is_valid(window, day) for day in days])
    raise NotSupported("the shape of the coupon vector")


def _compare_discounts(expected: Mapping[str, Any], got: Iterable[Money]) -> tuple[Mismatch, ...]:
    return compare("discounts", [Decimal(each) for each in expected["discounts"]], [each.amount for each in got])


def _discount(tier: Mapping[str, str] | Sequence[Mapping[str, str]], lines: tuple[tuple[str, str], ...]) -> Money:
    with _open(price for _quantity, price in lines) as shop:
        shop.run(_coupon(tier))
        return shop.quote(_CODE, *lines).discount


def _is_valid(window: Mapping[str, Any], day: date) -> bool:
    with _open(("10",), day) as shop:
        shop.run(_coupon(**window))
        return bool(shop.quote(_CODE, ("1", "10")).discount)


def _check_uses(given: Mapping[str, Any], expected: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    coupon = given["coupon"]
    with _open(("10",)) as shop:
        shop.run(_coupon(limit_per_code=coupon["usage_limit"]), coupon["codes"])
        results = []
        for code in given["uses"]:
            quote = shop.quote(code, ("1", "10"))
            shop.desk.execute(PlaceOrder(quote=quote, tenders=(OnAccount(),)))
            results.append(_result(quote))
        issued = [shop.desk.core.coupon_code(code) for code in coupon["codes"]]
        states = [None if each is None else each.coupon.state.value for each in issued]
    return (
        *compare("results", expected["results"], results),
        *compare("code_status_after", expected["code_status_after"], states),
    )


def _result(quote: Quote) -> str:
    return f"error:{quote.not_applied[0].reason.code}" if quote.not_applied else "ok"


def _life(actions: Iterable[str]) -> list[str]:
    coupon = _coupon()
    with _open(("10",)) as shop:
        results: list[str] = []
        for action in actions:
            if action == "apply":
                results.append(_result(shop.quote(_CODE, ("1", "10"))))
                continue
            try:
                _act(shop.desk, action, coupon)
            except Refused as refused:
                results.append(f"error:{refused.problems[0].code}")
                continue
            results.append(str(shop.desk.get(coupon.id, "campaign").state.value))
        return results


def _act(desk: Desk, action: str, coupon: Coupon) -> None:
    if action == "create":
        desk.execute(CreateCampaign(CampaignTerms(coupon)))
        desk.execute(IssueCodes(coupon.id, (_CODE,)))
    elif action == "activate":
        desk.execute(ActivateCampaign(coupon.id))
    elif action == "edit":
        desk.execute(ChangeCampaign(coupon.id, CampaignTerms(coupon, description="edited")))
    elif action == "void":
        desk.execute(VoidCampaign(coupon.id), reason="vector")
    else:
        raise NotSupported(f"the action {action}")


KINDS: Final[Mapping[str, VectorCheck]] = {"coupon": check_coupon}
"""Vector feature to its check."""
