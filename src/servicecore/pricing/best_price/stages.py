"""Run a set of offers through lanes and priorities: what one set of offers gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import Factory, define, frozen

from servicecore.kernel.money import Money
from servicecore.pricing.best_price.answer import ComponentProof, OfferApplication, UnitUse, Use
from servicecore.pricing.best_price.compact import StageLine
from servicecore.pricing.best_price.offers import BuyGet, Reach, UnitOffer
from servicecore.pricing.best_price.stage import SolvedComponent, Workshop

_USES: Final = (Use.BOUGHT, Use.GOT)


@frozen
class Outcome:
    """What one set of offers gives; amounts in units of the valuation.

    Attributes:
        value: taken off.
        bound: no answer with these offers takes off more.
        applications: in their order.
        proofs: by component.
        unused: (line, units) that no offer used in any lane.

    """

    value: int
    bound: int
    applications: tuple[OfferApplication, ...]
    proofs: tuple[ComponentProof, ...]
    unused: tuple[tuple[str, int], ...]

    @property
    def offers(self) -> tuple[str, ...]:
        """Return the ids of the offers that are applied."""
        return tuple(sorted({each.offer for each in self.applications}))

    @property
    def rank(self) -> tuple[int, int, tuple[str, ...]]:
        """Return what sorts the best first: more off, then fewer offers, then lower ids (CC 7.4)."""
        return (-self.value, len(self.offers), self.offers)


@define(eq=False)
class _Cart:
    """What the stages leave of the cart.

    Attributes:
        free: units that the current lane has not used yet.
        used: units that it has, at the price that it leaves.
        touched: lines that any stage used.
        closed: lines that an offer keeps for itself.
        spared: units that no lane has used so far, by line.

    """

    free: dict[tuple[str, int], int]
    used: dict[tuple[str, int], int] = Factory(dict)
    touched: set[str] = Factory(set)
    closed: set[str] = Factory(set)

    def lines(self) -> list[StageLine]:
        """Return the units that offers can use now."""
        return [StageLine(i, price, units) for (i, price), units in self.free.items() if units and i not in self.closed]

    def next_lane(self) -> None:
        """Open all units again, at the prices that the lane leaves."""
        for key, units in self.used.items():
            self.free[key] = self.free.get(key, 0) + units
        self.used = {}


def run_stages(
    shop: Workshop, lines: Iterable[StageLine], offers: Iterable[UnitOffer], ceiling: int | None = None
) -> Outcome:
    """Return what ``offers``, none of which excludes another, give: lanes upwards, in each priorities downwards.

    Args:
        shop: solves the stages.
        lines: the cart.
        offers: all of them.
        ceiling: the most that may be taken off; only where all offers belong to one lane and priority.

    """
    stages: dict[tuple[int, int], list[UnitOffer]] = {}
    for offer in offers:
        stages.setdefault((offer.lane, -offer.priority), []).append(offer)
    cart = _Cart({(line.id, line.price): line.quantity for line in lines})
    never = {line.id: line.quantity for line in lines}
    applications: list[OfferApplication] = []
    proofs: list[ComponentProof] = []
    value, bound, lane = 0, 0, 0
    for number, ((at, priority), given) in enumerate(sorted(stages.items(), key=lambda each: each[0])):
        if number and at != lane:
            cart.next_lane()
        lane = at
        for solved in shop.solve(cart.lines(), given, frozenset(cart.touched), ceiling):
            value += solved.value
            bound += solved.bound
            proofs.append(_proof(shop, solved, at, -priority))
            last = max(stages)[0] == at
            applications.extend(_apply(shop, solved, cart, never, last))
    unused = tuple(sorted((line, units) for line, units in never.items() if units))
    return Outcome(value, bound, tuple(applications), tuple(proofs), unused)


def _apply(
    shop: Workshop, solved: SolvedComponent, cart: _Cart, never: dict[str, int], last: bool
) -> Iterable[OfferApplication]:
    money = shop.valuation
    for each in solved.applications:
        offer = solved.problem.offers[each.offer].offer
        uses = []
        for role, number, units in each.parts:
            line = solved.problem.lines[number]
            use = _USES[role] if isinstance(offer, BuyGet) else Use.PART
            uses.append(UnitUse(line.id, units, use, Money(money.amount(line.price), money.currency)))
        application = OfferApplication(
            offer.id, each.times, tuple(uses), Money(money.amount(each.worth), money.currency)
        )
        shares = () if last else application.shares()
        for place, (_role, number, units) in enumerate(each.parts):
            line = solved.problem.lines[number]
            cart.free[line.id, line.price] -= units * each.times
            never[line.id] = max(0, never[line.id] - units * each.times)
            cart.touched.add(line.id)
            if offer.reach is Reach.LINE:
                cart.closed.add(line.id)
            if not last:
                share, odd = divmod(money.units(shares[place].amount), units)
                for lower, count in ((share, units - odd), (share + 1, odd)):
                    key = (line.id, line.price - lower)
                    cart.used[key] = cart.used.get(key, 0) + count * each.times
        yield application


def _proof(shop: Workshop, solved: SolvedComponent, lane: int, priority: int) -> ComponentProof:
    money = shop.valuation
    return ComponentProof(
        lane,
        priority,
        tuple(sorted({line.id for line in solved.problem.lines})),
        tuple(compact.offer.id for compact in solved.problem.offers),
        solved.method,
        Money(money.amount(solved.value), money.currency),
        Money(money.amount(solved.bound), money.currency),
        solved.nodes,
    )
