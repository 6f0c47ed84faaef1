"""A way through the offers of a cart: what was applied so far, what it leaves, and what is proven about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from attrs import Factory, define, evolve, frozen

from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding
from servicecore.pricing.best_price import BestPrice, ComponentProof, IntegerSolver
from servicecore.pricing.promotions.basket import Basket
from servicecore.pricing.promotions.bench import NOTHING, Bench, Share, View
from servicecore.pricing.promotions.benefits import Proposal
from servicecore.pricing.promotions.combination import Combination, RoundingLevel
from servicecore.pricing.promotions.money_off import rounded
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.selection.optimum.stock import Stock
from servicecore.pricing.promotions.selection.run import Run
from servicecore.pricing.rounding_policy import rounding_digits

_FINEST: Final = 20


@define(eq=False)
class Work:
    """What the search may still do, and what it did.

    Attributes:
        left: choices that may still be looked at.
        solver: for large parts; None is none.
        done: choices looked at.
        tried: combinations of offers that were solved because some exclude each other.
        dominated: ids of offers that another one replaces.
        skipped: ids of offers of which not every choice was looked at.

    """

    left: int
    solver: IntegerSolver | None = None
    done: int = 0
    tried: int = 0
    dominated: set[str] = Factory(set)
    skipped: set[str] = Factory(set)

    def count(self, answer: BestPrice) -> None:
        """Count what an answer took."""
        self.done += answer.certificate.nodes
        self.left = max(1, self.left - answer.certificate.nodes)
        self.tried += 1


@frozen(eq=False)
class Step:
    """What was applied: an offer with its proposal, and how often it counts."""

    offer: Offer
    proposal: Proposal
    times: int


@define(eq=False)
class Way:
    """One way.

    Attributes:
        run: a run of its own over the basket.
        stock: the units that it leaves.
        work: shared by all ways.
        steps: what was applied, in order.
        value: what it takes off goods so far, before anything is rounded that is no money yet.
        bound: nothing that was searched takes off more.
        proofs: by part of the cart.

    """

    run: Run
    stock: Stock
    work: Work
    steps: list[Step] = Factory(list)
    value: Decimal = NOTHING
    bound: Decimal = NOTHING
    proofs: list[ComponentProof] = Factory(list)

    @classmethod
    def begin(cls, run: Run, work: Work) -> Way:
        """Return the way on which nothing was applied yet to the basket of ``run``."""
        way = cls(run.fresh(), Stock(), work)
        goods = [line for line in run.bench.basket.lines if line.open_to_offers and not line.shipping]
        way.stock = Stock.of(goods, way.digits)
        return way

    def fork(self) -> Way:
        """Return the same way, to be continued for itself."""
        other = Way(self.run.fresh(), self.stock.copy(), self.work, [], self.value, self.bound)
        other.proofs = list(self.proofs)
        other.run.allowed.update(self.run.allowed)
        other.run.lost.extend(self.run.lost)
        other.run.lost_on_line.extend(self.run.lost_on_line)
        for step in self.steps:
            other.note(step)
        return other

    @property
    def settings(self) -> Combination:
        """Return how offers stand beside each other."""
        return self.run.bench.settings

    @property
    def unit_rounding(self) -> Rounding | None:
        """Return by what the discount of each unit is rounded; None where it stays exact until the line is rounded."""
        settings = self.settings
        if settings.level is RoundingLevel.LINE:
            return None
        return settings.percent_rounding or settings.rounding or HALF_UP

    @property
    def digits(self) -> int:
        """Return the decimals that discounts may have."""
        rounding = self.unit_rounding
        return _FINEST if rounding is None else rounding_digits(rounding, self.basket.currency)

    def set_discount(self, exact: Decimal) -> Decimal:
        """Return what a set takes off: ``exact``, rounded as amounts over several units are."""
        return rounded(exact, self.settings.rounding, self.basket.currency)

    @property
    def basket(self) -> Basket:
        """Return what is bought."""
        return self.run.bench.basket

    @property
    def rank(self) -> tuple[Decimal, int, tuple[str, ...]]:
        """Return what sorts the best first: more off, then fewer offers, then lower ids (CC 7.4)."""
        offers = sorted({step.offer.id for step in self.steps})
        return (-self.value, len(offers), tuple(offers))

    def note(self, step: Step) -> None:
        """Carry ``step`` out on the bench."""
        self.run.apply(step.offer, step.proposal)
        for _ in range(step.times):
            self.run.count(step.offer)
        self.steps.append(step)

    def apply(self, offer: Offer, shares: Iterable[Share], times: int, value: Decimal | None = None) -> None:
        """Apply ``offer``: take ``shares`` off, their units being used already.

        ``value`` counts for them where it is not their sum: they are rounded, what is weighed is not.
        """
        given = Proposal(tuple(shares))
        self.note(Step(offer, given, times))
        self.value = EXACT.add(self.value, given.amount if value is None else value)

    def note_proof(self, answer: BestPrice, owners: Mapping[str, str]) -> None:
        """Keep what ``answer`` proves, in the names of lines and offers; ``owners`` are the offers' ids."""
        lines = {name: batch.line.id for name, batch in self.stock.batches.items()}

        def named(ids: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(names[each] for each in ids))

        self.work.dominated.update(owners[each] for each in answer.certificate.dominated)
        for proof in answer.certificate.components:
            self.proofs.append(evolve(proof, lines=named(proof.lines, lines), offers=named(proof.offers, owners)))

    def scratch(self, values: dict[str, tuple[Decimal, Decimal]], offer: Offer) -> View:
        """Return what ``offer`` sees of a cart with other quantities and values, by line."""
        lines = []
        for line in self.basket.lines:
            quantity, value = values.get(line.id, (NOTHING, NOTHING))
            if quantity > NOTHING:
                lines.append(evolve(line, quantity=quantity, unit_price=EXACT.divide(value, quantity)))
        bench = self.run.bench
        other = Bench(evolve(self.basket, lines=tuple(lines)), bench.settings, bench.day, bench.round_line)
        return View(other, offer, self.run.allowed.get(offer.id))
