"""One stage: the offers of one priority in one lane, with the units and prices that earlier stages left."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from attrs import Factory, define, frozen

from servicecore.pricing.best_price.answer import Method
from servicecore.pricing.best_price.assemble import Assembled, assemble
from servicecore.pricing.best_price.closed_form import closed_form
from servicecore.pricing.best_price.compact import CompactProblem, Counts, StageLine, compact
from servicecore.pricing.best_price.elementary import Elementary
from servicecore.pricing.best_price.greedy import greedy
from servicecore.pricing.best_price.integer_program import IntegerSolver, programmed
from servicecore.pricing.best_price.offers import UnitOffer
from servicecore.pricing.best_price.reduction import components, spread, with_joined_lines, without_dominated
from servicecore.pricing.best_price.search import Found, Search
from servicecore.pricing.best_price.shadow_prices import shadow_prices
from servicecore.pricing.best_price.valuation import Valuation
from servicecore.pricing.best_price.value import value_of_counts

_OWN_SHARE: Final = 3
"""Before a solver the own search gets this part of the budget on large components, to make the program small."""

_FEW_COLUMNS: Final = 450
"""Up to here a component is searched as without a solver, so that a solver changes what is not proven only."""


@frozen(eq=False)
class SolvedComponent:
    """One component with its answer; amounts in units of the valuation.

    Attributes:
        problem: lines and offers.
        applications: what is applied.
        method: how it was proven.
        value: what the applications take off.
        bound: nothing takes off more.
        nodes: work done.

    """

    problem: CompactProblem
    applications: tuple[Assembled, ...]
    method: Method
    value: int
    bound: int
    nodes: int


@define(eq=False)
class Workshop:
    """What solves stages: the valuation, the work that is left, and a solver from outside, if there is one.

    Attributes:
        valuation: of the problem.
        budget: nodes left.
        solver: for large components.
        nodes: work done.
        dominated: ids of offers that were left out because another replaces them.

    """

    valuation: Valuation
    budget: int
    solver: IntegerSolver | None
    nodes: int = 0
    dominated: set[str] = Factory(set)

    def solve(
        self,
        lines: Iterable[StageLine],
        offers: Iterable[UnitOffer],
        touched: AbstractSet[str] = frozenset(),
        ceiling: int | None = None,
    ) -> tuple[SolvedComponent, ...]:
        """Return the components of a stage, solved.

        Args:
            lines: what is left of the cart.
            offers: of one priority in one lane, none excluding another.
            touched: ids of lines that an earlier stage used; offers alone on a line keep away from them.
            ceiling: the most that may be taken off in all, in units; it makes one component of everything.

        """
        whole = compact(lines, offers, self.valuation, touched)
        if not whole.offers:
            return ()
        if ceiling is not None:
            return (self._solve_below(whole, ceiling),)
        reduced = without_dominated(whole)
        kept = {each.offer.id for each in reduced.offers}
        self.dominated.update(each.offer.id for each in whole.offers if each.offer.id not in kept)
        return tuple([self._component(each) for each in components(reduced)])

    def _component(self, problem: CompactProblem) -> SolvedComponent:
        known = closed_form(problem)
        if known is not None:
            counts, value = known
            return self._made(problem, counts, value, Method.CLOSED_FORM, 0)
        joined, members = with_joined_lines(problem)
        prices = shadow_prices(joined)
        columns = sum(len(role.weights) for compact in joined.offers for role in compact.roles)
        hands_over = self.solver is not None and columns > _FEW_COLUMNS
        found = Search(joined, prices, self.budget // (_OWN_SHARE if hands_over else 1), hands_over=hands_over).run()
        if found.counts is not None and found.bound == found.value:
            return self._made(problem, spread(found.counts, members, problem), found.bound, Method.SEARCH, found.nodes)
        counts, value = greedy(joined)
        if found.counts is not None and found.value >= value:
            counts, value = found.counts, found.value
        solved = self._from_solver(joined, found, value)
        counts, bound, method = solved or (counts, found.bound, Method.BUDGET)
        return self._made(problem, spread(counts, members, problem), bound, method, found.nodes)

    def _from_solver(self, problem: CompactProblem, found: Found, least: int) -> tuple[Counts, int, Method] | None:
        """Return the solver's counts, checked, with the lower of the bounds; None where they do not hold."""
        if self.solver is None:
            return None
        program = programmed(problem, found.most_units)
        bound = found.bound
        answer = self.solver.solve(program.program, self.budget)
        if answer is None:
            return None
        counts = program.counts(answer.values)
        value = value_of_counts(problem, counts)
        if value is None or value < least:
            return None
        if answer.bound is not None:
            bound = min(bound, max(value, answer.bound))
        bound = max(value, bound // problem.scale * problem.scale) if not _is_optimistic(problem) else bound
        return counts, bound, Method.SOLVER if bound == value else Method.BUDGET

    def _solve_below(self, problem: CompactProblem, ceiling: int) -> SolvedComponent:
        """Return the largest discount of at most ``ceiling``."""
        base, least = greedy(problem)
        most = ceiling * problem.scale
        if least > most:
            base, least = {}, 0
        prices = shadow_prices(problem)
        found = Search(problem, prices, self.budget, most).run()
        counts, method = found.counts, Method.SEARCH if found.bound == found.value else Method.BUDGET
        if counts is None or found.value < least:
            counts, method = base, Method.BUDGET
        # where sets may be worth less than their units say, some that fit were taken for too large: nothing is proven
        bound = most if _is_optimistic(problem) else min(found.bound, most)
        made = self._made(problem, counts, bound, method, found.nodes, refine=False)
        if made.value > ceiling:  # sets that cost more than their units lowered the sum, and no cart has such sets
            made = self._made(problem, base, most, Method.BUDGET, 0, refine=False)
        return made

    def _made(
        self, problem: CompactProblem, counts: Counts, bound: int, method: Method, nodes: int, refine: bool = True
    ) -> SolvedComponent:
        self.nodes += nodes
        self.budget = max(1, self.budget - nodes)
        applications = assemble(problem, counts, self.valuation)
        value = sum(each.times * each.worth for each in applications)
        most = (
            bound // problem.step * problem.step // problem.scale if _is_optimistic(problem) else bound // problem.scale
        )
        if refine and value < most and _is_optimistic(problem) and Elementary.is_small(problem):
            small = Elementary(problem, self.valuation)
            best, sets = small.solve()
            self.nodes += small.nodes
            return SolvedComponent(problem, sets, Method.ELEMENTARY, best, best, nodes + small.nodes)
        if value < most:
            method = Method.BUDGET
        return SolvedComponent(problem, applications, method, value, max(value, most), nodes)


def _is_optimistic(problem: CompactProblem) -> bool:
    return any(compact.optimistic for compact in problem.offers)
