"""Figures of offers that no offer can have are refused where they are given, and the largest that it can are taken."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing.promotions.benefits import (
    AddItem,
    Bundle,
    BuyGet,
    FirstThenAdditional,
    FullGroups,
    PercentOff,
    SetPrice,
    Tier,
    Tiered,
    TierValue,
)
from servicecore.pricing.promotions.conditions import DistinctItems, HasFlag, UsesPerCustomer
from servicecore.pricing.promotions.limits import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer_codes import OfferCode


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


PERCENTAGES: dict[str, Callable[[Decimal], object]] = {
    "PercentOff": PercentOff,
    "BuyGet": lambda percent: BuyGet(2, 1, percent),
    "Bundle": lambda percent: Bundle(3, percent),
    "FullGroups": lambda percent: FullGroups(3, percent=percent),
    "AddItem": lambda percent: AddItem("MUG", eur("8.00"), percent=percent),
    "Tiered, below every tier": lambda percent: Tiered(percent, ()),
    "Tiered, a tier": lambda percent: Tiered(Decimal(0), (Tier(Decimal(10), percent),)),
}


@pytest.mark.parametrize("benefit", PERCENTAGES)
@given(percent=st.decimals(-1000, 1000, places=4))
def test_a_percentage_lies_between_0_and_100(benefit: str, percent: Decimal) -> None:
    """120 % off would be taken off the customer's other units too, and -20 % would be a surcharge."""
    if 0 <= percent <= 100:
        PERCENTAGES[benefit](percent)
        return
    with pytest.raises(InvalidValue) as refused:
        PERCENTAGES[benefit](percent)
    assert refused.value.problem.code == "value.not_accepted"
    assert refused.value.problem.param("value") == str(percent)


REFUSED: list[tuple[Callable[[], Any], str, str]] = [
    (lambda: Bundle(3, price=eur("-1.00")), "price", "0 or more"),
    (lambda: BuyGet(2, 1, repeat=0), "repeat", "1 or more"),
    (lambda: FullGroups(3, amount=eur("-1.00")), "amount", "0 or more"),
    (
        lambda: FullGroups(3, tiers=Tiered(1, (), kind=TierValue.AMOUNT)),
        "tiers.kind",
        "percent",
    ),
    (lambda: AddItem("MUG", eur("-8.00")), "unit_price", "0 or more"),
    (lambda: AddItem("MUG", eur("8.00"), quantity=0), "quantity", "a number above 0"),
    (lambda: AddItem("MUG", eur("8.00"), per_units=0), "per_units", "a number above 0"),
    (lambda: SetPrice(eur("8.00"), units=0), "units", "a number above 0"),
    (lambda: FirstThenAdditional(eur("2.00"), eur("1.00"), -1), "max_units", "0 or more"),
    (lambda: PercentOff(10, cap_amount=eur("-5.00")), "cap_amount", "0 or more"),
    (lambda: Tier(-1, 5), "start", "0 or more"),
    (lambda: Tiered(0, (Tier(10, 5), Tier(20, 6), Tier("10.0", 7))), "tiers[2].start", "each start once"),
    (lambda: Tiered(-1, (), kind=TierValue.AMOUNT, currency="EUR"), "base", "0 or more"),
    (lambda: DistinctItems(-1), "minimum", "0 or more"),
    (lambda: UsesPerCustomer(-1), "most", "0 or more"),
    (lambda: HasFlag(" "), "flag", "a text that is not blank"),
    (lambda: OfferCode(" "), "code", "a text that is not blank"),
    (lambda: OfferCode("A", uses_total=-1), "uses_total", "0 or more"),
    (lambda: OfferLimits(per_basket=-1), "per_basket", "0 or more"),
    (lambda: OfferLimits(total=-1), "total", "0 or more"),
    (lambda: OfferLimits(per_customer=-1), "per_customer", "0 or more"),
    (lambda: OfferLimits(total=5, used=-1), "used", "0 or more"),
    (lambda: Budget(Measure.AMOUNT, -1), "limit", "0 or more"),
    (lambda: Budget(Measure.COUNT, 5, -1), "used", "0 or more"),
]


@pytest.mark.parametrize(("make", "path", "accepted"), REFUSED)
def test_a_figure_that_cannot_be_is_refused_with_what_would_be(
    make: Callable[[], object], path: str, accepted: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        make()
    assert (refused.value.problem.path, refused.value.problem.param("accepted")) == (path, accepted)


def test_an_amount_in_tiers_may_be_above_100() -> None:
    """The bound of 100 is that of percentages: 150.00 off is an amount like others."""
    assert Tiered(0, (Tier(1000, 150),), kind=TierValue.AMOUNT, currency="EUR").tiers[0].value == 150
