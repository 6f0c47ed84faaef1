"""Counts from outside are believed only if they keep every rule; a lying solver changes nothing but the proof."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import define, frozen

from servicecore.pricing.best_price import (
    BestPriceLine,
    BestPriceProblem,
    Bundle,
    BuyGet,
    DistinctSet,
    EachUnit,
    IntegerAnswer,
    IntegerProgram,
    Method,
    PercentCut,
    Reach,
    UnitOffer,
    find_best_price,
)
from servicecore.pricing.best_price.compact import CompactProblem, Counts, StageLine, compact
from servicecore.pricing.best_price.valuation import Valuation
from servicecore.pricing.best_price.value import value_of_counts

HALF = PercentCut(Decimal(50))


def stage(*offers: UnitOffer) -> CompactProblem:
    """Return three lines: two units of 10.00, two of 6.00, one of 4.00; numbered in that order."""
    lines = [StageLine("a", 1000, 2), StageLine("b", 600, 2), StageLine("c", 400, 1)]
    problem = BestPriceProblem(
        currency="EUR",
        lines=[BestPriceLine(id=line.id, quantity=line.quantity, unit_price=Decimal(line.price)) for line in lines],
        offers=offers,
    )
    return compact(lines, offers, Valuation("EUR", 2, problem.rounding, problem.rounded_at))


PAIR = Bundle(id="pair", lines=("a", "b", "c"), size=2, cut=HALF, max_applications=1)
SET = DistinctSet(id="set", lines=("a", "b", "c"), size=2, cut=HALF)
FREE = BuyGet(id="free", buy_lines=("a", "b", "c"), get_lines=("a", "b", "c"), cut=HALF)
ALONE = EachUnit(id="alone", lines=("a", "b"), cut=HALF, reach=Reach.LINE)
OTHER = EachUnit(id="other", lines=("a",), cut=HALF)
CAPPED = EachUnit(id="capped", lines=("a",), cut=HALF, cap=Decimal(7))


@pytest.mark.parametrize(
    ("offers", "counts", "cents"),
    [
        ((PAIR,), {(0, 0): {0: 1, 1: 1}}, 800),
        ((SET,), {(0, 0): {0: 2, 1: 1, 2: 1}}, 1500),
        ((FREE,), {(0, 0): {0: 1}, (0, 1): {1: 1}}, 300),
        ((ALONE,), {(0, 0): {0: 2}}, 1000),
        ((CAPPED,), {(0, 0): {0: 2}}, 700),
    ],
)
def test_counts_that_keep_the_rules_have_their_value(offers: tuple[UnitOffer, ...], counts: Counts, cents: int) -> None:
    problem = stage(*offers)
    assert value_of_counts(problem, counts) == cents * problem.scale


@pytest.mark.parametrize(
    ("offers", "counts", "broken"),
    [
        ((PAIR,), {(0, 0): {0: 3, 1: 1}}, "more units than the line has"),
        ((PAIR,), {(0, 0): {0: -1, 1: 3}}, "less than nothing"),
        ((PAIR,), {(0, 0): {0: 1}}, "half a set"),
        ((PAIR,), {(0, 0): {0: 2, 1: 2}}, "more sets than its limit"),
        ((SET,), {(0, 0): {0: 2}}, "a line twice in a set"),
        ((FREE,), {(0, 0): {1: 1}, (0, 1): {0: 1}}, "a unit got that is dearer than the one bought"),
        ((FREE,), {(0, 0): {0: 1}}, "bought and nothing got"),
        ((ALONE, OTHER), {(0, 0): {0: 1}, (1, 0): {0: 1}}, "another offer on the line of one that is alone"),
        ((OTHER,), {(0, 0): {1: 1}}, "a line that the offer does not name"),
    ],
)
def test_counts_that_break_a_rule_have_none(offers: tuple[UnitOffer, ...], counts: Counts, broken: str) -> None:
    assert value_of_counts(stage(*offers), counts) is None, broken


@define
class Liar:
    """A solver that says whatever it was told to."""

    values: int
    bound: int | None
    asked: int = 0

    @property
    def name(self) -> str:
        return "liar"

    def solve(self, program: IntegerProgram, nodes: int) -> IntegerAnswer:
        self.asked += nodes > 0
        return IntegerAnswer((self.values,) * len(program.columns), self.bound)


@frozen
class Silent:
    """A solver that never finds anything."""

    name: str = "silent"

    def solve(self, program: IntegerProgram, nodes: int) -> IntegerAnswer | None:
        return None if program.columns and nodes else IntegerAnswer((), None)


def contested() -> BestPriceProblem:
    cart = [BestPriceLine(id=f"l{n}", quantity=2, unit_price=Decimal(7 + 3 * n)) for n in range(8)]
    ids = [line.id for line in cart]
    return BestPriceProblem(
        currency="EUR",
        lines=cart,
        offers=[
            Bundle(id="three", lines=ids, size=3, cut=PercentCut(Decimal(25)), max_applications=2),
            BuyGet(id="free", buy_lines=ids[2:], get_lines=ids[2:], cut=PercentCut(Decimal(50))),
            DistinctSet(id="set", lines=ids[:6], size=4, cut=PercentCut(Decimal(22))),
        ],
    )


@pytest.mark.parametrize("values", [0, 1, 999, -5])
@pytest.mark.parametrize("bound", [None, 0, 10**12])
def test_a_solver_that_lies_about_its_values_spoils_no_answer(values: int, bound: int | None) -> None:
    liar = Liar(values, bound)
    alone = find_best_price(contested(), nodes=300)
    answer = find_best_price(contested(), nodes=600, solver=liar)
    assert liar.asked == 1
    assert answer.discount == alone.discount
    assert answer.certificate.bound >= find_best_price(contested()).discount


def test_a_solver_that_finds_nothing_leaves_the_own_answer() -> None:
    assert find_best_price(contested(), nodes=600, solver=Silent()).discount.amount > 0


def test_a_solver_is_not_asked_where_the_search_is_done() -> None:
    liar = Liar(0, None)
    answer = find_best_price(contested(), solver=liar)
    assert liar.asked == 0
    assert {proof.method for proof in answer.certificate.components} == {Method.SEARCH}
