"""The benefit of a reward: what it promises for a basket, and what its fields may be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import Offer, PercentOff, PromiseReward, RewardKind, Target
from servicecore.pricing.promotions import Basket, BasketLine, Combination, Scope, apply_to_basket
from servicecore.pricing.promotions.combination import ValueSeen

EUR_1 = Money("1.00", "EUR")


def basket(*lines: tuple[str, str]) -> Basket:
    """Return lines of (units, price of one) called 1, 2, 3."""
    made = [BasketLine(str(number), f"I-{number}", *line) for number, line in enumerate(lines, 1)]
    return Basket("EUR", tuple(made))


def promised(benefit: PromiseReward, *lines: tuple[str, str], more: tuple[Offer, ...] = ()) -> Decimal:
    offers = (*more, Offer("CLUB", benefit))
    found = apply_to_basket(offers, Combination(), basket(*lines), 0).rewards
    return sum((each.quantity for each in found), Decimal(0))


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        (PromiseReward("club"), "1"),
        (PromiseReward("club", quantity=50), "50"),
        (PromiseReward("club", per_units=2), "2"),  # 5 units
        (PromiseReward("club", quantity="0.5", per_units=1), "2.5"),
        (PromiseReward("club", per_amount=EUR_1), "38"),  # 38.90
        (PromiseReward("club", quantity=3, per_amount=Money("10.00", "EUR")), "9"),
        (PromiseReward("club", target=Target(items=("I-2",)), per_units=1), "2"),
        (PromiseReward("wallet", RewardKind.CREDIT, credit=Money("5.00", "EUR")), "5.00"),
        (PromiseReward("wallet", RewardKind.CREDIT, credit=Money("0.10", "EUR"), per_units=2), "0.20"),
        (PromiseReward("wallet", RewardKind.CREDIT, percent=5), "1.94"),  # 1.945, rounded down
        (PromiseReward("club", per_amount=Money("40.00", "EUR")), "0"),
        (PromiseReward("club", per_amount=Money("1.00", "CHF")), "0"),
    ],
)
def test_it_promises_so_much_of_5_units_worth_38_90(benefit: PromiseReward, expected: str) -> None:
    assert promised(benefit, ("3", "10.00"), ("2", "4.45")) == Decimal(expected)


def test_it_looks_at_what_offers_left_unless_it_says_otherwise() -> None:
    """30.00 less a tenth are 27.00."""
    tenth = Offer("TENTH", PercentOff(10))
    by_value = PromiseReward("club", per_amount=EUR_1)
    assert promised(by_value, ("3", "10.00"), more=(tenth,)) == 27
    original = PromiseReward("club", per_amount=EUR_1, seen=ValueSeen.ORIGINAL)
    assert promised(original, ("3", "10.00"), more=(tenth,)) == 30


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"reward": " "}, "reward"),
        ({"quantity": 0}, "quantity"),
        ({"per_units": 0}, "per_units"),
        ({"per_amount": Money("0.00", "EUR")}, "per_amount"),
        ({"per_units": 1, "per_amount": EUR_1}, "per_units"),
        ({"percent": 5}, "kind"),
        ({"credit": EUR_1}, "kind"),
        ({"kind": RewardKind.CREDIT}, "credit"),
        ({"kind": RewardKind.CREDIT, "credit": EUR_1, "percent": 5}, "credit"),
        ({"kind": RewardKind.CREDIT, "credit": EUR_1, "quantity": 2}, "credit"),
        ({"kind": RewardKind.CREDIT, "credit": Money("0.00", "EUR")}, "credit"),
        ({"kind": RewardKind.CREDIT, "percent": 0}, "percent"),
        ({"kind": RewardKind.CREDIT, "percent": 101}, "percent"),
        ({"kind": RewardKind.CREDIT, "percent": 5, "per_units": 1}, "per_units"),
        ({"kind": RewardKind.CREDIT, "credit": EUR_1, "per_amount": Money("1.00", "CHF")}, "credit"),
        ({"scope": Scope.SHIPPING}, "scope"),
    ],
)
def test_fields_that_do_not_go_together_are_refused_by_name(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        PromiseReward(**{"reward": "club", **fields})
    assert caught.value.problem.path == path


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5000)), min_size=1, max_size=4),
    st.integers(1, 700),
    st.integers(0, 100),
)
def test_points_are_the_whole_times_that_the_value_left_holds(
    lines: list[tuple[int, int]], each: int, percent: int
) -> None:
    """In cents, by hand: what is left after ``percent`` off, divided by what brings one point."""
    offers = (Offer("OFF", PercentOff(percent)),) if percent else ()
    shown = [(str(units), str(Decimal(cents).scaleb(-2))) for units, cents in lines]
    points = promised(PromiseReward("club", per_amount=Money.from_minor(each, "EUR")), *shown, more=offers)
    hundredths = sum(units * cents for units, cents in lines) * (100 - percent)
    assert points == hundredths // (each * 100)
