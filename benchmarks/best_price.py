"""How long an exact best price takes: against greedy, which proves nothing, and against HiGHS alone.

Random but seeded carts in two mixes. "shop": seven kinds of offers on categories (a run of lines) or, one in five, on
the whole cart; two in five limited to a few applications. "dense": the five usual kinds, each on a quarter of the cart
up to all of it. "categories": every kind on one to three of the categories that the lines fall into, three in five
limited. Offers overlap everywhere: nearly every cart is one component. Times are processor time of one run, compiling
included; "work" is what the certificates count; "proven" counts answers whose certificate has no gap.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from statistics import median
from time import process_time
from typing import TypeVar

from servicecore.engine.highs import HighsSolver, SolverUnavailable
from servicecore.pricing.best_price import (
    AmountCut,
    BestPriceLine,
    BestPriceProblem,
    Bundle,
    BuyGet,
    DistinctSet,
    EachUnit,
    IntegerSolver,
    MixAndMatch,
    PercentCut,
    PriceCut,
    Slot,
    UnitOffer,
    find_best_price,
)
from servicecore.pricing.best_price.compact import CompactProblem, StageLine, compact
from servicecore.pricing.best_price.greedy import greedy
from servicecore.pricing.best_price.integer_program import programmed
from servicecore.pricing.best_price.valuation import Valuation

PRICES = (499, 750, 999, 1250, 1499, 1850, 1999, 2499, 2999, 3999)
KINDS = ("percent", "amount", "bundle_percent", "bundle_price", "buy_get", "slots", "distinct")
PEER_NODES = 200_000
T = TypeVar("T")


def cart(dice: Random, lines: int, most: int) -> list[BestPriceLine]:
    def price() -> int:
        return dice.choice(PRICES) if dice.random() < 0.6 else dice.randint(200, 6000)

    return [
        BestPriceLine(id=f"l{n:03}", quantity=dice.randint(1, most), unit_price=Decimal(price()) / 100)
        for n in range(lines)
    ]


def offer(dice: Random, name: str, kind: str, on: list[str], limit: int | None) -> UnitOffer:
    percent = PercentCut(Decimal(dice.choice((10, 15, 20, 25, 30))))
    if kind == "percent":
        return EachUnit(id=name, lines=on, cut=percent, max_applications=limit)
    if kind == "amount":
        return EachUnit(id=name, lines=on, cut=AmountCut(Decimal(dice.randint(1, 3))), max_applications=limit)
    size = dice.choice((2, 3))
    if kind == "bundle_percent":
        return Bundle(id=name, lines=on, size=size, cut=percent, max_applications=limit)
    if kind == "bundle_price":
        cut = PriceCut(size * Decimal(dice.choice((10, 15, 20))))
        return Bundle(id=name, lines=on, size=size, cut=cut, max_applications=limit)
    if kind == "buy_get":
        cut_got = PercentCut(Decimal(dice.choice((50, 100))))
        bought = dice.choice((1, 2, 3))
        return BuyGet(id=name, buy_lines=on, get_lines=on, buy_quantity=bought, cut=cut_got, max_applications=limit)
    if kind == "slots":
        half = len(on) // 2
        slots = (Slot(lines=on[:half]), Slot(lines=on[half:], quantity=dice.choice((1, 2))))
        return MixAndMatch(id=name, slots=slots, cut=percent, max_applications=limit)
    return DistinctSet(id=name, lines=on, size=size, cut=percent, max_applications=limit)


def shop(seed: int, lines: int, offers: int) -> BestPriceProblem:
    dice = Random(seed)
    given = cart(dice, lines, 4)
    ids = [line.id for line in given]
    made = []
    for number in range(offers):
        start, length = dice.randrange(lines), dice.randint(3, lines // 2)
        on = ids if dice.random() < 0.2 else sorted((ids + ids)[start : start + length])
        kind = dice.choices(KINDS, (3, 2, 3, 2, 3, 1, 1))[0]
        made.append(offer(dice, f"o{number:02}", kind, on, dice.choice((None, None, None, 1, 3))))
    return BestPriceProblem(currency="EUR", lines=given, offers=made)


def dense(seed: int, lines: int, offers: int) -> BestPriceProblem:
    dice = Random(seed)
    given = cart(dice, lines, 3)
    ids = [line.id for line in given]
    made = []
    for number in range(offers):
        on = sorted(dice.sample(ids, dice.randint(lines // 4, lines)))
        made.append(offer(dice, f"o{number:02}", dice.choice(KINDS[:5]), on, dice.choice((None, None, None, 1, 2))))
    return BestPriceProblem(currency="EUR", lines=given, offers=made)


def categories(seed: int, lines: int, offers: int) -> BestPriceProblem:
    dice = Random(seed)
    given = cart(dice, lines, 4)
    ids = [line.id for line in given]
    shelves: dict[int, list[str]] = {}
    for line in ids:
        shelves.setdefault(dice.randrange(lines // 5), []).append(line)
    made = []
    for number in range(offers):
        chosen = dice.sample(sorted(shelves), min(len(shelves), dice.choice((1, 2, 2, 3))))
        on = ids if dice.random() < 0.15 else sorted(line for shelf in chosen for line in shelves[shelf])
        kind = dice.choices(KINDS, (3, 2, 3, 2, 3, 1, 1))[0] if len(on) > 2 else "percent"
        made.append(offer(dice, f"o{number:02}", kind, on, dice.choice((None, None, 1, 2, 3))))
    return BestPriceProblem(currency="EUR", lines=given, offers=made)


def form(problem: BestPriceProblem) -> CompactProblem:
    valuation = Valuation.of(problem)
    lines = [StageLine(line.id, valuation.units(line.unit_price), line.quantity) for line in problem.lines]
    return compact(lines, problem.offers, valuation)


def timed(run: Callable[[BestPriceProblem], T], problems: list[BestPriceProblem]) -> tuple[list[float], list[T]]:
    times, results = [], []
    for problem in problems:
        start = process_time()
        results.append(run(problem))
        times.append((process_time() - start) * 1000)
    return times, results


def row(name: str, times: list[float], more: str = "") -> None:
    slow = sorted(times)[len(times) * 95 // 100]
    print(f"  {name:<24} median {median(times):8.1f} ms   95 % {slow:8.1f} ms   worst {max(times):8.1f} ms   {more}")


def measure(
    mix: Callable[[int, int, int], BestPriceProblem],
    size: tuple[int, int],
    runs: int,
    target: str,
    solver: IntegerSolver | None,
    use_solver: bool,
) -> None:
    problems = [mix(seed, *size) for seed in range(runs)]
    print(f"{mix.__name__}: {size[0]} lines, {size[1]} offers, {runs} carts (target {target})")
    with_solver = solver if use_solver else None
    times, answers = timed(lambda problem: find_best_price(problem, solver=with_solver), problems)
    proven = sum(answer.certificate.is_exact for answer in answers)
    gap = max(answer.certificate.gap.amount / max(answer.discount.amount, Decimal(1)) for answer in answers)
    work = [answer.certificate.nodes for answer in answers]
    name = "servicecore" if with_solver is None else "servicecore and HiGHS"
    more = f"proven {proven}/{runs}, widest gap {gap:.2%}, work {median(work):.0f}, worst {max(work)}"
    row(name, times, more)
    times, floors = timed(lambda problem: greedy(form(problem)), problems)
    short = [
        1 - Decimal(value // form(problem).scale) / 100 / answer.discount.amount
        for (_, value), answer, problem in zip(floors, answers, problems, strict=True)
        if answer.discount.amount
    ]
    row("greedy (floor)", times, f"short of it by {median(short):.2%}, worst {max(short):.2%}")
    if solver is not None:
        programs = timed(lambda problem: solver.solve(programmed(form(problem)).program, PEER_NODES), problems)
        row("HiGHS alone (peer)", programs[0])


def main() -> None:
    try:
        solver: IntegerSolver | None = HighsSolver()
    except SolverUnavailable as missing:
        solver = None
        print(f"without HiGHS: {missing}")
    for mix in (shop, dense, categories):
        measure(mix, (20, 8), 60, "20 ms, aim 5", solver, use_solver=False)
        measure(mix, (40, 15), 30, "120 ms, aim 40", solver, use_solver=False)
        measure(mix, (80, 30), 6, "500 ms, aim 150", solver, use_solver=True)


if __name__ == "__main__":
    main()
