"""The best price of small carts equals an exhaustive search that is written differently.

The oracle knows nothing of compact forms, shadow prices or bounds: it lists every elementary application unit by
unit, and tries them in every order, remembering only what is left of the cart.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import combinations, combinations_with_replacement, product
from operator import gt, sub
from random import Random
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.pricing.best_price import (
    AmountCut,
    BestPrice,
    BestPriceLine,
    BestPriceProblem,
    Bundle,
    BuyGet,
    Cut,
    DiscountRounding,
    DistinctSet,
    EachUnit,
    MixAndMatch,
    OrderThreshold,
    PercentCut,
    PriceCut,
    Reach,
    Slot,
    ThresholdBasis,
    UnitOffer,
    find_best_price,
)
from servicecore.pricing.best_price.compact import StageLine, compact
from servicecore.pricing.best_price.greedy import greedy as own_greedy
from servicecore.pricing.best_price.reduction import components, with_joined_lines, without_dominated
from servicecore.pricing.best_price.valuation import Valuation

CENT = Decimal("0.01")
PRICES = ["1.00", "2.50", "4.99", "5.00", "7.50", "9.99", "10.00", "12.35", "15.00", "18.50", "20.00", "30.00"]


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _taken(cut: Cut, price: Decimal) -> Decimal:
    if isinstance(cut, PercentCut):
        return price * cut.percent / 100
    if isinstance(cut, AmountCut):
        return min(cut.amount, price)
    return max(Decimal(0), price - cut.price)


def _of_set(units: tuple[str, ...], cut: Cut, prices: dict[str, Decimal], level: DiscountRounding) -> Decimal:
    if isinstance(cut, PercentCut) and level is DiscountRounding.UNIT:
        return sum((_cents(_taken(cut, prices[unit])) for unit in units), Decimal(0))
    return _cents(_taken(cut, sum((prices[unit] for unit in units), Decimal(0))))


def _of_got(units: tuple[str, ...], cut: Cut, prices: dict[str, Decimal], level: DiscountRounding) -> Decimal:
    if level is DiscountRounding.UNIT:
        return sum((_cents(_taken(cut, prices[unit])) for unit in units), Decimal(0))
    return _cents(sum((_taken(cut, prices[unit]) for unit in units), Decimal(0)))


def _units_of_sets(offer: UnitOffer) -> tuple[Cut, Iterator[tuple[str, ...]]]:
    if isinstance(offer, EachUnit):
        return offer.cut, ((line,) for line in offer.lines)
    if isinstance(offer, Bundle):
        return offer.cut, combinations_with_replacement(offer.lines, offer.size)
    if isinstance(offer, DistinctSet):
        return offer.cut, combinations(offer.lines, offer.size)
    assert isinstance(offer, MixAndMatch)
    slots = (combinations_with_replacement(slot.lines, slot.quantity) for slot in offer.slots)
    return offer.cut, (tuple(unit for part in chosen for unit in part) for chosen in product(*slots))


def _applications(
    offer: UnitOffer, prices: dict[str, Decimal], level: DiscountRounding
) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """Yield (lines of the units used, amount) of every way to apply ``offer`` once."""
    if not isinstance(offer, BuyGet):
        cut, sets = _units_of_sets(offer)
        for units in sets:
            yield units, _of_set(units, cut, prices, level)
        return
    for bought in combinations_with_replacement(offer.buy_lines, offer.buy_quantity):
        for got in combinations_with_replacement(offer.get_lines, offer.get_quantity):
            if offer.dearer or max(prices[unit] for unit in got) <= min(prices[unit] for unit in bought):
                yield (*bought, *got), _of_got(got, offer.cut, prices, level)


def _sets_of_offers(offers: tuple[UnitOffer, ...]) -> Iterator[tuple[UnitOffer, ...]]:
    for each in offers:
        if each.reach is Reach.CART:
            yield (each,)
    others = [each for each in offers if each.reach is not Reach.CART]
    groups = sorted({each.group for each in others if each.group})
    free = [each for each in others if not each.group]
    for chosen in product(*([each for each in others if each.group == group] for group in groups)):
        yield (*free, *chosen)


def oracle(problem: BestPriceProblem) -> Decimal:
    """Return the largest discount of a problem with one lane and one priority."""
    total = sum((line.unit_price * line.quantity for line in problem.lines), Decimal(0))
    best = Decimal(0)
    for offers in _sets_of_offers(problem.offers):
        alone = any(offer.reach is Reach.CART for offer in offers)
        reachable = _reachable(problem, offers)
        best = max(best, *reachable)
        for threshold in () if alone else problem.thresholds:
            for value in reachable:
                basis = total if threshold.basis is ThresholdBasis.UNDISCOUNTED else total - value
                if basis >= threshold.minimum:
                    best = max(best, value + _cents(_taken(threshold.cut, total - value)))
    return best


def _reachable(problem: BestPriceProblem, offers: tuple[UnitOffer, ...]) -> frozenset[Decimal]:
    """Return the totals that combinations of applications take off: all, or the greatest where that is enough."""
    places = {line.id: place for place, line in enumerate(problem.lines)}
    prices = {line.id: line.unit_price for line in problem.lines}
    lists = [_by_units(offer, prices, places, problem.rounded_at) for offer in offers]
    loners = [number for number, offer in enumerate(offers) if offer.reach is Reach.LINE]

    @cache
    def values(
        left: tuple[int, ...], rooms: tuple[int | None, ...], caps: tuple[Decimal | None, ...], users: tuple[int, ...]
    ) -> frozenset[Decimal]:
        found = {Decimal(0)}
        for number, applications in enumerate(lists):
            room, cap = rooms[number], caps[number]
            if room == 0:
                continue
            for units, amount in applications:
                if any(map(gt, units, left)):
                    continue
                after = map(sub, left, units)
                by = [mask | (1 << number if loners and used else 0) for mask, used in zip(users, units, strict=True)]
                if any(mask != 1 << loner and mask >> loner & 1 for mask in by for loner in loners):
                    continue
                money = amount if cap is None else min(amount, cap)
                fewer = (*rooms[:number], None if room is None else room - 1, *rooms[number + 1 :])
                less = (*caps[:number], None if cap is None else cap - money, *caps[number + 1 :])
                found.update(money + value for value in values(tuple(after), fewer, less, tuple(by)))
        return frozenset(found if problem.thresholds else {max(found)})

    start = tuple(line.quantity for line in problem.lines)
    limits = tuple(offer.max_applications for offer in offers)
    return values(start, limits, tuple(offer.cap for offer in offers), (0,) * len(start))


def _by_units(
    offer: UnitOffer, prices: dict[str, Decimal], places: dict[str, int], level: DiscountRounding
) -> list[tuple[tuple[int, ...], Decimal]]:
    """Return the applications that take something off: units by line, each once, and the amount."""
    found: dict[tuple[int, ...], Decimal] = {}
    for names, amount in _applications(offer, prices, level):
        units = tuple(names.count(line) for line in places)
        if amount > 0:
            found[units] = max(amount, found.get(units, amount))
    return list(found.items())


def check_feasible(problem: BestPriceProblem, answer: BestPrice) -> None:
    """Assert, from the public answer alone, that it keeps the rules and adds up; for one lane and priority."""
    offers = {offer.id: offer for offer in problem.offers}
    left = {line.id: line.quantity for line in problem.lines}
    prices = {line.id: line.unit_price for line in problem.lines}
    times: dict[str, int] = {}
    money: dict[str, Decimal] = {}
    users: dict[str, set[str]] = {}
    for applied in answer.applications:
        times[applied.offer] = times.get(applied.offer, 0) + applied.times
        money[applied.offer] = money.get(applied.offer, Decimal(0)) + applied.discount.amount * applied.times
        for use in applied.uses:
            assert use.unit_price.amount == prices[use.line]
            left[use.line] -= use.units * applied.times
            users.setdefault(use.line, set()).add(applied.offer)
        if applied.offer not in offers:
            continue
        offer = offers[applied.offer]
        units = tuple(sorted(use.line for use in applied.uses for _ in range(use.units)))
        known = {(tuple(sorted(each)), amount) for each, amount in _applications(offer, prices, problem.rounded_at)}
        if offer.cap is None:
            assert (units, applied.discount.amount) in known
        assert sum((share.amount for share in applied.shares()), Decimal(0)) == applied.discount.amount
    assert min(left.values(), default=0) >= 0
    assert {line: units for line, units in left.items() if units} == dict(answer.unused)
    for offer in problem.offers:
        assert offer.max_applications is None or times.get(offer.id, 0) <= offer.max_applications
        assert offer.cap is None or money.get(offer.id, Decimal(0)) <= offer.cap
        if offer.reach is Reach.LINE:
            assert all(len(each) == 1 for each in users.values() if offer.id in each)
    assert sum(money.values(), Decimal(0)) == answer.discount.amount == answer.certificate.value.amount


@st.composite
def problems(draw: st.DrawFn, *, plain: bool = True) -> BestPriceProblem:
    """Draw carts of up to 4 lines of up to 3 units, with up to 4 offers of every kind on them."""
    count = draw(st.integers(1, 4))
    lines = [
        BestPriceLine(id=f"l{n}", quantity=draw(st.integers(1, 3)), unit_price=Decimal(draw(st.sampled_from(PRICES))))
        for n in range(count)
    ]
    offers = [_offer(draw, f"o{n}", [line.id for line in lines], plain) for n in range(draw(st.integers(1, 4)))]
    thresholds = []
    if not plain and draw(st.booleans()):
        thresholds.append(
            OrderThreshold(
                id="t",
                minimum=Decimal(draw(st.sampled_from(["10", "25", "40", "60"]))),
                cut=PercentCut(Decimal(10)) if draw(st.booleans()) else AmountCut(Decimal(5)),
                basis=draw(st.sampled_from(ThresholdBasis)),
            )
        )
    level = draw(st.sampled_from(DiscountRounding))
    return BestPriceProblem(currency="EUR", lines=lines, offers=offers, thresholds=thresholds, rounded_at=level)


def _offer(draw: st.DrawFn, name: str, lines: list[str], plain: bool) -> UnitOffer:
    def some() -> list[str]:
        return draw(st.lists(st.sampled_from(lines), min_size=1, max_size=4, unique=True))

    common: dict[str, Any] = {"id": name, "max_applications": draw(st.sampled_from([None, None, 1, 2]))}
    if not plain:
        common["reach"] = draw(st.sampled_from([Reach.UNIT, Reach.UNIT, Reach.LINE, Reach.CART]))
        common["group"] = draw(st.sampled_from(["", "", "g"]))
        common["cap"] = draw(st.sampled_from([None, None, Decimal(4), Decimal("7.77")]))
    percent = PercentCut(Decimal(draw(st.sampled_from(["5", "10", "12.5", "15", "20", "25", "30", "50", "100"]))))
    amount = AmountCut(Decimal(draw(st.sampled_from(["0.99", "2", "3", "6"]))))
    price = PriceCut(Decimal(draw(st.sampled_from(["3", "10", "15", "25"]))))
    cuts: tuple[Cut, ...] = (percent, amount, price)
    cut = draw(st.sampled_from(cuts))
    size = draw(st.integers(2, 3))
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return EachUnit(lines=some(), cut=cut, **common)
    if kind == 1:
        return Bundle(lines=some(), size=size, cut=cut, **common)
    if kind == 2:
        return DistinctSet(lines=some(), size=size, cut=cut, **common)
    if kind == 3:
        slots = [Slot(lines=some(), quantity=draw(st.integers(1, 2))) for _ in range(2)]
        return MixAndMatch(slots=slots, cut=cut, **common)
    same = some()
    return BuyGet(
        buy_lines=same,
        get_lines=same if draw(st.booleans()) else some(),
        buy_quantity=draw(st.integers(1, 2)),
        get_quantity=draw(st.sampled_from([1, 1, 2])),
        cut=draw(st.sampled_from(cuts)),
        dearer=draw(st.booleans()),
        **common,
    )


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_overlapping_offers_reach_the_best_of_all_combinations(problem: BestPriceProblem) -> None:
    answer = find_best_price(problem)
    check_feasible(problem, answer)
    assert answer.certificate.is_exact
    assert answer.discount.amount == oracle(problem)


@settings(max_examples=100, deadline=None)
@given(problem=problems(plain=False))
def test_caps_exclusions_groups_and_thresholds_hold_inside_the_optimum(problem: BestPriceProblem) -> None:
    answer = find_best_price(problem)
    check_feasible(problem, answer)
    best = oracle(problem)
    assert answer.discount.amount <= best <= answer.certificate.bound.amount
    if answer.certificate.is_exact:
        assert answer.discount.amount == best


def greedy(problem: BestPriceProblem) -> Decimal:
    """Return what taking the most valuable application again and again reaches."""
    places = {line.id: place for place, line in enumerate(problem.lines)}
    prices = {line.id: line.unit_price for line in problem.lines}
    left = [line.quantity for line in problem.lines]
    rooms = {offer.id: offer.max_applications for offer in problem.offers}
    ways = [
        (amount, units, offer.id)
        for offer in problem.offers
        for units, amount in _by_units(offer, prices, places, problem.rounded_at)
    ]
    total = Decimal(0)
    for amount, units, offer in sorted(ways, reverse=True):
        while rooms[offer] != 0 and not any(map(gt, units, left)):
            left = list(map(sub, left, units))
            room = rooms[offer]
            rooms[offer] = None if room is None else room - 1
            total += amount
    return total


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_greedy_is_never_better(problem: BestPriceProblem) -> None:
    assert find_best_price(problem).discount.amount >= greedy(problem)


@settings(max_examples=60, deadline=None)
@given(problem=problems(), nodes=st.sampled_from([1, 10, 100]))
def test_past_the_budget_the_answer_is_feasible_and_bounded_and_no_worse_than_greedy(
    problem: BestPriceProblem, nodes: int
) -> None:
    answer = find_best_price(problem, nodes=nodes)
    check_feasible(problem, answer)
    assert answer.discount.amount <= oracle(problem) <= answer.certificate.bound.amount
    valuation = Valuation.of(problem)
    lines = [StageLine(line.id, valuation.units(line.unit_price), line.quantity) for line in problem.lines]
    parts = components(without_dominated(compact(lines, problem.offers, valuation)))
    if problem.rounded_at is DiscountRounding.UNIT and not any(
        offer.optimistic for each in parts for offer in each.offers
    ):
        reached = sum(own_greedy(with_joined_lines(each)[0])[1] // each.scale for each in parts)
        assert answer.discount.amount >= valuation.amount(reached)


@settings(max_examples=60, deadline=None)
@given(problem=problems(plain=False), order=st.randoms(use_true_random=False))
def test_the_order_of_lines_and_offers_does_not_matter(problem: BestPriceProblem, order: Random) -> None:
    lines, offers = list(problem.lines), list(problem.offers)
    order.shuffle(lines)
    order.shuffle(offers)
    answer = find_best_price(problem)
    shuffled = find_best_price(evolve(problem, lines=tuple(lines), offers=tuple(offers)))
    assert shuffled.discount == answer.discount
    assert shuffled.by_offer() == answer.by_offer()


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_euros_and_yen_of_a_hundred_times_the_figure_have_the_same_best_price(problem: BestPriceProblem) -> None:
    """12.35 EUR and 1235 JPY round at the same digit, so everything is a hundred times as much."""
    yen = evolve(
        problem,
        currency="JPY",
        lines=tuple(evolve(line, unit_price=line.unit_price * 100) for line in problem.lines),
        offers=tuple(_offer_times_100(offer) for offer in problem.offers),
    )
    assert find_best_price(yen).discount.amount == find_best_price(problem).discount.amount * 100


def _offer_times_100(offer: UnitOffer) -> UnitOffer:
    assert isinstance(offer, EachUnit | Bundle | DistinctSet | MixAndMatch | BuyGet)
    return evolve(offer, cut=_times_100(offer.cut))


def _times_100(cut: Cut) -> Cut:
    if isinstance(cut, AmountCut):
        return AmountCut(cut.amount * 100)
    return PriceCut(cut.price * 100) if isinstance(cut, PriceCut) else cut


@settings(max_examples=60, deadline=None)
@given(problem=problems(), data=st.data())
def test_an_offer_more_never_takes_less_off(problem: BestPriceProblem, data: st.DataObject) -> None:
    fewer = data.draw(st.integers(0, len(problem.offers) - 1))
    without = evolve(problem, offers=problem.offers[:fewer])
    assert find_best_price(without).discount.amount <= find_best_price(problem).discount.amount
