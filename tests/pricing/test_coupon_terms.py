"""What a coupon says of itself: what it gives, how often, what its uses count for, and what it may not say."""

from __future__ import annotations

import decimal
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import Coupon, CouponBudget, CouponTier, CouponValue, LimitScope


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def _tier(minimum: str | int, value: str | int, kind: CouponValue = CouponValue.FIXED) -> CouponTier:
    return CouponTier(_eur(minimum), Decimal(value), kind)


TEN = Coupon("ten", ("T1",), tiers=(_tier(0, 10, CouponValue.PERCENT),))
HALF = Coupon("half", ("H1",), offer="half-off")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((_eur(0), 0), "value: 0 is not accepted; accepted: above 0; a percentage up to 100"),
        (
            (_eur(0), Decimal("100.01"), CouponValue.PERCENT),
            "value: 100.01 is not accepted; accepted: above 0; a percentage up to 100",
        ),
        ((_eur("-0.01"), 5), "minimum: -0.01 EUR is not accepted; accepted: 0 or more"),
    ],
)
def test_a_tier_that_gives_nothing_or_too_much_is_refused(arguments: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        CouponTier(*arguments)
    assert refused.value.problem.text() == said


def test_a_value_of_a_tier_that_is_no_number_is_refused_by_its_name() -> None:
    with pytest.raises(InvalidValue) as refused:
        CouponTier(_eur(0), "ten")
    assert refused.value.problem.path == "value"


@pytest.mark.parametrize(
    ("kind", "value", "goods", "units", "off"),
    [
        (CouponValue.PERCENT, 10, "1234.56", 1, "123.456"),
        (CouponValue.PERCENT, 100, "1234.56", 1, "1234.56"),
        (CouponValue.PER_UNIT, 2, "1234.56", 100, "200"),
        (CouponValue.FIXED, 1000, "1234.56", 1, "1000"),
        (CouponValue.FIXED, 1, "0.99", 1, "0.99"),
        (CouponValue.FIXED, 1000, "1000", 1, "1000"),
    ],
)
def test_what_a_tier_gives_is_exact_in_any_context_of_the_embedding_program(
    kind: CouponValue, value: int, goods: str, units: int, off: str
) -> None:
    with decimal.localcontext(prec=3):
        assert _tier(0, value, kind).off(Decimal(goods), Decimal(units)) == Decimal(off)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"codes": ("T1", " ")}, "codes: ('T1', ' ') is not accepted; accepted: codes of which none is blank"),
        ({"tiers": ()}, "tiers: neither is not accepted; accepted: either an offer to release or tiers"),
        ({"offer": "half"}, "tiers: both is not accepted; accepted: either an offer to release or tiers"),
        (
            {"tiers": (_tier(5, 1), _tier(9, 2), _tier("5.00", 3))},
            "tiers: 5.00 EUR, 9.00 EUR, 5.00 EUR is not accepted; accepted: each minimum once",
        ),
        (
            {"budgets": (CouponBudget(_eur(1), LimitScope.CODE), CouponBudget(_eur(2), LimitScope.CODE))},
            "budgets: code 1.00 EUR, code 2.00 EUR is not accepted; accepted: each scope and currency once",
        ),
        ({"limit_per_offer": 1}, "limit_per_offer: ten is not accepted; accepted: a coupon that releases an offer"),
        (
            {"budgets": (CouponBudget(_eur(1), LimitScope.OFFER),)},
            "limit_per_offer: ten is not accepted; accepted: a coupon that releases an offer",
        ),
        (
            {"valid_from": date(2026, 1, 15), "valid_until": date(2026, 1, 14)},
            "valid_until: 2026-01-14 is not accepted; accepted: 2026-01-15 or a later day",
        ),
    ],
)
def test_a_coupon_that_contradicts_itself_is_refused_with_field_and_value(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        evolve(TEN, **changes)
    assert refused.value.problem.text() == said


def test_minimums_and_budgets_of_two_currencies_stand_side_by_side() -> None:
    dollars = CouponTier(Money(0, "USD"), Decimal(5))
    budgets = (CouponBudget(_eur(1)), CouponBudget(Money(1, "USD")), CouponBudget(_eur(1), LimitScope.CODE))
    both = evolve(TEN, tiers=(*TEN.tiers, dollars), budgets=budgets)
    assert (both.tier(Decimal(1), "EUR"), both.tier(Decimal(1), "USD")) == (TEN.tiers[0], dollars)
    assert (both.budget(LimitScope.COUPON, "USD"), both.budget(LimitScope.CODE, "USD")) == (Money(1, "USD"), None)


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({}, None),
        ({"one_time": True}, 1),
        ({"limit_per_code": 5}, 5),
        ({"one_time": True, "limit_per_code": 5}, 1),
        ({"one_time": True, "limit_per_code": 0}, 0),
    ],
)
def test_a_code_works_as_often_as_the_narrower_of_its_limits(changes: dict[str, Any], limit: int | None) -> None:
    assert evolve(TEN, **changes).count_limit(LimitScope.CODE) == limit


def test_every_scope_has_its_own_limit() -> None:
    coupon = evolve(HALF, limit=2, limit_per_customer=3, limit_per_channel=4, limit_per_offer=5, limit_per_code=6)
    assert {scope.value: coupon.count_limit(scope) for scope in LimitScope} == {
        "coupon": 2,
        "customer": 3,
        "channel": 4,
        "offer": 5,
        "code": 6,
    }


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, []),
        ({"budgets": (CouponBudget(_eur(9), LimitScope.CODE),)}, []),
        ({"limit_per_channel": 4}, ["coupon:half:channel:WEB"]),
        ({"budgets": (CouponBudget(_eur(9), LimitScope.CHANNEL),)}, ["coupon:half:channel:WEB"]),
        ({"limit_per_offer": 4}, ["offer:half-off"]),
        ({"budgets": (CouponBudget(_eur(9), LimitScope.OFFER),)}, ["offer:half-off"]),
        ({"limit_per_channel": 4, "limit_per_offer": 4}, ["coupon:half:channel:WEB", "offer:half-off"]),
    ],
)
def test_a_use_counts_for_channel_and_offer_only_where_they_have_a_limit(
    changes: dict[str, Any], more: list[str]
) -> None:
    """A customer with two names is counted under both, each once however it is typed."""
    keys = evolve(HALF, **changes).usage_keys("h1", ("C1", " c1", "C9"), "web")
    always = ["coupon:half", "coupon:half:code:H1", "coupon:half:customer:C1", "coupon:half:customer:C9"]
    assert [each.counter for each in keys] == [*always, *more]
