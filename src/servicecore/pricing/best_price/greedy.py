"""The greedy answer: three simple ways to fill a cart; what every answer past the budget is at least as good as."""

from __future__ import annotations

from servicecore.pricing.best_price.compact import CompactProblem, Counts
from servicecore.pricing.best_price.filling import Filling, by_unit, by_value
from servicecore.pricing.best_price.marginal_value import by_marginal_value


def greedy(problem: CompactProblem) -> tuple[Counts, int]:
    """Return the best of three solutions, with its scaled value.

    The dearest application comes first, by its value or by its value for each used unit; or the offers are applied one
    after the other by their marginal value (CC 7.4).
    """
    everything = range(len(problem.offers))
    fillings = [Filling(problem), Filling(problem), by_marginal_value(problem)]
    for filling, rank in zip(fillings, (by_value, by_unit), strict=False):
        filling.fill(everything, rank)
    best = max(fillings, key=lambda filling: filling.total)
    return best.counts, best.total
