"""A stage: the offers of one priority in one lane, of which the combination that takes most off is applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, groupby
from typing import Final, TypeAlias

from attrs import evolve

from servicecore.kernel.allocation import allocate
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT, Rounding, RoundingMode, round_decimal
from servicecore.pricing.best_price import (
    BestPrice,
    BestPriceLine,
    BestPriceProblem,
    EachUnit,
    OfferApplication,
    OrderThreshold,
    PercentCut,
    UnitOffer,
    Use,
    find_best_price,
)
from servicecore.pricing.promotions.basket import BasketLine, Scope
from servicecore.pricing.promotions.bench import NOTHING, Share
from servicecore.pricing.promotions.benefits import AddItem, AnyBenefit, BuyGet
from servicecore.pricing.promotions.limits import MOST_APPLICATIONS, Measure
from servicecore.pricing.promotions.money_off import rounded
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.selection.optimum.stock import Batch, clash, spread
from servicecore.pricing.promotions.selection.optimum.unit_forms import UnitForm, UnitTerms, state_forms
from servicecore.pricing.promotions.selection.optimum.way import Way
from servicecore.pricing.promotions.target import Target

_MOST_BRANCHES: Final = 64
_MOST_WHOLE: Final = 6
_MOST_DIGITS: Final = 12

_Owners: TypeAlias = Mapping[str, tuple[Offer, UnitForm]]
"""By id in a problem: the offer, and its form."""

_Bans: TypeAlias = frozenset[tuple[str, str]]
"""Pairs of offer and line that a branch of the search keeps apart."""


def run_stage(way: Way, offers: Sequence[Offer], thresholds: Sequence[OrderThreshold] = ()) -> tuple[Way, str]:
    """Return ``way`` continued by the best combination of ``offers``, and the id of the threshold that is part of it.

    Offers with a unit form share the units of the cart in one best-price problem. Those without one are applied as
    they always are, to the units that are free, or not at all: every selection of them is tried, and the others share
    what it leaves.
    """
    ordered = sorted(offers, key=lambda offer: offer.id)
    formed = [offer for offer in ordered if has_unit_form(way, offer)]
    whole = [offer for offer in ordered if offer not in formed]
    best: tuple[Way, str] | None = None
    bound = NOTHING
    for chosen in _selections(whole):
        trial = way.fork() if whole else way
        if not all(_apply_whole(trial, offer) for offer in chosen):
            continue
        threshold = _share_units(trial, formed, thresholds)
        bound = max(bound, trial.bound)
        if best is None or trial.rank < best[0].rank:
            best = (trial, threshold)
    if len(whole) > _MOST_WHOLE:
        way.work.skipped.update(offer.id for offer in whole)
        bound = EXACT.add(way.value, way.stock.value)
    continued, threshold = best or (way, "")
    continued.bound = bound
    return continued, threshold


def competes(benefit: AnyBenefit) -> bool:
    """Return whether ``benefit`` takes something off goods, rather than off shipping or by putting an item in."""
    return benefit.scope is Scope.LINES and not isinstance(benefit, AddItem)


def has_unit_form(way: Way, offer: Offer) -> bool:
    """Return whether every benefit of ``offer`` has an exact form by units, and they share no bound that has not."""
    return _forms(way, offer, frozenset()) is not None


def _selections(whole: Sequence[Offer]) -> Iterator[tuple[Offer, ...]]:
    """Yield every selection, or of many offers none, each alone, and all."""
    if len(whole) > _MOST_WHOLE:
        yield ()
        yield from ((offer,) for offer in whole)
        yield tuple(whole)
        return
    for size in range(len(whole) + 1):
        yield from combinations(whole, size)


def _apply_whole(way: Way, offer: Offer) -> bool:
    """Apply ``offer`` to the free units as it always is; return whether it gave anything."""
    free = {line.id: way.stock.free(offer, line.id) for line in way.basket.lines}
    values = {
        line: (_sum([each.quantity for each in batches]), _sum([each.value for each in batches]))
        for line, batches in free.items()
    }
    view = way.scratch(values, offer)
    shares: list[Share] = []
    for benefit in offer.benefits:
        if not competes(benefit):
            continue
        proposal = way.run.within_budget(offer, benefit.propose(view))
        view.bench.commit(offer, proposal.shares)
        shares.extend(proposal.shares)
    if not any(each.amount for each in shares):
        return False
    amounts: dict[str, Decimal] = {}
    for each in shares:
        amounts[each.line] = EXACT.add(amounts.get(each.line, NOTHING), each.amount)
    for line, amount in amounts.items():
        way.stock.lower(free[line], amount, offer, way.basket.currency, way.digits)
    way.apply(offer, shares, 1)
    way.bound = EXACT.add(way.bound, _sum(amounts.values()))
    return True


def _forms(way: Way, offer: Offer, bans: _Bans) -> list[UnitForm] | None:
    """Return the unit forms of ``offer``; None where it has no exact ones."""
    view = way.run.view(offer)
    times, cap = _limit(way, offer), _money_left(way, offer)
    made: list[UnitForm] = []

    def usable(lines: Iterable[BasketLine]) -> list[tuple[BasketLine, list[Batch]]]:
        return [(each, way.stock.free(offer, each.id)) for each in lines if (offer.id, each.id) not in bans]

    for benefit in offer.benefits:
        if not competes(benefit) or benefit.currency not in ("", way.basket.currency):
            continue
        bought = usable(view.lines(_bought(offer, benefit))) if isinstance(benefit, BuyGet) else []
        counted = [batch.id for _line, batches in bought for batch in batches if batch.is_counted]
        terms = UnitTerms(view, usable(benefit.lines(view)), counted, times, cap, way.digits)
        if benefit.on_order or not state_forms(terms, benefit):
            return None
        made.extend(terms.forms)
    shared = cap is not None or offer.exclusive is Exclusivity.LINE
    return None if shared and len(made) > 1 else made


def _limit(way: Way, offer: Offer) -> int | None:
    """Return how often sets of ``offer`` may be applied; None is as often as units suffice."""
    left, budget = way.run.applications_left(offer), offer.limits.budget
    if budget is not None and budget.measure is Measure.COUNT:
        left = min(left, int(budget.limit - budget.used))
    if not way.run.bench.settings.repeat:
        return min(left, 1)
    return None if left == MOST_APPLICATIONS else left


def _money_left(way: Way, offer: Offer) -> Decimal | None:
    """Return what is left of the budget of ``offer`` in steps of money; None where it has none."""
    budget = offer.limits.budget
    if budget is None or budget.measure is not Measure.AMOUNT:
        return None
    left = max(NOTHING, EXACT.subtract(budget.limit, budget.used))
    rounding = way.settings.rounding
    step = Decimal(1).scaleb(-currency_digits(way.basket.currency)) if rounding is None else rounding.step
    return left if step is None else round_decimal(left, step, RoundingMode.FLOOR)


def _share_units(way: Way, offers: Sequence[Offer], thresholds: Sequence[OrderThreshold]) -> str:
    """Let ``offers`` share the units that are free, at their best; return the threshold that is part of it.

    The problem leaves out that some offers may not share a line. Where its answer breaks this, the two ways to keep
    the pair apart on that line are tried instead.
    """
    best: tuple[BestPrice, _Owners] | None = None
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
    threshold = "" if best is None else _apply(way, *best)
    way.bound = EXACT.add(way.bound, bound)
    return threshold


def _problem(
    way: Way, offers: Sequence[Offer], thresholds: Sequence[OrderThreshold], bans: _Bans
) -> tuple[BestPriceProblem, _Owners]:
    """Return the problem, and whose form each of its offers is."""
    owners: dict[str, tuple[Offer, UnitForm]] = {}
    forms: list[UnitOffer] = []
    for number, offer in enumerate(offers):
        for place, form in enumerate(_forms(way, offer, bans) or ()):
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
    prices = max((_decimals(line.unit_price) for line in lines), default=0)
    cuts = [getattr(each, "cut", None) for each in (*forms, *thresholds)]
    percents = max((_decimals(cut.percent) + 2 for cut in cuts if isinstance(cut, PercentCut)), default=0)
    again = percents if thresholds else 0
    return Rounding(digits=min(_MOST_DIGITS, max(prices + percents + again, 2)))


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.normalize(EXACT).as_tuple().exponent))


def _clash(way: Way, answer: BestPrice, owners: _Owners) -> tuple[str, str, str] | None:
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


def _apply(way: Way, answer: BestPrice, owners: _Owners) -> str:
    """Carry ``answer`` out; return the threshold that is part of it."""
    way.note_proof(answer, {name: offer.id for name, (offer, _form) in owners.items()})
    threshold = ""
    offers: dict[str, Offer] = {}
    times: dict[str, int] = {}
    shares: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for name, applications in groupby(answer.applications, key=lambda applied: applied.offer):
        if name not in owners:
            threshold = name
            continue
        offer, form = owners[name]
        given = list(applications)
        offers[offer.id] = offer
        times[offer.id] = max(times.get(offer.id, 0), form.times(sum(applied.times for applied in given)))
        for line, (amount, units) in _used(way, offer, form, given).items():
            before = shares.get((offer.id, line), (NOTHING, NOTHING))
            shares[offer.id, line] = (EXACT.add(before[0], amount), EXACT.add(before[1], units))
    for name in sorted(offers):
        parts = [Share(name, line, *found) for (owner, line), found in shares.items() if owner == name]
        way.apply(offers[name], parts, times[name], NOTHING)
    way.value = EXACT.add(way.value, answer.discount.amount)
    return threshold


def _used(
    way: Way, offer: Offer, form: UnitForm, applications: Iterable[OfferApplication]
) -> dict[str, tuple[Decimal, Decimal]]:
    """Use the units of ``applications``; return by line what comes off, as it is rounded, and the quantity."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    single = isinstance(form.offer, EachUnit)
    for applied in applications:
        for line, amount, units in _use_units(way, offer, applied if single else _rounded_set(way, applied)):
            before = found.get(line, (NOTHING, NOTHING))
            found[line] = (EXACT.add(before[0], amount), EXACT.add(before[1], units))
    if single and way.unit_rounding is None:
        rounding, currency = way.settings.percent_rounding, way.basket.currency
        if rounding is not None:
            found = {line: (rounded(amount, rounding, currency), units) for line, (amount, units) in found.items()}
        if form.offer.cap is not None:
            found = _within(form.offer.cap, way, found)
    return found


