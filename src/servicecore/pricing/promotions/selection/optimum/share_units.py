"""Let offers share the units of a cart: one best-price problem, or several where two may not share a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final

from attrs import evolve

from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing.best_price import (
    BestPrice,
    BestPriceLine,
    BestPriceProblem,
    OrderThreshold,
    PercentCut,
    UnitOffer,
    find_best_price,
)
from servicecore.pricing.promotions.bench import NOTHING
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.selection.optimum.carry_out import Owners, carry_out, decimals_of
from servicecore.pricing.promotions.selection.optimum.offer_forms import Bans, forms_of
from servicecore.pricing.promotions.selection.optimum.stock import clash
from servicecore.pricing.promotions.selection.optimum.unit_forms import UnitForm
from servicecore.pricing.promotions.selection.optimum.way import Way

_MOST_BRANCHES: Final = 64
_MOST_DIGITS: Final = 12


def share_units(way: Way, offers: Sequence[Offer], thresholds: Sequence[OrderThreshold]) -> str:
    """Let ``offers`` share the units that are free, at their best; return the threshold that is part of it.

    The problem leaves out that some offers may not share a line. Where its answer breaks this, the two ways to keep
    the pair apart on that line are tried instead.
    """
    best: tuple[BestPrice, Owners] | None = None
    bound, branches = NOTHING, [frozenset[tuple[str, str]]()]
    tried = 0
    while branches:
        bans = branches.pop()
        problem, owners = _problem(way, offers, thresholds, bans)
        answer = find_best_price(problem, nodes=way.work.left, solver=way.work.solver)
        way.work.count(answer)
        tried += 1
        most = answer.certificate.bound.amount
        if best is not None and most <= best[0].discount.amount:
            continue
        pair = _clash(way, answer, owners)
        if pair is None:
            bound = max(bound, most)
            if best is None or answer.discount > best[0].discount:
                best = (answer, owners)
            continue
        line, one, other = pair
        branches.append(bans | {(other, line)})
        if tried < _MOST_BRANCHES:
            branches.append(bans | {(one, line)})
        else:
            bound = max(bound, most)
            way.work.skipped.update((one, other))
    threshold = "" if best is None else carry_out(way, *best)
    way.bound = EXACT.add(way.bound, bound)
    return threshold


def _problem(
    way: Way, offers: Sequence[Offer], thresholds: Sequence[OrderThreshold], bans: Bans
) -> tuple[BestPriceProblem, Owners]:
    """Return the problem, and whose form each of its offers is."""
    owners: dict[str, tuple[Offer, UnitForm]] = {}
    forms: list[UnitOffer] = []
    for number, offer in enumerate(offers):
        for place, form in enumerate(forms_of(way, offer, bans) or ()):
            named = evolve(form.offer, id=f"{number:05}.{place:05}")
            owners[named.id] = (offer, form)
            forms.append(named)
    lines = [
        BestPriceLine(id=batch.id, quantity=batch.units, unit_price=batch.price)
        for batch in way.stock.batches.values()
        if not batch.busy
    ]
    rounding = way.unit_rounding or _exact_rounding(lines, forms, thresholds)
    problem = BestPriceProblem(
        currency=way.basket.currency, lines=lines, offers=forms, thresholds=thresholds, rounding=rounding
    )
    return problem, owners


def _exact_rounding(
    lines: Iterable[BestPriceLine], forms: Iterable[UnitOffer], thresholds: Iterable[OrderThreshold]
) -> Rounding:
    """Return the rounding to so many decimals that every discount of a unit has them all."""
    prices = max((decimals_of(line.unit_price) for line in lines), default=0)
    cuts = [getattr(each, "cut", None) for each in (*forms, *thresholds)]
    percents = max((decimals_of(cut.percent) + 2 for cut in cuts if isinstance(cut, PercentCut)), default=0)
    again = percents if thresholds else 0
    return Rounding(digits=min(_MOST_DIGITS, max(prices + percents + again, 2)))


def _clash(way: Way, answer: BestPrice, owners: Owners) -> tuple[str, str, str] | None:
    """Return a line with two offers that may not share it, or None."""
    users: dict[str, dict[str, Offer]] = {}
    for applied in answer.applications:
        if applied.offer in owners:
            offer, _form = owners[applied.offer]
            for use in applied.uses:
                users.setdefault(way.stock.batches[use.line].line.id, {})[offer.id] = offer
    for line, found in sorted(users.items()):
        for one, other in combinations(sorted(found), 2):
            if clash(found[one], found[other]):
                return line, one, other
    return None
