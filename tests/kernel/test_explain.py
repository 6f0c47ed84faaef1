"""Explanations: steps that sum to the figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.explain import BrokenExplanation, Explanation, NotApplied, Step, StepKind, rounding_step
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import NOT_ACCEPTED

PRICE = StepKind("test.price", en="{count} at {price}", it="{count} a {price}", de="{count} zu {price}")


def eur(text: str) -> Money:
    return Money(text, "EUR")


def test_an_explanation_reads_as_a_sum() -> None:
    explanation = Explanation(
        "line 1",
        eur("10.01"),
        (PRICE.step(eur("10.005"), count=3, price="3.335"), *rounding_step(eur("10.005"), eur("10.01"), "half_up")),
        (NotApplied("SPRING", NOT_ACCEPTED.at("code", value="SPRING", accepted="AUTUMN")),),
    )
    assert explanation.text("de").splitlines() == [
        "      10.005 EUR  3 zu 3.335",
        "       0.005 EUR  gerundet half_up",
        "       10.01 EUR  = line 1",
        "               -  SPRING: code: SPRING ist nicht zulässig; zulässig: AUTUMN",
    ]


def test_rounding_that_changed_nothing_is_no_step() -> None:
    assert rounding_step(eur("1.10"), eur("1.1"), "half_up") == ()


def test_a_step_without_sentence_shows_its_rule() -> None:
    assert Step("plugin.fee", eur("1")).text("it") == "plugin.fee"


@given(st.lists(st.decimals(-1000, 1000, places=4), min_size=1), st.decimals(-1, 1, places=4))
def test_steps_that_do_not_sum_to_the_figure_are_never_an_explanation(deltas: list[object], off: object) -> None:
    steps = tuple(Step("test.step", eur(str(delta))) for delta in deltas)
    total = sum_money((step.delta for step in steps), "EUR")
    assert Explanation("figure", total, steps).figure == total
    wrong = total + eur(str(off))
    if wrong != total:
        with pytest.raises(BrokenExplanation, match="the steps of figure sum to"):
            Explanation("figure", wrong, steps)


def test_steps_of_another_currency_are_refused() -> None:
    with pytest.raises(InvalidValue, match="one currency"):
        Explanation("figure", eur("1"), (Step("test.step", Money(1, "USD")),))
