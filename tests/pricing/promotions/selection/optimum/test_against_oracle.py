"""The best combination of the offers of a basket equals an exhaustive search that is written differently.

The oracle knows no problems, forms, lanes of batches or certificates: it lists every elementary application of every
offer unit by unit, tries them in every order, and remembers only what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import combinations, combinations_with_replacement, product
from operator import gt, sub
from typing import Any, TypeAlias

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.kernel.money import Money
from servicecore.kernel.rounding import HALF_UP
from servicecore.pricing.best_price import Certificate
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.bench import Bench
from servicecore.pricing.promotions.benefits import (
    AmountOff,
    AnyBenefit,
    Bundle,
    BuyGet,
    CheapestFree,
    FullGroups,
    PercentOff,
    SetPrice,
    UnitPriceFactor,
)
from servicecore.pricing.promotions.combination import Combination, RoundingLevel, Selection
from servicecore.pricing.promotions.conditions import Counted, QuantityBetween, ValueAtLeast
from servicecore.pricing.promotions.limits import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.offer_groups import OfferGroup
from servicecore.pricing.promotions.selection import Run
from servicecore.pricing.promotions.selection.optimum.apply_at_best import apply_at_best
from servicecore.pricing.promotions.target import Target

CENT = Decimal("0.01")
PRICES = ["1.00", "2.50", "4.99", "5.00", "7.49", "9.99", "12.35", "15.00", "20.00"]
Way: TypeAlias = tuple[tuple[int, ...], Decimal]
"""Units by line, and what an application takes off."""


Rounded: TypeAlias = Callable[[Decimal], Decimal]


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def exact(amount: Decimal) -> Decimal:
    return amount


def euro(amount: Decimal | str) -> Money:
    return Money(Decimal(amount), "EUR")


def run_of(basket: Basket, combination: Combination) -> Run:
    return Run(Bench(basket, combination, 0))


def solve(basket: Basket, offers: tuple[Offer, ...], combination: Combination) -> tuple[Run, Certificate]:
    run = run_of(basket, combination)
    return run, apply_at_best(run, offers)


def taken_off(run: Run) -> Decimal:
    return sum((share.amount for share in run.bench.shares), Decimal(0))


def off_unit(benefit: AnyBenefit, price: Decimal, money: Rounded) -> Decimal | None:
    """Return what a benefit of single units takes off one; None for a benefit of sets."""
    if isinstance(benefit, PercentOff):
        return money(price * benefit.percent / 100)
    if isinstance(benefit, UnitPriceFactor):
        return money(price - price * benefit.factor)
    if isinstance(benefit, AmountOff):
        return min(price, benefit.amount.amount)
    return price - benefit.price.amount if isinstance(benefit, SetPrice) else None


def of_sets(
    benefit: Bundle | FullGroups, own: list[int], prices: list[Decimal], money: Rounded
) -> Iterator[tuple[list[int], Decimal]]:
    distinct = isinstance(benefit, Bundle) and benefit.distinct
    for chosen in (combinations if distinct else combinations_with_replacement)(own, benefit.size):
        if isinstance(benefit, Bundle) and benefit.price is not None:
            yield list(chosen), sum((prices[n] for n in chosen), Decimal(0)) - benefit.price.amount
        else:
            percent = benefit.percent or Decimal(0)
            yield list(chosen), sum((money(prices[n] * percent / 100) for n in chosen), Decimal(0))


def ways(
    benefit: AnyBenefit, own: list[int], prices: list[Decimal], needed: int, money: Rounded
) -> Iterator[tuple[list[int], Decimal]]:
    """Yield every way to apply a benefit once: the lines of the units used, and the amount."""
    if isinstance(benefit, Bundle | FullGroups):
        yield from of_sets(benefit, own, prices, money)
        return
    if not isinstance(benefit, BuyGet | CheapestFree):
        yield from (([n], off_unit(benefit, prices[n], money) or Decimal(0)) for n in own)
        return
    buy, get, percent = needed - 1, 1, Decimal(100)
    if isinstance(benefit, BuyGet):
        buy, get, percent = int(benefit.buy), int(benefit.get), benefit.percent
    for bought in combinations_with_replacement(own, buy):
        for got in combinations_with_replacement(own, get):
            if max(prices[n] for n in got) <= min((prices[n] for n in bought), default=max(prices)):
                yield [*bought, *got], sum((money(prices[n] * percent / 100) for n in got), Decimal(0))


class Oracle:
    """Every combination of a basket with one lane and one priority."""

    def __init__(self, basket: Basket, offers: tuple[Offer, ...], repeat: bool, money: Rounded) -> None:
        self.money = money
        self.basket = basket
        self.prices = [line.unit_price for line in basket.lines]
        self.repeat = repeat
        self.units = [offer for offer in offers if not offer.on_order]
        self.order = [offer for offer in offers if offer.on_order]

    def best(self) -> Decimal:
        total = sum((line.value for line in self.basket.lines), Decimal(0))
        found = Decimal(0)
        alone = [each for each in self.units if each.exclusive is Exclusivity.CART]
        together = [each for each in self.units if each.exclusive is not Exclusivity.CART]
        for value in self.reachable(together):
            found = max(found, value)
            for offer in self.order:
                left = total - value
                if all(isinstance(each, ValueAtLeast) and left >= each.minimum.amount for each in offer.conditions):
                    found = max(found, value + min(left, self.off_order(offer, left)))
        return max(found, *(max(self.reachable([each])) for each in alone)) if alone else found

    def off_order(self, offer: Offer, left: Decimal) -> Decimal:
        benefit = offer.benefits[0]
        if isinstance(benefit, PercentOff):
            return self.money(left * benefit.percent / 100)
        assert isinstance(benefit, AmountOff)
        return benefit.amount.amount

    def reachable(self, offers: list[Offer]) -> frozenset[Decimal]:
        start = tuple(int(line.quantity) for line in self.basket.lines)
        lists: list[list[Way]] = []
        rooms: list[int | None] = []
        caps: list[Decimal | None] = []
        for offer in offers:
            room, given = self.elementary(offer, start)
            lists.append(given)
            rooms.append(room)
            budget = offer.limits.budget
            caps.append(None if budget is None else budget.limit - budget.used)

        def clash(one: int, other: int) -> bool:
            a, b = offers[one], offers[other]
            if Exclusivity.LINE in (a.exclusive, b.exclusive):
                return True
            return bool(a.combinable_with or b.combinable_with) and not (
                b.id in a.combinable_with or a.id in b.combinable_with
            )

        apart = {
            (one, other)
            for one in range(len(offers))
            for other in range(len(offers))
            if one != other and clash(one, other)
        }

        @cache
        def totals(
            left: tuple[int, ...], room: tuple[int | None, ...], cap: tuple[Decimal | None, ...], users: tuple[int, ...]
        ) -> frozenset[Decimal]:
            found = {Decimal(0)}
            for number, given in enumerate(lists):
                if room[number] == 0:
                    continue
                for used, amount in given:
                    if any(map(gt, used, left)):
                        continue
                    by = tuple(
                        mask | (1 << number if apart and count else 0) for mask, count in zip(users, used, strict=True)
                    )
                    if any(mask >> a & 1 and mask >> b & 1 for mask in by for a, b in apart):
                        continue
                    spare, times = cap[number], room[number]
                    money = amount if spare is None else min(amount, spare)
                    fewer = (*room[:number], None if times is None else times - 1, *room[number + 1 :])
                    less = (*cap[:number], None if spare is None else spare - money, *cap[number + 1 :])
                    rest = totals(tuple(map(sub, left, used)), fewer, less, by)
                    found.update(money + value for value in rest)
            return frozenset(found if self.order else {max(found)})

        return totals(start, tuple(rooms), tuple(caps), (0,) * len(start))

    def elementary(self, offer: Offer, start: tuple[int, ...]) -> tuple[int | None, list[Way]]:
        """Return how often the offer may be applied, and every way to do so once."""
        own = [
            n
            for n, line in enumerate(self.basket.lines)
            if not offer.target.items or line.item_id in offer.target.items
        ]
        benefit = offer.benefits[0]
        minimum = next((int(each.minimum) for each in offer.conditions if isinstance(each, QuantityBetween)), 0)
        if sum(start[n] for n in own) < minimum:
            return 0, []
        most = offer.limits.per_basket if self.repeat else 1
        if isinstance(benefit, BuyGet):
            most = None if benefit.repeat is None or most is None else most * benefit.repeat
        elif not isinstance(benefit, Bundle | CheapestFree):
            most = None
        found: dict[tuple[int, ...], Decimal] = {}
        for lines, amount in ways(benefit, own, self.prices, minimum, self.money):
            used = tuple(lines.count(n) for n in range(len(start)))
            if amount > 0:
                found[used] = max(amount, found.get(used, amount))
        return most, list(found.items())


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    lines = [
        BasketLine(f"l{n}", f"i{n}", Decimal(draw(st.integers(1, 3))), Decimal(draw(st.sampled_from(PRICES))))
        for n in range(draw(st.integers(1, 3)))
    ]
    return Basket("EUR", tuple(lines))


@st.composite
def unit_offers(draw: st.DrawFn, name: str, items: list[str]) -> Offer:
    percent = Decimal(draw(st.sampled_from(["10", "12.5", "15", "20", "25", "30", "50"])))
    size = draw(st.integers(2, 3))
    benefits: list[AnyBenefit] = [
        PercentOff(percent),
        AmountOff(euro(draw(st.sampled_from(["0.99", "2", "3"])))),
        SetPrice(euro(draw(st.sampled_from(["3", "6"])))),
        UnitPriceFactor(Decimal("0.85")),
        Bundle(size=size, percent=percent),
        Bundle(size=size, price=euro(draw(st.sampled_from(["5", "12", "20"])))),
        Bundle(size=2, percent=percent, distinct=True),
        BuyGet(Decimal(draw(st.integers(1, 2))), Decimal(1), percent, repeat=draw(st.sampled_from([None, 1]))),
        CheapestFree(1),
        FullGroups(size=size, percent=percent),
    ]
    benefit = draw(st.sampled_from(benefits))
    needed = (QuantityBetween(Decimal(size), counted=Counted.TOGETHER),)
    limits: dict[str, Any] = {"per_basket": draw(st.sampled_from([None, None, 1, 2]))}
    if draw(st.integers(0, 3)) == 0:
        limits["budget"] = Budget(Measure.AMOUNT, Decimal(draw(st.sampled_from(["3", "7.77"]))), Decimal(1))
    return Offer(
        name,
        benefit,
        target=Target(items=tuple(draw(st.lists(st.sampled_from(items), min_size=1, unique=True)))),
        conditions=needed if isinstance(benefit, CheapestFree) else (),
        exclusive=draw(st.sampled_from([*[Exclusivity.NO] * 3, Exclusivity.UNIT, Exclusivity.LINE, Exclusivity.CART])),
        combinable_with=draw(st.sampled_from([(), (), ("o0",), ("nobody",)])),
        limits=OfferLimits(**limits),
    )


@st.composite
def order_offers(draw: st.DrawFn, name: str) -> Offer:
    benefit: AnyBenefit = (
        PercentOff(Decimal(10), on_order=True) if draw(st.booleans()) else AmountOff(euro("5"), on_order=True)
    )
    minimum = Decimal(draw(st.sampled_from(["0", "10", "25", "40"])))
    return Offer(name, benefit, conditions=(ValueAtLeast(euro(minimum)),))


LEVELS = st.sampled_from([(RoundingLevel.UNIT, cents), (RoundingLevel.LINE, exact)])


def check_taken(run: Run, certificate: Certificate, level: RoundingLevel) -> None:
    """With each unit rounded the proof is of the money taken off; otherwise each set rounds by half a cent."""
    rounded = 0 if level is RoundingLevel.UNIT else int(sum(line.quantity for line in run.bench.basket.lines))
    assert abs(taken_off(run) - certificate.value.amount) <= rounded * CENT / 2


@settings(max_examples=150, deadline=None)
@given(data=st.data(), basket=baskets(), repeat=st.booleans(), rounding=LEVELS)
def test_offers_on_units_reach_the_best_of_all_combinations(
    data: st.DataObject, basket: Basket, repeat: bool, rounding: tuple[RoundingLevel, Rounded]
) -> None:
    items = [line.item_id for line in basket.lines]
    offers = tuple(data.draw(unit_offers(f"o{n}", items)) for n in range(data.draw(st.integers(1, 4))))
    level, money = rounding
    rules = Combination(selection=Selection.OPTIMAL, repeat=repeat, rounding=HALF_UP, level=level)
    run, certificate = solve(basket, offers, rules)
    check_taken(run, certificate, level)
    assert certificate.is_exact
    assert certificate.value.amount == Oracle(basket, offers, repeat, money).best()


@settings(max_examples=150, deadline=None)
@given(data=st.data(), basket=baskets(), rounding=LEVELS)
def test_an_offer_on_the_order_is_weighed_against_offers_on_units(
    data: st.DataObject, basket: Basket, rounding: tuple[RoundingLevel, Rounded]
) -> None:
    items = [line.item_id for line in basket.lines]
    offers = [data.draw(unit_offers(f"o{n}", items)) for n in range(data.draw(st.integers(0, 3)))]
    offers += [data.draw(order_offers(f"t{n}")) for n in range(data.draw(st.integers(1, 2)))]
    level, money = rounding
    rules = Combination(selection=Selection.OPTIMAL, repeat=True, rounding=HALF_UP, level=level)
    run, certificate = solve(basket, tuple(offers), rules)
    best = Oracle(basket, tuple(offers), repeat=True, money=money).best()
    check_taken(run, certificate, level)
    if all(offer.exclusive is Exclusivity.NO and not offer.combinable_with for offer in offers):
        assert certificate.value.amount == best
        assert certificate.is_exact
    elif level is RoundingLevel.UNIT:
        assert certificate.value.amount <= best <= certificate.bound.amount


@settings(max_examples=100, deadline=None)
@given(data=st.data(), basket=baskets(), rounding=LEVELS)
def test_with_one_of_a_group_the_best_is_that_of_the_best_choice(
    data: st.DataObject, basket: Basket, rounding: tuple[RoundingLevel, Rounded]
) -> None:
    """The oracle knows no groups: it is asked for the offers without a group and each choice of the others."""
    items = [line.item_id for line in basket.lines]
    offers = []
    for n in range(data.draw(st.integers(2, 4))):
        group = data.draw(st.sampled_from(["g", "g", "h", ""]))
        offers.append(evolve(data.draw(unit_offers(f"o{n}", items)), group=group))
    level, money = rounding
    groups = (OfferGroup("g"), OfferGroup("h"))
    rules = Combination(selection=Selection.OPTIMAL, repeat=True, rounding=HALF_UP, level=level, groups=groups)
    run, certificate = solve(basket, tuple(offers), rules)
    check_taken(run, certificate, level)
    free = [each for each in offers if not each.group]
    none: list[tuple[Offer, ...]] = [()]
    members = [[(each,) for each in offers if each.group == name] or none for name in ("g", "h")]
    best = max(
        Oracle(basket, (*free, *one, *other), repeat=True, money=money).best() for one, other in product(*members)
    )
    assert certificate.is_exact
    assert certificate.value.amount == best
    for name in ("g", "h"):
        assert len([each for each in run.applied if each.group == name]) <= 1
