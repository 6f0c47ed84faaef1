"""HiGHS behind the port: the same best prices as the own search, and a clear refusal where it is not installed."""

from __future__ import annotations

import sys
from decimal import Decimal
from random import Random

import pytest

pytest.importorskip("highspy")

from servicecore.engine.highs import HighsSolver, SolverUnavailable
from servicecore.pricing.best_price import (
    BestPriceLine,
    BestPriceProblem,
    Bundle,
    BuyGet,
    Column,
    Cut,
    DistinctSet,
    EachUnit,
    IntegerAnswer,
    IntegerProgram,
    Method,
    MixAndMatch,
    PercentCut,
    PriceCut,
    Reach,
    Row,
    Slot,
    UnitOffer,
    find_best_price,
)
from servicecore.pricing.best_price.compact import StageLine, compact
from servicecore.pricing.best_price.integer_program import programmed
from servicecore.pricing.best_price.valuation import Valuation


def test_a_knapsack_by_hand() -> None:
    """3a + 2b <= 7 with 5 for each a and 3 for each b, at most 3 each: a=1, b=2 gives 11; a=2 gives 10."""
    program = IntegerProgram((Column(5, 3), Column(3, 3)), (Row(((0, 3), (1, 2)), None, 7),))
    answer = HighsSolver().solve(program, 10_000_000)
    assert answer is not None
    assert answer.values == (1, 2)
    assert answer.bound == 11


def test_a_program_without_a_solution_has_no_answer() -> None:
    assert HighsSolver().solve(IntegerProgram((Column(1, 1),), (Row(((0, 1),), 2, None),)), 10_000_000) is None


def contested(seed: int) -> BestPriceProblem:
    """Return a cart of 9 lines where offers of every kind compete, with a cap and an offer alone on its lines."""
    dice = Random(seed)
    cart = [
        BestPriceLine(id=f"l{n}", quantity=dice.randint(1, 4), unit_price=Decimal(dice.randint(200, 4000)) / 100)
        for n in range(9)
    ]
    ids = [line.id for line in cart]

    def some(least: int = 4) -> list[str]:
        return dice.sample(ids, dice.randint(least, 9))

    cuts: tuple[Cut, ...] = (PercentCut(Decimal(20)), PriceCut(Decimal(25)))
    same = some()
    offers: list[UnitOffer] = [
        EachUnit(id="unit", lines=some(), cut=PercentCut(Decimal(dice.randint(5, 15)))),
        EachUnit(id="capped", lines=some(), cut=PercentCut(Decimal(30)), cap=Decimal(dice.randint(3, 20))),
        EachUnit(id="alone", lines=some(), cut=PercentCut(Decimal(18)), reach=Reach.LINE, max_applications=3),
        Bundle(id="bundle", lines=some(), size=dice.randint(2, 3), cut=dice.choice(cuts), max_applications=2),
        DistinctSet(id="set", lines=some(), size=3, cut=PercentCut(Decimal(22))),
        MixAndMatch(
            id="slots",
            slots=[Slot(lines=some(), quantity=1), Slot(lines=some(), quantity=2)],
            cut=PercentCut(Decimal(24)),
        ),
        BuyGet(
            id="free",
            buy_lines=same,
            get_lines=same,
            get_quantity=dice.randint(1, 2),
            cut=PercentCut(Decimal(60)),
            max_applications=2,
        ),
    ]
    return BestPriceProblem(currency="EUR", lines=cart, offers=offers)


@pytest.mark.parametrize("seed", range(12))
def test_it_finds_what_the_own_search_proves(seed: int) -> None:
    problem = contested(seed)
    own = find_best_price(problem, nodes=3_000_000)
    with_solver = find_best_price(problem, nodes=2, solver=HighsSolver())
    assert with_solver.certificate.bound >= own.discount
    assert with_solver.discount <= own.certificate.bound
    if own.certificate.is_exact and with_solver.certificate.is_exact:
        assert own.discount == with_solver.discount
    assert with_solver.certificate.is_exact or own.certificate.is_exact


@pytest.mark.parametrize("seed", range(6))
def test_a_large_part_is_handed_over_without_what_no_better_solution_uses(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken for large, a cart is narrowed to its best solution met; HiGHS then finds what the own search proves."""
    problem = contested(seed)
    own = find_best_price(problem, nodes=3_000_000)
    monkeypatch.setattr("servicecore.pricing.best_price.stage._FEW_COLUMNS", 0)
    monkeypatch.setattr("servicecore.pricing.best_price.deepening._FIRST_TRY", -1)
    asked: list[IntegerProgram] = []

    class Asked(HighsSolver):
        def solve(self, program: IntegerProgram, nodes: int) -> IntegerAnswer | None:
            asked.append(program)
            return super().solve(program, nodes)

    answer = find_best_price(problem, solver=Asked())
    assert answer.certificate.is_exact
    assert answer.discount == own.discount
    if asked:
        valuation = Valuation.of(problem)
        lines = [StageLine(line.id, valuation.units(line.unit_price), line.quantity) for line in problem.lines]
        whole = programmed(compact(lines, problem.offers, valuation)).program
        assert len(asked[0].columns) < len(whole.columns)


def test_thousands_of_copies_of_the_book_puzzle_are_proven() -> None:
    """2000/2000/2000/1000/1000 books of 8: 2000 sets of four at 20 % take 12,800.00 off."""
    counts = (2000, 2000, 2000, 1000, 1000)
    cart = [BestPriceLine(id=f"b{n}", quantity=count, unit_price=Decimal(8)) for n, count in enumerate(counts)]
    offers = [
        DistinctSet(id=f"set{size}", lines=[line.id for line in cart], size=size, cut=PercentCut(Decimal(percent)))
        for size, percent in ((2, 5), (3, 10), (4, 20), (5, 25))
    ]
    answer = find_best_price(BestPriceProblem(currency="EUR", lines=cart, offers=offers), solver=HighsSolver())
    assert answer.by_offer() == {"set4": (2000, Decimal(12800))}
    assert [proof.method for proof in answer.certificate.components] == [Method.SOLVER]
    assert answer.certificate.is_exact


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(SolverUnavailable, match="highspy") as refused:
        HighsSolver()
    assert refused.value.hint == "install servicecore[optimize]"


def test_its_name_says_the_version() -> None:
    assert HighsSolver().name.startswith("highs ")
