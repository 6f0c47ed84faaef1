"""The greedy answer: three simple ways to fill a cart; what every answer past the budget is at least as good as."""

from __future__ import annotations

from servicecore.pricing.best_price.compact import CompactProblem, Counts
from servicecore.pricing.best_price.filling import Filling, by_unit, by_value
from servicecore.pricing.best_price.marginal_value import by_marginal_value


def dearest_first(problem: CompactProblem) -> tuple[Counts, int]:
    """Return the better of two solutions, with its scaled value: by application or by unit, the dearest first."""
    fillings = [Filling(problem), Filling(problem)]
    for filling, rank in zip(fillings, (by_value, by_unit), strict=True):
        filling.fill(range(len(problem.offers)), rank)
    best = max(fillings, key=lambda filling: filling.total)
    return best.counts, best.total


def greedy(problem: CompactProblem) -> tuple[Counts, int]:
    """Return the best of three solutions, with its scaled value.

    The dearest application comes first, by its value or by its value for each used unit; or the offers are applied one
    after the other by their marginal value (CC 7.4).
    """
    counts, total = dearest_first(problem)
    ranked = by_marginal_value(problem)
    return (ranked.counts, ranked.total) if ranked.total > total else (counts, total)
