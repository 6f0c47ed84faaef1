"""What the search leaves out is never needed: bounds and reductions against the exhaustive search of small carts."""

from __future__ import annotations

from decimal import Decimal
from operator import le
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.pricing.best_price.test_against_oracle import oracle, problems

from servicecore.pricing.best_price import (
    BestPriceLine,
    BestPriceProblem,
    Bundle,
    DistinctSet,
    EachUnit,
    Method,
    MixAndMatch,
    PercentCut,
    PriceCut,
    Slot,
    UnitOffer,
    find_best_price,
)
from servicecore.pricing.best_price.compact import CompactProblem, StageLine, compact
from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.layout import Layout
from servicecore.pricing.best_price.reduction import replaceable
from servicecore.pricing.best_price.search import Search
from servicecore.pricing.best_price.shadow_prices import shadow_prices
from servicecore.pricing.best_price.valuation import Valuation

ENOUGH = 1 << 40


def form(problem: BestPriceProblem) -> CompactProblem:
    valuation = Valuation.of(problem)
    lines = [StageLine(line.id, valuation.units(line.unit_price), line.quantity) for line in problem.lines]
    return compact(lines, problem.offers, valuation)


def credits_of(problem: CompactProblem, allowed: int) -> tuple[Credits, int]:
    """Return the credits for a greatest loss, and the bound that the loss is counted from."""
    prices = shadow_prices(problem)
    layout = Layout(problem, prices, every_total=False)
    relaxed = layout.relax(allowed, ENOUGH)
    assert relaxed is not None
    most = [line.sink_loss // line.sink_size for line in layout.lines]
    quantities = [line.quantity for line in layout.lines]
    takers = [line.base_offers if line.sink < 0 else () for line in layout.lines]
    return Credits(relaxed[0], quantities, most, takers, allowed, [0] * len(quantities)), prices.bound


def optimum(problem: BestPriceProblem, scale: int) -> int:
    """Return what the exhaustive search finds, as the search counts it."""
    return int(oracle(problem) * 100) * scale


@settings(max_examples=80, deadline=None)
@given(problem=problems())
def test_no_step_of_the_credits_rules_out_the_optimum(problem: BestPriceProblem) -> None:
    """The shadow prices, the credits as they begin, settled, climbed, and narrowed all leave room for the optimum."""
    small = form(problem)
    assume(small.offers)
    line_credits, bound = credits_of(small, ENOUGH)
    best = optimum(problem, small.scale)
    loss = bound - best
    assert loss >= 0
    line_credits.allowed = loss
    known = line_credits.least
    for step in (line_credits.settle, line_credits.climb, line_credits.settle):
        step()
        assert all(map(le, line_credits.credits, line_credits.most)), "a unit that nobody uses loses no less"
        assert known <= line_credits.least <= loss, "no step lowers the bound, and none passes the optimum"
        known = line_credits.least
        line_credits.narrow(loss)
        line_credits.settle()
        assert known <= line_credits.least <= loss, "what was left out is no part of the optimum"
        known = line_credits.least


@settings(max_examples=60, deadline=None)
@given(problem=problems(), most=st.integers(0, 2_000))
def test_graphs_for_a_small_loss_bound_every_solution_that_loses_no_more(problem: BestPriceProblem, most: int) -> None:
    small = form(problem)
    assume(small.offers)
    allowed = most * small.scale
    line_credits, bound = credits_of(small, allowed)
    line_credits.settle()
    loss = bound - optimum(problem, small.scale)
    assert loss > allowed or line_credits.least <= loss


@settings(max_examples=60, deadline=None)
@given(problem=problems(), nodes=st.sampled_from([1, 30, 300, 3_000]))
def test_whatever_the_work_the_bound_of_the_search_holds(problem: BestPriceProblem, nodes: int) -> None:
    small = form(problem)
    assume(small.offers)
    found = Search(small, shadow_prices(small), nodes).run()
    assert found.bound >= optimum(problem, small.scale)
    assert found.counts is None or found.value <= found.bound


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_offers_that_others_replace_are_worth_nothing_more(problem: BestPriceProblem) -> None:
    small = form(problem)
    spare = {small.offers[number].offer.id for number in replaceable(small)}
    offers = [offer for offer in problem.offers if offer.id not in spare]
    fewer = BestPriceProblem(
        currency="EUR", lines=problem.lines, offers=offers, rounded_at=problem.rounded_at, rounding=problem.rounding
    )
    assert oracle(fewer) == oracle(problem)


def cart(*given: tuple[int, str]) -> list[BestPriceLine]:
    return [
        BestPriceLine(id=f"l{number}", quantity=quantity, unit_price=Decimal(price))
        for number, (quantity, price) in enumerate(given)
    ]


def test_of_two_equal_sets_one_is_enough_for_the_proof_and_the_lower_id_is_still_given() -> None:
    """Three for 60 on a part of the cart is what three for 60 on all of it is; alone on 30, 30, 30 both take 30."""
    lines = cart((3, "30"), (2, "25"))
    sixty = PriceCut(Decimal(60))
    offers: list[UnitOffer] = [
        Bundle(id="part", lines="l0", size=3, cut=sixty),
        Bundle(id="whole", lines=("l0", "l1"), size=3, cut=sixty),
        Bundle(id="pair", lines="l1", size=2, cut=PercentCut(Decimal(4))),
    ]
    problem = BestPriceProblem(currency="EUR", lines=lines, offers=offers)
    small = form(problem)
    assert {small.offers[number].offer.id for number in replaceable(small)} == {"part"}
    answer = find_best_price(problem)
    assert answer.by_offer() == {"part": (1, Decimal(30)), "pair": (1, Decimal(2))}
    assert answer.certificate.is_exact


def test_what_equals_each_other_is_not_left_out_twice() -> None:
    same: dict[str, Any] = {"lines": "l0", "cut": PercentCut(Decimal(10)), "max_applications": None}
    problem = BestPriceProblem(
        currency="EUR", lines=cart((4, "10")), offers=[Bundle(id=name, size=2, **same) for name in ("a", "b", "c")]
    )
    assert len(replaceable(form(problem))) == 2


def test_the_credits_close_the_gap_that_split_sets_leave() -> None:
    """Three single goods of 10, three pairs of them at 30 percent: one pair is made and 6.00 off, not 9.00.

    Half of each pair is what shadow prices allow: 3 x 10 x 30 percent. Each unit of 10 that is left over loses 3.00.
    """
    lines = cart((1, "10"), (1, "10"), (1, "10"))
    pairs: list[UnitOffer] = [
        Bundle(id=f"p{n}", lines=both, size=2, cut=PercentCut(Decimal(30)), max_applications=1)
        for n, both in enumerate((("l0", "l1"), ("l1", "l2"), ("l0", "l2")))
    ]
    answer = find_best_price(BestPriceProblem(currency="EUR", lines=lines, offers=pairs))
    assert answer.discount.amount == Decimal(6)
    assert answer.certificate.is_exact
    alone = form(
        BestPriceProblem(
            currency="EUR",
            lines=cart((3, "10")),
            offers=[Bundle(id="pair", lines="l0", size=2, cut=PercentCut(Decimal(30)))],
        )
    )
    line_credits, bound = credits_of(alone, ENOUGH)
    assert bound == 900 * alone.scale
    assert line_credits.least == 0
    line_credits.settle()
    assert bound - line_credits.least == 600 * alone.scale, "a pair, and one unit that no pair takes"


def test_where_no_single_credit_can_move_all_of_them_do() -> None:
    """Three limited sets want the same dear goods at the same price; a step of all credits lowers the bound."""
    lines = cart(*((1, f"{40 - n}") for n in range(8)))
    ids = [line.id for line in lines]
    offers: list[UnitOffer] = [
        Bundle(id="a", lines=ids, size=2, cut=PriceCut(Decimal(30)), max_applications=1),
        Bundle(id="b", lines=ids, size=3, cut=PriceCut(Decimal(45)), max_applications=1),
        MixAndMatch(
            id="c", slots=[Slot(lines=ids[:4]), Slot(lines=ids[2:])], cut=PriceCut(Decimal(30)), max_applications=1
        ),
        EachUnit(id="d", lines=ids, cut=PercentCut(Decimal(10))),
    ]
    problem = BestPriceProblem(currency="EUR", lines=lines, offers=offers)
    small = form(problem)
    line_credits, bound = credits_of(small, ENOUGH)
    line_credits.allowed = bound - optimum(problem, small.scale)
    before = line_credits.least
    line_credits.climb()
    assert before <= line_credits.least <= line_credits.allowed
    assert find_best_price(problem).discount.amount == oracle(problem)


@pytest.mark.parametrize("widest", [2, 3])
def test_sets_of_different_lines_need_few_tallies_however_many_are_made(widest: int) -> None:
    """Once there are so many units that no line can be short, only the incomplete set is remembered."""
    lines = cart(*((1 + n % widest, f"{10 + n}") for n in range(30)))
    ids = [line.id for line in lines]
    offers: list[UnitOffer] = [
        DistinctSet(id="set", lines=ids, size=2, cut=PercentCut(Decimal(20))),
        EachUnit(id="each", lines=ids[::3], cut=PercentCut(Decimal(18)), max_applications=4),
    ]
    small = form(BestPriceProblem(currency="EUR", lines=lines, offers=offers))
    line_credits, _bound = credits_of(small, ENOUGH)
    assert max(graph.width for graph in line_credits.graphs) <= 4 * widest + 8
    answer = find_best_price(BestPriceProblem(currency="EUR", lines=lines, offers=offers))
    assert [proof.method for proof in answer.certificate.components] == [Method.SEARCH]
    assert answer.certificate.is_exact


def test_a_set_of_different_lines_is_not_made_of_one_line_twice() -> None:
    """Two of 10 would be 8.00 off as a pair for 12; with one of 1 the pair costs more than its goods."""
    offers: list[UnitOffer] = [
        DistinctSet(id="set", lines=("l0", "l1"), size=2, cut=PriceCut(Decimal(12))),
        EachUnit(id="each", lines="l0", cut=PercentCut(Decimal(10)), max_applications=1),
    ]
    answer = find_best_price(BestPriceProblem(currency="EUR", lines=cart((2, "10"), (2, "1")), offers=offers))
    assert answer.by_offer() == {"each": (1, Decimal(1))}
    assert answer.certificate.is_exact
