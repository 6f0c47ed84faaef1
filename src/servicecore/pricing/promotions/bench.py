"""The bench: a basket while offers are applied to it; what is left of each line, and which units are spent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from attrs import Factory, define, evolve, field, frozen

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import bounded
from servicecore.pricing.promotions.basket import Basket, BasketCustomer, BasketLine, Scope
from servicecore.pricing.promotions.combination import (
    Combination,
    Lowered,
    PercentBase,
    Tie,
    UnitPick,
    UnitUse,
    ValueSeen,
)
from servicecore.pricing.promotions.situation import Situation
from servicecore.pricing.promotions.target import Target
from servicecore.pricing.promotions.unit_ledger import UnitLedger, Units, Usable

if TYPE_CHECKING:
    from servicecore.pricing.promotions.offer import Offer

NOTHING: Final = Decimal(0)


@frozen
class Share:
    """What one offer takes off one line, in one application.

    Attributes:
        offer: the offer's id.
        line: the line's id.
        amount: 0 or more, in the basket's currency.
        units: units that it used.
        on_order: whether it is part of an amount computed on the order and split.
        base: what the units were worth to the offer, where it was taken off already.

    """

    offer: str
    line: str
    amount: Decimal
    units: Decimal = NOTHING
    on_order: bool = False
    base: Decimal = NOTHING


@frozen
class AddedItem:
    """A unit that an offer puts into the basket.

    Attributes:
        offer: the offer's id.
        item: the item's id.
        quantity: how many.
        unit_price: before the discount.
        discount: on all of them.

    """

    offer: str
    item: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal


@define(eq=False)
class Bench:
    """What one run over a basket changes; made for it and forgotten with it.

    Attributes:
        basket: what is bought.
        settings: how offers stand beside each other.
        day: civil day, as a number of days.
        round_line: rounds what a line comes to, as the lines of a quote are; None keeps it exact.
        shares: everything taken off so far, in order.
        added: items put in so far.
        rest: by line, what is left of its value, exact.
        net: the same, rounded.
        users: by line, the offers that used its units.
        lowered: by line, the ids of the offers that changed its net.
        closed: by line, the id of the offer that has it for itself.
        units: the units of every line, what they cost by now and who used them.

    """

    basket: Basket
    settings: Combination
    day: int = 0
    round_line: Callable[[Decimal], Decimal] | None = None
    shares: list[Share] = field(default=Factory(list))
    added: list[AddedItem] = field(default=Factory(list))
    rest: dict[str, Decimal] = field(init=False)
    net: dict[str, Decimal] = field(init=False)
    users: dict[str, list[Offer]] = field(default=Factory(dict))
    lowered: dict[str, list[str]] = field(default=Factory(dict))
    closed: dict[str, str] = field(default=Factory(dict))
    units: UnitLedger = field(init=False)
    _applying: str = field(init=False, default="")

    @rest.default
    def _begin(self) -> dict[str, Decimal]:
        return {line.id: line.value for line in self.basket.lines}

    @net.default
    def _begin_net(self) -> dict[str, Decimal]:
        return {line: self._rounded(value) for line, value in self.rest.items()}

    @units.default
    def _begin_units(self) -> UnitLedger:
        return UnitLedger.of(self.basket.lines)

    def copy(self) -> Bench:
        """Return a bench as far as this one got that changes for itself."""
        other = Bench(self.basket, self.settings, self.day, self.round_line, list(self.shares), list(self.added))
        other.rest, other.net, other.closed = dict(self.rest), dict(self.net), dict(self.closed)
        other.users = {line: list(each) for line, each in self.users.items()}
        other.lowered = {line: list(each) for line, each in self.lowered.items()}
        other.units = self.units.copy()
        return other

    def commit(self, offer: Offer, shares: Iterable[Share], added: Iterable[AddedItem] = ()) -> None:
        """Take ``shares`` of ``offer`` off, and use their units, which its further benefits may share (`settle`)."""
        if self._applying != offer.id:
            self.settle()
            self._applying = offer.id
        for share in [self._with_base(offer, each) for each in shares]:
            before = self.rest[share.line]
            if share.amount:
                self._take_off(offer, share)
            if (offer.exclusive_on_lines or offer.stops) and (share.amount or share.on_order):
                self.closed[share.line] = offer.id
            self._use(offer, share.line, share.units, EXACT.subtract(before, self.rest[share.line]))
        self.units.benefit += 1
        self.added.extend(added)

    def settle(self) -> None:
        """End the application that is going on: the offer's next one finds its units used."""
        self._applying = ""
        self.units.settle()

    def _with_base(self, offer: Offer, share: Share) -> Share:
        line = next(each for each in self.basket.lines if each.id == share.line)
        base = View(self, offer).base(line, share.units or line.quantity, on_order=share.on_order)
        return evolve(share, base=base)

    def _take_off(self, offer: Offer, share: Share) -> None:
        self.shares.append(share)
        line, before = share.line, self.net[share.line]
        if share.on_order and self.round_line is not None:
            # A rounded part of an amount: the line keeps the fraction of a cent that it had, unless nothing is left.
            net = EXACT.subtract(before, share.amount)
            rest = EXACT.subtract(self.rest[line], share.amount) if net else net
        else:
            amount = share.amount if self.round_line is None else bounded(share.amount)
            rest = EXACT.subtract(self.rest[line], amount)
            net = self._rounded(rest)
        self.rest[line], self.net[line] = rest, net
        if net != before:
            self.lowered.setdefault(line, []).append(offer.id)

    def _rounded(self, amount: Decimal) -> Decimal:
        return amount if self.round_line is None else self.round_line(amount)

    def spend(self, offer: Offer, line: str, units: Decimal) -> None:
        """Mark ``units`` of a line as used by an application of ``offer`` that is over."""
        self._use(offer, line, units, NOTHING)
        self.settle()

    def _use(self, offer: Offer, line: str, units: Decimal, amount: Decimal) -> None:
        if not units and not amount:
            return
        self.units.use(line, offer.id, units, amount, View(self, offer).usable_on(line))
        users = self.users.setdefault(line, [])
        if units and all(user.id != offer.id for user in users):
            users.append(offer)

    def mark(self) -> tuple[object, ...]:
        """Return what a part that only looks leaves equal."""
        return (
            dict(self.rest),
            dict(self.net),
            dict(self.units.lines),
            dict(self.closed),
            len(self.shares),
            len(self.added),
            {line: len(each) for line, each in self.users.items()},
        )

    def lowered_by_others(self, offer: Offer, line: BasketLine) -> bool:
        """Return whether another offer than ``offer`` lowered ``line``."""
        return any(name != offer.id for name in self.lowered.get(line.id, ()))

    def holders(self, lines: Iterable[BasketLine]) -> str:
        """Return the ids of the offers that lowered ``lines``."""
        return ", ".join(dict.fromkeys(name for line in lines for name in self.lowered.get(line.id, ())))


