"""Apply the combination of offers that takes most off a cart, with its certificate (F01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price import Certificate, IntegerSolver
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.outcomes import not_beside
from servicecore.pricing.promotions.selection.optimum.choose_of_groups import choose_of_groups
from servicecore.pricing.promotions.selection.optimum.lane import run_lane
from servicecore.pricing.promotions.selection.optimum.stock import sum_of
from servicecore.pricing.promotions.selection.optimum.way import Way, Work
from servicecore.pricing.promotions.selection.run import Run

OUTBID: Final = ProblemKind(
    "pricing.offer_outbid",
    en="with {winner} the cart costs less than with {value}; accepted: {accepted}",
    it="con {winner} il carrello costa meno che con {value}; valori ammessi: {accepted}",
    de="mit {winner} kostet der Warenkorb weniger als mit {value}; zulässig: {accepted}",
)
DEFAULT_LANE: Final = "default"


def apply_at_best(run: Run, offers: Sequence[Offer], solver: IntegerSolver | None = None) -> Certificate:
    """Apply to the basket of ``run`` the combination of ``offers`` that takes most off its goods.

    Every unit is used by at most one offer in a lane. An offer that is exclusive in the cart is compared with all
    others together; of equal ways the one with fewer offers is taken, then the one with the lower ids (CC 7.4). Of a
    group each offer is tried, so that the best combination has the best of them; of a group that keeps the lowest or
    the first, the one is chosen before, by what each takes off alone. What lost names what it lost to.

    Args:
        run: nothing was applied to it yet.
        offers: the candidates in the order of the book, which only matters to groups of which the first stays.
        solver: for large parts that the own search leaves open.

    """
    work = Work(run.bench.settings.work_budget, solver)
    ordered = sorted(offers, key=lambda offer: offer.id)
    alone = [offer for offer in ordered if offer.exclusive is Exclusivity.CART]
    together = [offer for offer in ordered if offer.exclusive is not Exclusivity.CART]
    choice = choose_of_groups(run, offers)
    work.skipped.update(choice.skipped)
    ways = [
        *(
            _through_lanes(Way.begin(run, work), [each for each in together if each.id not in out])
            for out in choice.out
        ),
        *(_through_lanes(Way.begin(run, work), [each]) for each in alone if each.id not in choice.beaten),
    ]
    best = min(ways, key=lambda way: way.rank)
    bound = max(best.value, *(way.bound for way in ways))
    if choice.skipped:
        bound = max(bound, sum_of([line.value for line in run.bench.basket.lines if not line.shipping]))
    for step in best.steps:
        run.apply(step.offer, step.proposal)
        for _ in range(step.times):
            run.count(step.offer)
    run.lost_on_line.extend(best.run.lost_on_line)
    _refuse_losers(run, best, ways, ordered, choice.beaten)
    currency = run.bench.basket.currency
    return Certificate(
        _money(best.value, currency),
        _money(bound, currency),
        work.done,
        work.tried,
        tuple(best.proofs),
        tuple(sorted(work.dominated)),
        tuple(sorted(work.skipped)),
    )


def _money(amount: Decimal, currency: str) -> Money:
    """Return ``amount`` with the decimals that it needs, at least those of its currency."""
    least = Decimal(1).scaleb(-currency_digits(currency))
    kept = amount.quantize(least, None, EXACT)
    return Money(kept if kept == amount else amount.normalize(EXACT), currency)


def _through_lanes(way: Way, offers: Sequence[Offer]) -> Way:
    """Return ``way`` through the lanes that the settings name, then through the others by their names."""
    named = way.run.bench.settings.lanes or (DEFAULT_LANE,)
    others = sorted({_lane(offer) for offer in offers} - set(named))
    for name in (*named, *others):
        way = run_lane(way, [offer for offer in offers if _lane(offer) == name])
    return way


def _lane(offer: Offer) -> str:
    return offer.lane or DEFAULT_LANE


def _refuse_losers(run: Run, best: Way, ways: Sequence[Way], offers: Sequence[Offer], beaten: frozenset[str]) -> None:
    """Note why each offer took no effect: its condition, the offers that used its units, or that it gives nothing.

    Those ``beaten`` in their group were told already.
    """
    reasons = {each.rule: each for way in (*ways, best) for each in way.run.lost}
    users: dict[str, list[str]] = {}
    for step in best.steps:
        for share in step.proposal.shares:
            users.setdefault(share.line, []).append(step.offer.id)
    applied = dict.fromkeys(step.offer.id for step in best.steps)
    of_groups = {step.offer.group: step.offer.id for step in best.steps if step.offer.group}
    for offer in offers:
        if offer.id in applied or offer.id in beaten:
            continue
        known = reasons.get(run.name(offer))
        if known is not None:
            run.lost.append(known)
            continue
        if offer.group in of_groups:
            run.refuse(offer, not_beside(offer, of_groups[offer.group]))
            continue
        rivals = _rivals(run, offer, best, users)
        if rivals:
            accepted = "the combination that takes most off"
            run.refuse(offer, OUTBID.at("offers", value=offer.id, winner=", ".join(rivals), accepted=accepted))
        else:
            run.gives_nothing(offer)


def _rivals(run: Run, offer: Offer, best: Way, users: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the ids of the applied offers that stand in the way of ``offer``."""
    steps = {step.offer.id: step.offer for step in best.steps}
    if Exclusivity.CART in (offer.exclusive, *(each.exclusive for each in steps.values())):
        return list(steps)
    if offer.on_order:
        return [name for name, each in steps.items() if each.on_order] or list(steps)
    trial = run.fresh()
    trial.enter([offer])
    view = trial.view(offer)
    lines = {line.id for benefit in offer.benefits for line in benefit.lines(view)}
    found = dict.fromkeys(name for line in sorted(lines) for name in users.get(line, ()))
    return [name for name in found if not steps[name].on_order] or list(found)
