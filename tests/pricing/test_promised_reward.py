"""A promised reward: the part of it that some of its units have, and the sentence that tells it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.money import Money
from servicecore.pricing import PromisedReward, RewardedLine, RewardKind

LINES = (RewardedLine("1", Decimal(1), Decimal(3)), RewardedLine("2", Decimal(2), Decimal(4)))
POINTS = PromisedReward(
    "CLUB",
    RewardKind.POINTS,
    "club",
    Decimal(100),
    "EUR",
    LINES,
    Decimal(1),
    "1 / 0.07 EUR",
    Decimal(7),
)
CREDIT = evolve(POINTS, kind=RewardKind.CREDIT, quantity=Decimal("10.00"), step=Decimal("0.01"), terms="10 %")


@pytest.mark.parametrize(
    ("reward", "weight", "part"),
    [
        (POINTS, "0", "0"),
        (POINTS, "3", "42"),  # 100 * 3 / 7 is 42.86
        (POINTS, "4", "57"),  # 57.14
        (POINTS, "6.99", "99"),  # 99.86
        (POINTS, "7", "100"),
        (POINTS, "8", "100"),
        (evolve(POINTS, step=Decimal(5)), "3", "40"),  # 8.57 steps
        (evolve(POINTS, quantity=Decimal("10.5"), step=Decimal(1)), "6.99", "10"),  # 10.485
        (evolve(POINTS, quantity=Decimal("10.5"), step=Decimal(1)), "7", "10.5"),
        (CREDIT, "3", "4.28"),  # 4.2857
        (CREDIT, "4", "5.71"),  # 5.7143
        (evolve(POINTS, step=Decimal(0)), "6.99", "0"),
        (evolve(POINTS, step=Decimal(0)), "7", "100"),
    ],
)
def test_units_have_whole_steps_of_a_reward_by_what_they_count_for(
    reward: PromisedReward, weight: str, part: str
) -> None:
    """All count for 7; what is had as a whole has no parts."""
    assert reward.part(Fraction(weight)) == Decimal(part)


@given(st.integers(0, 7000), st.integers(0, 7000), st.integers(1, 500), st.integers(1, 20))
def test_more_units_never_have_less_and_no_part_is_more_than_its_share(
    one: int, other: int, quantity: int, step: int
) -> None:
    reward = evolve(POINTS, quantity=Decimal(quantity * step), step=Decimal(step))
    less, more = sorted((one, other))
    parts = [reward.part(Fraction(each, 1000)) for each in (less, more)]
    assert parts[0] <= parts[1]
    for part, weight in zip(parts, (less, more), strict=True):
        assert part % step == 0
        assert 0 <= quantity * step * weight - part * 7000 < step * 7000


def test_only_a_credit_is_money() -> None:
    assert CREDIT.amount == Money("10.00", "EUR")
    assert [evolve(POINTS, kind=each).amount for each in RewardKind if each is not RewardKind.CREDIT] == [
        Money("0", "EUR")
    ] * 3


COUPON = evolve(
    POINTS, kind=RewardKind.COUPON, reward="SPRING", quantity=Decimal(2), terms="1 / 3 each", base=Decimal("38.90")
)


@pytest.mark.parametrize(
    ("reward", "locale", "said"),
    [
        (POINTS, "en", "offer CLUB: promises 100 points (club): 1 / 0.07 EUR on 7.00 EUR"),
        (
            evolve(POINTS, name="member", quantity=Decimal("1E+2")),
            "it",
            "offerta CLUB member: promette 100 punti (club): 1 / 0.07 EUR su 7.00 EUR",
        ),
        (POINTS, "de", "Angebot CLUB: verspricht 100 Punkte (club): 1 / 0.07 EUR auf 7.00 EUR"),
        (CREDIT, "en", "offer CLUB: promises a credit of 10.00 EUR (club): 10 % on 7.00 EUR"),
        (CREDIT, "de", "Angebot CLUB: verspricht ein Guthaben von 10.00 EUR (club): 10 % auf 7.00 EUR"),
        (COUPON, "en", "offer CLUB: promises 2 times the coupon SPRING: 1 / 3 each on 38.90 EUR"),
        (
            evolve(COUPON, kind=RewardKind.OTHER, reward="tote bag", quantity=Decimal("1.50")),
            "it",
            "offerta CLUB: promette 1.5 volte tote bag: 1 / 3 each su 38.90 EUR",
        ),
    ],
)
def test_a_reward_is_told_in_one_sentence(reward: PromisedReward, locale: str, said: str) -> None:
    assert reward.text(locale) == said


def test_the_sentence_is_english_unless_another_language_is_asked_for() -> None:
    assert POINTS.text() == POINTS.text("en")