@frozen(eq=False)
class View(Situation[BasketLine]):
    """The bench as one offer sees it: conditions and benefits look through it and change nothing.

    Attributes:
        bench: the bench.
        offer: the offer.
        allowed: ids of the goods that its conditions left; None before they were tested, and where they are skipped.

    """

    bench: Bench
    offer: Offer
    allowed: frozenset[str] | None = None

    @property
    def settings(self) -> Combination:
        """Return how offers stand beside each other."""
        return self.bench.settings

    @property
    def basket(self) -> Basket:
        """Return the basket."""
        return self.bench.basket

    @property
    def day(self) -> int:
        """Return the civil day, as a number of days."""
        return self.bench.day

    @property
    def currency(self) -> str:
        """Return the basket's currency."""
        return self.basket.currency

    @property
    def channel(self) -> str:
        """Return the basket's channel."""
        return self.basket.channel

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """Return the basket's pairs of name and value."""
        return self.basket.attributes

    @property
    def customer(self) -> BasketCustomer:
        """Return who buys."""
        return self.basket.customer

    @property
    def uses_before(self) -> int:
        """Return how often the customer used the offer before."""
        return self.customer.uses_of(self.offer.id)

    @property
    def shipping_methods(self) -> tuple[str, ...]:
        """Return the shipping methods in the basket, and those chosen that are no lines of it."""
        in_basket = [line.item_id for line in self.basket.lines if line.shipping]
        return tuple(dict.fromkeys([*in_basket, *self.basket.shipped_by]))

    def counted(self, target: Target) -> tuple[BasketLine, ...]:
        """Return the goods of ``target`` that conditions count."""
        return tuple(
            [
                line
                for line in self.basket.lines
                if not line.shipping
                and (line.open_to_offers if line.counts is None else line.counts)
                and target.matches(line, lowered=self._is_lowered(line))
            ]
        )

    def units(self, line: BasketLine) -> Decimal:
        """Return how many of the item's own units this offer may still use."""
        return EXACT.multiply(self.available(line), line.own_units)

    def worth(self, line: BasketLine, seen: ValueSeen | None = None) -> Decimal:
        """Return what is left of ``line``, or what it was worth before offers."""
        if (seen or self.settings.conditions_see) is ValueSeen.REMAINING:
            return max(self.bench.net[line.id], NOTHING)
        if self.settings.unit_use is UnitUse.SPENT:
            return EXACT.multiply(line.unit_price, self.available(line))
        return line.value

    def lines(self, target: Target, scope: Scope = Scope.LINES) -> list[BasketLine]:
        """Return the lines of ``target`` that offers may touch, in basket order."""
        return [
            line
            for line in self.basket.lines
            if line.open_to_offers
            and (scope is Scope.LINES_AND_SHIPPING or line.shipping is (scope is Scope.SHIPPING))
            and target.matches(line, lowered=self._is_lowered(line))
        ]

    def touchable(self, target: Target | None, scope: Scope = Scope.LINES) -> list[BasketLine]:
        """Return the lines of ``target`` that this offer may take something off; None is the offer's target."""
        return [
            line for line in self.lines(self.offer.target if target is None else target, scope) if self._may_touch(line)
        ]

    def _may_touch(self, line: BasketLine) -> bool:
        offer, bench = self.offer, self.bench
        if line.shipping:
            return offer.allows(line)
        if self.allowed is not None and line.id not in self.allowed:
            return False
        if bench.closed.get(line.id, offer.id) != offer.id:
            return False
        if offer.exclusive_on_lines and bench.lowered_by_others(offer, line):
            return False
        if offer.applies_to_discounted:
            return True
        by_offers = self.settings.discounted is Lowered.OFFERS
        return not (bench.lowered_by_others(offer, line) if by_offers else line.discounted)

    def _is_lowered(self, line: BasketLine) -> bool:
        return bool(self.bench.lowered.get(line.id))

    def available(self, line: BasketLine) -> Decimal:
        """Return how many units of ``line`` this offer may still use."""
        users = self.bench.users.get(line.id, ())
        if not users:
            return line.quantity
        if any(user.id != self.offer.id and not self.offer.stands_beside(user) for user in users):
            return NOTHING
        return self.bench.units.quantity(line.id, self.usable_on(line.id))

    def usable_on(self, line: str) -> Usable:
        """Return which units of ``line`` this offer may use: as exclusivity allows, and none that it spent before."""
        offer, spends = self.offer, self.settings.unit_use is UnitUse.SPENT
        now = self.bench.units.benefit
        alone = {user.id for user in self.bench.users.get(line, ()) if user.exclusive_on_units}

        def usable(units: Units) -> bool:
            others = [user for user in units.users if user != offer.id]
            if others and (offer.exclusive_on_units or any(user in alone for user in others)):
                return False
            # A benefit uses no unit twice, a further benefit of the same application shares it.
            taken = units.benefit == now if units.benefit else spends
            return not (taken and offer.id in units.users)

        return usable

    def base(self, line: BasketLine, units: Decimal, *, on_order: bool = False) -> Decimal:
        """Return what a percentage of ``units`` of a line is taken of, as the settings say.

        What is left of the line, or of those units that this offer would take: each unit remembers what came off it.
        """
        kind = self.settings.base
        if kind is PercentBase.ORIGINAL or (kind is PercentBase.ITEMS_ORIGINAL and not on_order):
            return EXACT.multiply(line.unit_price, units)
        left = self.left(line, on_order=on_order)
        if units == line.quantity:
            return left
        return max(NOTHING, min(left, self.bench.units.value(line.id, units, self.usable_on(line.id))))

    def left(self, line: BasketLine, *, on_order: bool = False) -> Decimal:
        """Return what is left of a line's value, at least 0: exact, or rounded where an amount is split over lines."""
        return max((self.bench.net if on_order else self.bench.rest)[line.id], NOTHING)

    def room(self, line: BasketLine, units: Decimal | None = None, *, on_order: bool = False) -> Decimal:
        """Return the most that may still be taken off ``units`` of a line, all of them where None."""
        lowest = line.lowest_unit_price if self.settings.heed_lowest_price else NOTHING
        room = EXACT.subtract(self.left(line, on_order=on_order), EXACT.multiply(lowest, line.quantity))
        if units is not None and units < line.quantity:
            room = min(room, EXACT.multiply(EXACT.subtract(line.unit_price, lowest), units))
        return max(NOTHING, room)

    def cheapest_first(self, lines: list[BasketLine]) -> list[BasketLine]:
        """Return ``lines`` by rising unit price; equal ones in basket order."""
        return sorted(lines, key=lambda line: line.unit_price)

    def priciest_first(self, lines: list[BasketLine]) -> list[BasketLine]:
        """Return ``lines`` by falling unit price; equal ones in basket order."""
        return sorted(lines, key=lambda line: -line.unit_price)

    def dearest_lines_first(self, lines: list[BasketLine]) -> list[BasketLine]:
        """Return ``lines`` by falling value; among equal ones the settings say which."""
        given = lines if self.settings.tie is Tie.FIRST else list(reversed(lines))
        return sorted(given, key=lambda line: -line.value)

    def picked(self, lines: list[BasketLine], pick: UnitPick | None = None) -> list[BasketLine]:
        """Return ``lines`` in the order in which units are taken; None takes the settings' order."""
        way = pick or self.settings.unit_pick
        if way is UnitPick.CHEAPEST:
            return self.cheapest_first(lines)
        if way is UnitPick.PRICIEST:
            return self.priciest_first(lines)
        return self.dearest_lines_first(lines) if way is UnitPick.DEAREST_LINE else lines
