"""Joined graphs: they rule out no optimum, name the same offers among equals, and prove what labels alone do not."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from random import Random
from unittest.mock import patch

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.pricing.best_price.test_against_oracle import oracle, problems
from tests.pricing.best_price.test_bounds import ENOUGH, cart, credits_of, form, optimum

from servicecore.pricing.best_price import (
    AmountCut,
    BestPriceLine,
    BestPriceProblem,
    Bundle,
    BuyGet,
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
from servicecore.pricing.best_price.layout import Layout
from servicecore.pricing.best_price.most_units import most_units
from servicecore.pricing.best_price.search import Search
from servicecore.pricing.best_price.shadow_prices import shadow_prices

FIRST_TRIES = (
    "servicecore.pricing.best_price.deepening._FIRST_TRY",
    "servicecore.pricing.best_price.tie_rule._FIRST_TRY",
)


@settings(max_examples=80, deadline=None)
@given(problem=problems())
def test_no_join_rules_out_the_optimum_and_the_last_one_meets_it(problem: BestPriceProblem) -> None:
    small = form(problem)
    assume(small.offers)
    line_credits, bound = credits_of(small, ENOUGH)
    loss = bound - optimum(problem, small.scale)
    line_credits.settle()
    line_credits.narrow(loss)
    joined = False
    while (pair := line_credits.closest()) is not None:
        known = line_credits.least
        assert line_credits.join(*pair, ENOUGH)
        assert known <= line_credits.least <= loss, "two graphs know together what each knew"
        line_credits.narrow(loss)
        line_credits.settle()
        assert line_credits.least <= loss, "what was left out is no part of the optimum"
        joined = True
    exact = not any(each.optimistic for each in small.offers)
    if joined and exact and len(line_credits.graphs) == 1:
        assert line_credits.least == loss, "one graph of everything is the whole problem"


@settings(max_examples=80, deadline=None)
@given(problem=problems(plain=False))
def test_joined_graphs_and_labels_find_the_same_offers_for_the_same_price(problem: BestPriceProblem) -> None:
    """With no work for labels at first, graphs are joined for the proof and for the decision between equals.

    Under a threshold, and where an offer promises more than it may give, a worse solution can be wanted, which joint
    graphs do not keep: labels alone decide there, so that without them nothing has to be proven.
    """
    problem = evolve(problem, thresholds=())
    by_labels = find_best_price(problem)
    with patch(FIRST_TRIES[0], -1), patch(FIRST_TRIES[1], -1):
        by_graphs = find_best_price(problem)
    if not by_labels.certificate.is_exact:
        return
    assert by_graphs.discount <= by_labels.discount <= by_graphs.certificate.bound
    if not any(each.optimistic for each in form(problem).offers):
        assert by_graphs.certificate.is_exact
    if by_graphs.certificate.is_exact:
        assert by_graphs.discount == by_labels.discount
        assert by_graphs.by_offer().keys() == by_labels.by_offer().keys()


@settings(max_examples=80, deadline=None)
@given(problem=problems(), tries=st.sampled_from([(4_000, 4_000), (-1, 4_000), (-1, -1)]))
def test_of_answers_as_good_the_fewest_offers_are_given_then_the_lowest_ids(
    problem: BestPriceProblem, tries: tuple[int, int]
) -> None:
    """The first set of offers that is enough for the whole discount, by its size, then by its ids.

    All take the same percentage off, so that many answers are as good.
    """
    ten = PercentCut(Decimal(10))
    problem = evolve(problem, offers=[evolve(offer, cut=ten) for offer in problem.offers])  # type: ignore[call-arg]
    assume(not any(each.optimistic for each in form(problem).offers))
    with patch(FIRST_TRIES[0], tries[0]), patch(FIRST_TRIES[1], tries[1]):
        answer = find_best_price(problem)
    best = oracle(problem)
    ways = (some for size in range(len(problem.offers) + 1) for some in combinations(problem.offers, size))
    first = next(some for some in ways if oracle(evolve(problem, offers=some)) == best)
    assert set(answer.by_offer()) == {offer.id for offer in first}


def test_a_narrow_search_proves_nothing() -> None:
    """Every unit that an offer can use is 10 percent off: 3 of 1.00 and 3 of 2.50 are 1.05, which needs two offers.

    The set takes three of 1.00 and one of 2.50 (0.55), o2 the other two (0.50). With a set of two and two (0.70) and
    one unit more for o1 (0.25), which a search of a few ways meets first, one unit of 1.00 is left.
    """
    ten = PercentCut(Decimal(10))
    offers: list[UnitOffer] = [
        MixAndMatch(id="o0", slots=[Slot(lines=("l0",), quantity=2), Slot(lines=("l0", "l2"), quantity=2)], cut=ten),
        EachUnit(id="o1", lines=("l0", "l2"), cut=ten, max_applications=1),
        EachUnit(id="o2", lines="l2", cut=ten, max_applications=2),
    ]
    problem = BestPriceProblem(currency="EUR", lines=cart((3, "1"), (1, "1"), (3, "2.50")), offers=offers)
    with patch(FIRST_TRIES[0], -1):
        answer = find_best_price(problem)
    assert answer.by_offer() == {"o0": (1, Decimal("0.55")), "o2": (2, Decimal("0.50"))}
    assert answer.certificate.is_exact


def test_an_offer_left_out_of_the_proof_still_decides_between_equals() -> None:
    """A pair of o0 takes off what a pair of o1 does: the proof needs o1 only, and the lower id is given."""
    ten = PercentCut(Decimal(10))
    offers: list[UnitOffer] = [
        Bundle(id="o0", lines=("l0", "l1"), size=2, cut=ten),
        Bundle(id="o1", lines=("l0", "l1", "l2"), size=2, cut=ten),
    ]
    problem = BestPriceProblem(currency="EUR", lines=cart((1, "1"), (1, "1"), (1, "1")), offers=offers)
    with patch(FIRST_TRIES[0], -1):
        assert find_best_price(problem).by_offer() == {"o0": (1, Decimal("0.20"))}


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_a_best_solution_uses_no_more_units_than_are_worth_looking_at(problem: BestPriceProblem) -> None:
    small = form(problem)
    assume(small.offers)
    line_credits, bound = credits_of(small, ENOUGH)
    prices = shadow_prices(small)
    found = Search(small, prices, ENOUGH).run()
    line_credits.settle()
    line_credits.narrow(bound - found.value)
    most = most_units(Layout(small, prices, every_total=False), line_credits)
    for (offer, role), units in (found.counts or {}).items():
        for line, count in units.items():
            assert count <= most.get((offer, role, line), count)


def test_three_pairs_of_three_units_are_not_each_counted_half() -> None:
    """Three goods of 10, each pair of them 30 percent off, once: one pair fits, 6.00 off.

    Half of every pair uses each unit once and takes 9.00 off: no credits tell that from a solution. Joined, they do.
    """
    pairs: list[UnitOffer] = [
        Bundle(id=f"p{n}", lines=both, size=2, cut=PercentCut(Decimal(30)), max_applications=1)
        for n, both in enumerate((("l0", "l1"), ("l1", "l2"), ("l0", "l2")))
    ]
    small = form(BestPriceProblem(currency="EUR", lines=cart((1, "10"), (1, "10"), (1, "10")), offers=pairs))
    line_credits, bound = credits_of(small, ENOUGH)
    for _ in range(5):
        line_credits.settle()
        line_credits.climb()
    assert bound - line_credits.least >= 900 * small.scale
    while (pair := line_credits.closest()) is not None:
        assert line_credits.join(*pair, ENOUGH)
        line_credits.settle()
    assert bound - line_credits.least == 600 * small.scale


def test_a_line_that_one_graph_alone_uses_is_closed() -> None:
    """Three of 10 are a pair at 30 percent, and one unit that no pair takes: 6.00 off, whatever its credit.

    Two of 5 alone cannot be in the pair with room for no loss more: then its graph forgets that line.
    """
    goods = cart((3, "10"), (2, "5"))
    offers: list[UnitOffer] = [
        Bundle(id="pair", lines=("l0", "l1"), size=2, cut=PercentCut(Decimal(30)), max_applications=1),
        EachUnit(id="each", lines="l1", cut=PercentCut(Decimal(40))),
    ]
    small = form(BestPriceProblem(currency="EUR", lines=goods, offers=offers))
    line_credits, bound = credits_of(small, ENOUGH)
    loss = bound - 1_000 * small.scale
    line_credits.narrow(loss)
    (graph,) = line_credits.graphs
    assert graph.lines == (0,)
    assert {units for stage in graph.stages for _state, _loss, units, _there, _moves in stage.arcs} == {3}
    assert line_credits.least == loss


def test_a_joint_graph_that_takes_too_many_choices_is_not_made() -> None:
    small = form(crowded(29, 20, 8))
    line_credits, _bound = credits_of(small, ENOUGH)
    pair = line_credits.closest()
    assert pair is not None
    graphs = list(line_credits.graphs)
    assert not line_credits.join(*pair, 10)
    assert line_credits.graphs == graphs


def crowded(seed: int, lines: int, count: int) -> BestPriceProblem:
    """Return a cart whose offers of every kind overlap on the shelves that its lines fall into."""
    dice = Random(seed)
    prices = (499, 750, 999, 1250, 1499, 1850, 1999, 2499, 2999, 3999)
    goods = []
    for number in range(lines):
        quantity = dice.randint(1, 4)
        cents = dice.choice(prices) if dice.random() < 0.6 else dice.randint(200, 6000)
        goods.append(BestPriceLine(id=f"l{number:03}", quantity=quantity, unit_price=Decimal(cents) / 100))
    shelves: dict[int, list[str]] = {}
    for line in goods:
        shelves.setdefault(dice.randrange(lines // 5), []).append(line.id)
    offers = []
    for number in range(count):
        chosen = dice.sample(sorted(shelves), min(len(shelves), dice.choice((1, 2, 2, 3))))
        every = dice.random() < 0.15
        on = [line.id for line in goods] if every else sorted(line for shelf in chosen for line in shelves[shelf])
        kind = dice.choices(range(7), (3, 2, 3, 2, 3, 1, 1))[0] if len(on) > 2 else 0
        offers.append(crowding(dice, f"o{number:02}", kind, on, dice.choice((None, None, 1, 2, 3))))
    return BestPriceProblem(currency="EUR", lines=goods, offers=offers)


def crowding(dice: Random, name: str, kind: int, on: list[str], limit: int | None) -> UnitOffer:
    """Return an offer of a kind, with terms from the dice."""
    percent = PercentCut(Decimal(dice.choice((10, 15, 20, 25, 30))))
    if kind == 0:
        return EachUnit(id=name, lines=on, cut=percent, max_applications=limit)
    if kind == 1:
        return EachUnit(id=name, lines=on, cut=AmountCut(Decimal(dice.randint(1, 3))), max_applications=limit)
    size = dice.choice((2, 3))
    if kind == 2:
        return Bundle(id=name, lines=on, size=size, cut=percent, max_applications=limit)
    if kind == 3:
        cut = PriceCut(size * Decimal(dice.choice((10, 15, 20))))
        return Bundle(id=name, lines=on, size=size, cut=cut, max_applications=limit)
    if kind == 4:
        got = PercentCut(Decimal(dice.choice((50, 100))))
        bought = dice.choice((1, 2, 3))
        return BuyGet(id=name, buy_lines=on, get_lines=on, buy_quantity=bought, cut=got, max_applications=limit)
    if kind == 5:
        half = len(on) // 2
        slots = (Slot(lines=on[:half]), Slot(lines=on[half:], quantity=dice.choice((1, 2))))
        return MixAndMatch(id=name, slots=slots, cut=percent, max_applications=limit)
    return DistinctSet(id=name, lines=on, size=size, cut=percent, max_applications=limit)


@pytest.mark.parametrize(
    ("seed", "lines", "offers", "discount", "most"),
    [
        (29, 20, 8, "598.81", 80_000),
        (40, 20, 8, "538.34", 80_000),
        (33, 20, 8, "252.57", 40_000),
        (45, 20, 8, "339.31", 60_000),
        (131, 20, 8, "209.60", 300_000),
        (8, 40, 15, "737.12", 120_000),
        (15, 40, 15, "525.65", 300_000),
    ],
)
def test_carts_that_credits_and_labels_leave_open_are_proven(
    seed: int, lines: int, offers: int, discount: str, most: int
) -> None:
    """The discounts are those that HiGHS finds for the whole program, with a bound that equals them."""
    answer = find_best_price(crowded(seed, lines, offers))
    assert answer.discount.amount == Decimal(discount)
    assert answer.certificate.is_exact
    assert {proof.method for proof in answer.certificate.components} <= {Method.SEARCH, Method.CLOSED_FORM}
    assert answer.certificate.nodes < most


def test_the_decision_between_equals_takes_little_of_the_work_that_it_may() -> None:
    """Of the 100,000 nodes that it may take, labels alone took all of them on this cart, and ended undecided."""
    problem = crowded(29, 20, 8)
    answer = find_best_price(problem)
    shuffled = BestPriceProblem(currency="EUR", lines=problem.lines[::-1], offers=problem.offers[::-1])
    assert find_best_price(shuffled).by_offer() == answer.by_offer()
    assert answer.certificate.nodes < 100_000
    with patch("servicecore.pricing.best_price.search._SETTLING", 1 << 40):
        undecided = find_best_price(problem)
    assert undecided.discount == answer.discount
    assert len(answer.by_offer()) <= len(undecided.by_offer())
