"""Find the best price: every choice between offers that exclude each other, and the offers on the order."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from math import ceil
from typing import Final

from attrs import define, evolve, field

from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price.answer import BestPrice, Certificate, OfferApplication
from servicecore.pricing.best_price.compact import StageLine
from servicecore.pricing.best_price.integer_program import IntegerSolver
from servicecore.pricing.best_price.offers import OrderThreshold, Reach, ThresholdBasis, UnitOffer
from servicecore.pricing.best_price.problem import BestPriceProblem
from servicecore.pricing.best_price.stage import Workshop
from servicecore.pricing.best_price.stages import Outcome, run_stages
from servicecore.pricing.best_price.valuation import Valuation

NODES: Final = 400_000
"""How much work an answer may take unless told otherwise: choices looked at."""

_MOST_ALTERNATIVES: Final = 256


def find_best_price(problem: BestPriceProblem, *, nodes: int = NODES, solver: IntegerSolver | None = None) -> BestPrice:
    """Return the applications of offers that take most off the cart, with a certificate.

    Inside a lane and priority the answer is the best of all combinations; a higher priority takes its units first,
    and a later lane sees what the earlier lanes left. Of equal answers the one with fewer offers is given, then the
    one with the lower ids (CC 7.4). Beyond the budget the answer is feasible, at least as good as greedy, and its
    certificate says how far off it can be.

    Args:
        problem: lines and offers.
        nodes: work allowed; counted in choices, so that an answer never depends on the machine.
        solver: for large components, behind the port ``IntegerSolver``.

    """
    valuation = Valuation.of(problem)
    shop = Workshop(valuation, nodes, solver)
    lines = [StageLine(line.id, valuation.units(line.unit_price), line.quantity) for line in problem.lines]
    alternatives = _Alternatives(problem, shop, lines)
    best = alternatives.best()
    value = Money(valuation.amount(best.value), problem.currency)
    certificate = Certificate(
        value,
        Money(valuation.amount(max(best.value, alternatives.bound)), problem.currency),
        shop.nodes,
        alternatives.tried,
        best.proofs,
        tuple(sorted(shop.dominated)),
    )
    return BestPrice(value, best.applications, best.unused, certificate)


@define(eq=False)
class _Alternatives:
    """The sets of offers that do not exclude each other, tried one after the other.

    Attributes:
        problem: lines and offers.
        shop: solves stages.
        lines: the cart in units of the valuation.
        tried: sets of offers run so far.
        bound: no answer takes off more, in units.

    """

    problem: BestPriceProblem
    shop: Workshop
    lines: list[StageLine]
    tried: int = 0
    bound: int = 0
    _best: Outcome | None = field(init=False, default=None)

    def best(self) -> Outcome:
        """Return the best outcome over all alternatives: each offer that wants the cart alone, and all others."""
        together = tuple(offer for offer in self.problem.offers if offer.reach is not Reach.CART)
        self._branch(together)
        for offer in self.problem.offers:
            if offer.reach is Reach.CART:
                self._keep(self._run((offer,)))
        return self._best or self._run(())

    def _run(self, offers: Iterable[UnitOffer], ceiling: int | None = None) -> Outcome:
        self.tried += 1
        return run_stages(self.shop, self.lines, offers, ceiling)

    def _keep(self, outcome: Outcome) -> None:
        self.bound = max(self.bound, outcome.bound)
        if self._best is None or outcome.rank < self._best.rank:
            self._best = outcome

    def _branch(self, offers: tuple[UnitOffer, ...]) -> None:
        """Try ``offers``; where two of one group are applied, try the group again with one of them at a time.

        More offers never take off less inside one lane and priority, so what all of them give bounds every branch.
        """
        relaxed = self._run(offers)
        broken = self._broken(offers, relaxed)
        if not broken:
            self._with_thresholds(offers, relaxed)
            return
        if _is_one_stage(offers) and self._best is not None and self._at_most(relaxed.bound) < self._best.value:
            return
        members = [offer for offer in offers if offer.group == broken]
        rest = tuple(offer for offer in offers if offer.group != broken)
        if self.tried >= _MOST_ALTERNATIVES:
            self.bound = max(self.bound, relaxed.bound)
            members = [max(members, key=lambda offer: _taken_off(relaxed, offer))]
        for member in sorted(members, key=lambda offer: (-_taken_off(relaxed, offer), offer.id)):
            self._branch((*rest, member))

    def _broken(self, offers: Iterable[UnitOffer], outcome: Outcome) -> str:
        """Return a group of which more than one offer is applied, or nothing."""
        groups = {offer.id: offer.group for offer in offers}
        seen: set[str] = set()
        for each in outcome.offers:
            group = groups[each]
            if group and group in seen:
                return group
            seen.add(group)
        return ""

    @property
    def _worth(self) -> int:
        return sum(line.price * line.quantity for line in self.lines)

    def _at_most(self, bound: int) -> int:
        """Return what offers on units that take off at most ``bound`` can give together with a threshold."""
        cuts = [self.shop.valuation.cut(each.cut, self._worth - bound) for each in self.problem.thresholds]
        return bound + max(cuts, default=0)

    def _with_thresholds(self, offers: tuple[UnitOffer, ...], outcome: Outcome) -> None:
        self._keep(outcome)
        for threshold in self.problem.thresholds:
            minimum = ceil(threshold.minimum.scaleb(self.shop.valuation.digits, EXACT))
            if threshold.basis is ThresholdBasis.UNDISCOUNTED:
                if self._worth >= minimum:
                    self._keep(self._and_then(threshold, outcome))
            elif self._worth - outcome.value >= minimum:
                self._keep(self._and_then(threshold, outcome))
            elif self._worth >= minimum and _is_one_stage(offers):
                below = self._run(offers, self._worth - minimum)
                then = self._and_then(threshold, below)
                if self._broken(offers, below):
                    self.bound = max(self.bound, then.bound)
                else:
                    self._keep(then)

    def _and_then(self, threshold: OrderThreshold, outcome: Outcome) -> Outcome:
        valuation = self.shop.valuation
        off = valuation.cut(threshold.cut, self._worth - outcome.value)
        if not off:
            return outcome
        applied = OfferApplication(threshold.id, 1, (), Money(valuation.amount(off), valuation.currency))
        return evolve(
            outcome,
            value=outcome.value + off,
            bound=outcome.bound + valuation.cut(threshold.cut, self._worth - outcome.bound),
            applications=(*outcome.applications, applied),
        )


def _is_one_stage(offers: Iterable[UnitOffer]) -> bool:
    return len({(offer.lane, offer.priority) for offer in offers}) <= 1


def _taken_off(outcome: Outcome, offer: UnitOffer) -> Decimal:
    return sum((each.total.amount for each in outcome.applications if each.offer == offer.id), Decimal(0))
