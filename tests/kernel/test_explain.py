"""Explanations: steps that sum to the figure."""

from __future__ import annotations

import copy
import pickle

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.blank import blank_class
from servicecore.kernel.explain import (
    BrokenExplanation,
    ExplainedLater,
    Explanation,
    NotApplied,
    Step,
    StepKind,
    Trail,
    rounding_step,
)
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
        "       10.01 EUR  = Zeile 1",
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


@frozen
class Total(ExplainedLater):
    name: str
    amount: Money
    explanation: Explanation

    def _explained(self) -> tuple[str, Money]:
        return f"total {self.name}", self.amount


BlankTotal = blank_class(Total)


def noted(amount: Money, trail: Trail) -> Total:
    made = BlankTotal()
    made.name = "A"
    made.amount = amount
    made._trail = trail
    made.__class__ = Total
    total: Total = made
    return total


@given(st.lists(st.decimals(-1000, 1000, places=4), min_size=1))
def test_a_trail_becomes_the_explanation_that_its_steps_would_have_made(deltas: list[object]) -> None:
    trail = Trail()
    steps: list[Step] = []
    lost = NotApplied("SPRING", NOT_ACCEPTED.at("code", value="SPRING", accepted="AUTUMN"))
    trail.note_lost(lost)
    for delta in deltas:
        money = eur(str(delta))
        trail.note(PRICE, money.amount, count=len(steps), price=money)
        steps.append(PRICE.step(money, count=len(steps), price=money))
    figure = sum_money((step.delta for step in steps), "EUR")
    whole = Explanation("total A", figure, tuple(steps), (lost,))
    later = noted(figure, trail)
    assert later == Total("A", figure, whole)
    assert [step.text("it") for step in later.explanation.steps] == [step.text("it") for step in steps]


def test_an_explanation_made_later_is_made_once_and_goes_along_with_copies() -> None:
    trail = Trail()
    trail.note(PRICE, eur("2").amount, count=1, price="2")
    total = noted(eur("2"), trail)
    unread = (copy.copy(total), copy.deepcopy(total), pickle.loads(pickle.dumps(total)))  # noqa: S301 - our own bytes
    assert total.explanation is total.explanation
    assert all(each == total for each in (*unread, evolve(total), pickle.loads(pickle.dumps(total))))  # noqa: S301 - ours


def test_a_trail_that_does_not_sum_to_its_figure_is_never_an_explanation() -> None:
    trail = Trail()
    trail.note(PRICE, eur("2").amount, count=1, price="2")
    total = noted(eur("2.01"), trail)
    with pytest.raises(BrokenExplanation, match=r"total A sum to 2\.00 EUR, not to 2\.01 EUR"):
        _ = total.explanation


def test_an_object_without_trail_or_explanation_has_none() -> None:
    with pytest.raises(AttributeError, match="_trail"):
        _ = object.__new__(Total).explanation