def _rounded_set(way: Way, applied: OfferApplication) -> OfferApplication:
    """Return ``applied`` with the discount of the set in money."""
    if way.unit_rounding is not None:
        return applied
    worth = _sum([(use.unit_price * use.units).amount for use in applied.uses if use.use is not Use.BOUGHT])
    return evolve(applied, discount=Money(min(way.set_discount(applied.discount.amount), worth), way.basket.currency))


def _within(cap: Decimal, way: Way, found: dict[str, tuple[Decimal, Decimal]]) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the amounts in money, no more than ``cap`` together: no budget is passed by what lines round up."""
    currency = way.basket.currency
    amounts = [amount for amount, _units in found.values()]
    total = Money(min(way.set_discount(_sum(amounts)), cap), currency)
    digits = max(currency_digits(currency), _decimals(total.amount))
    shares = allocate(total, amounts, keys=list(found), rounding_digits=digits).shares
    return {line: (share.amount, found[line][1]) for line, share in zip(found, shares, strict=True)}


def _use_units(way: Way, offer: Offer, applied: OfferApplication) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Use the units of ``applied``; yield line, amount and quantity of each kind of them."""
    times = Decimal(applied.times)
    for use, share in zip(applied.uses, applied.shares(), strict=True):
        batch = way.stock.batches[use.line]
        prices = spread(batch.price, share.amount, use.units, applied.times, way.digits)
        way.stock.use(batch.id, offer, prices)
        quantity = EXACT.multiply(EXACT.multiply(batch.size, Decimal(use.units)), times)
        yield batch.line.id, EXACT.multiply(share.amount, times), quantity


def _bought(offer: Offer, benefit: BuyGet) -> Target:
    return offer.target if benefit.bought is None else benefit.bought


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    total = NOTHING
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total
