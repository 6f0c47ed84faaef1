"""The bench: a basket while deals are applied to it; what is left of each line, and which units are spent."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from attrs import Factory, define, field, frozen

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import Basket, BasketLine, Scope
from servicecore.pricing.deals.combination import Combination, DealBase, Tie, UnitPick, UnitUse
from servicecore.pricing.deals.target import DealTarget

if TYPE_CHECKING:
    from servicecore.pricing.deals.deal import Deal

NOTHING: Final = Decimal(0)


@frozen
class Share:
    """What one deal takes off one line, in one application.

    Attributes:
        deal: the deal's id.
        line: the line's id.
        amount: 0 or more, in the basket's currency.
        units: units that it used.
        on_order: whether it is part of an amount computed on the order and split.

    """

    deal: str
    line: str
    amount: Decimal
    units: Decimal = NOTHING
    on_order: bool = False


@frozen
class AddedItem:
    """A unit that a deal puts into the basket.

    Attributes:
        deal: the deal's id.
        item: the item's id.
        quantity: how many.
        unit_price: before the discount.
        discount: on all of them.

    """

    deal: str
    item: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal


@define(eq=False)
class Bench:
    """What one run over a basket changes; made for it and forgotten with it.

    Attributes:
        basket: what is bought.
        settings: how deals stand beside each other.
        shares: everything taken off so far, in order.
        added: items put in so far.
        rest: by line, what is left of its value.
        users: by line, the deals that used its units.
        spent: by deal and line, units that the deal used.
        spent_by_all: by line, units that any deal used, at most its quantity.

    """

    basket: Basket
    settings: Combination
    shares: list[Share] = field(default=Factory(list))
    added: list[AddedItem] = field(default=Factory(list))
    rest: dict[str, Decimal] = field(init=False)
    users: dict[str, list[Deal]] = field(default=Factory(dict))
    spent: dict[tuple[str, str], Decimal] = field(default=Factory(dict))
    spent_by_all: dict[str, Decimal] = field(default=Factory(dict))

    @rest.default
    def _begin(self) -> dict[str, Decimal]:
        return {line.id: line.value for line in self.basket.lines}

    def commit(self, deal: Deal, shares: Iterable[Share], added: Iterable[AddedItem] = ()) -> None:
        """Take ``shares`` of ``deal`` off, and spend their units."""
        for share in shares:
            if share.amount:
                self.shares.append(share)
            self.rest[share.line] = EXACT.subtract(self.rest[share.line], share.amount)
            self.spend(deal, share.line, share.units)
        self.added.extend(added)

    def spend(self, deal: Deal, line: str, units: Decimal) -> None:
        """Mark ``units`` of a line as used by ``deal``."""
        if not units:
            return
        key = (deal.id, line)
        self.spent[key] = EXACT.add(self.spent.get(key, NOTHING), units)
        whole = next(each.quantity for each in self.basket.lines if each.id == line)
        self.spent_by_all[line] = min(EXACT.add(self.spent_by_all.get(line, NOTHING), units), whole)
        users = self.users.setdefault(line, [])
        if all(user.id != deal.id for user in users):
            users.append(deal)

    def taken_off(self, line: BasketLine) -> Decimal:
        """Return what deals took off a line so far."""
        return EXACT.subtract(line.value, self.rest[line.id])


@frozen(eq=False)
class View:
    """The bench as one deal sees it: conditions and benefits look through it and change nothing.

    Attributes:
        bench: the bench.
        deal: the deal.

    """

    bench: Bench
    deal: Deal

    @property
    def settings(self) -> Combination:
        """Return the programme's settings."""
        return self.bench.settings

    @property
    def basket(self) -> Basket:
        """Return the basket."""
        return self.bench.basket

    def lines(self, target: DealTarget, scope: Scope = Scope.LINES) -> list[BasketLine]:
        """Return the lines of ``target`` that deals may count, in basket order."""
        return [
            line
            for line in self.basket.lines
            if line.discountable
            and (scope is Scope.LINES_AND_SHIPPING or line.shipping is (scope is Scope.SHIPPING))
            and target.includes(line, lowered=self.bench.rest[line.id] < line.value)
        ]

    def touchable(self, target: DealTarget, scope: Scope = Scope.LINES) -> list[BasketLine]:
        """Return the lines of ``target`` that this deal may take something off."""
        allowed = self.deal.conditions_allow
        return [
            line
            for line in self.lines(target, scope)
            if (self.deal.applies_to_discounted or not line.discounted) and allowed(line)
        ]

    def available(self, line: BasketLine) -> Decimal:
        """Return how many units of ``line`` this deal may still use."""
        if self.settings.unit_use is UnitUse.FREE:
            return line.quantity
        others = [user for user in self.bench.users.get(line.id, ()) if user.id != self.deal.id]
        if any(not self.deal.stands_beside(user) for user in others):
            return NOTHING
        if others and (self.deal.exclusive_on_lines or any(user.exclusive_on_lines for user in others)):
            spent = self.bench.spent_by_all.get(line.id, NOTHING)
        else:
            spent = self.bench.spent.get((self.deal.id, line.id), NOTHING)
        return max(NOTHING, EXACT.subtract(line.quantity, spent))

    def left(self, line: BasketLine) -> Decimal:
        """Return what is left of a line's value, at least 0."""
        return max(self.bench.rest[line.id], NOTHING)

    def base(self, line: BasketLine, units: Decimal, *, on_order: bool = False) -> Decimal:
        """Return what a percentage of ``units`` of a line is taken of, as the settings say."""
        whole = EXACT.multiply(line.unit_price, units)
        kind = self.settings.base
        if kind is DealBase.ORIGINAL or (kind is DealBase.ITEMS_ORIGINAL and not on_order):
            return whole
        return max(NOTHING, EXACT.subtract(whole, self.bench.taken_off(line)))

    def room(self, line: BasketLine, units: Decimal | None = None) -> Decimal:
        """Return the most that may still be taken off ``units`` of a line, all of them where None."""
        lowest = line.lowest_unit_price if self.settings.heed_lowest_price else NOTHING
        room = EXACT.subtract(self.left(line), EXACT.multiply(lowest, line.quantity))
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
