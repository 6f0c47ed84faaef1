"""The stock of a cart: its units while the best price is being found, what each costs by now, and who used it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from attrs import Factory, define, evolve, frozen

from servicecore.kernel.allocation import allocate
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.offer import Exclusivity, Offer

_NOTHING: Final = Decimal(0)
_ONE: Final = Decimal(1)


@frozen(eq=False)
class Batch:
    """Units of one line that are alike.

    Attributes:
        id: within the stock.
        line: the line.
        units: how many, 1 or more.
        price: of one of them by now.
        size: the part of the line's quantity that one of them stands for: 1, or another one where units cannot be
            counted, as with what a weight leaves over.
        users: offers that used them.
        busy: whether one did in the present lane.

    """

    id: str
    line: BasketLine
    units: int
    price: Decimal
    size: Decimal = _ONE
    users: tuple[Offer, ...] = ()
    busy: bool = False

    @property
    def value(self) -> Decimal:
        """Return the price of all of them."""
        return EXACT.multiply(self.price, Decimal(self.units))

    @property
    def quantity(self) -> Decimal:
        """Return the part of the line's quantity that they are."""
        return EXACT.multiply(self.size, Decimal(self.units))

    @property
    def is_counted(self) -> bool:
        """Return whether its units are whole units of the line."""
        return self.size == _ONE


@define(eq=False)
class Stock:
    """The units of the lines that offers may touch.

    Attributes:
        batches: by id.

    """

    batches: dict[str, Batch] = Factory(dict)
    _by_line: dict[str, list[str]] = Factory(dict)
    _made: int = 0

    @classmethod
    def of(cls, lines: Iterable[BasketLine], digits: int) -> Stock:
        """Return all units of ``lines`` at their prices before offers.

        Units whose price has more than ``digits`` decimals are taken together: a discount on each could not be rounded.
        """
        stock = cls()
        for line in lines:
            whole, price = int(line.quantity), line.unit_price
            if -int(price.normalize(EXACT).as_tuple().exponent) > digits:
                whole = 0
            rest = EXACT.subtract(line.quantity, Decimal(whole))
            if whole:
                stock._file(Batch(line.id, line, whole, price))
            if rest:
                name = line.id if not whole else f"{line.id}/rest"
                stock._file(Batch(name, line, 1, EXACT.multiply(price, rest), rest))
        return stock

    def copy(self) -> Stock:
        """Return a stock of the same units that changes for itself."""
        return Stock(dict(self.batches), {line: list(names) for line, names in self._by_line.items()}, self._made)

    def _file(self, batch: Batch) -> None:
        self.batches[batch.id] = batch
        self._by_line.setdefault(batch.line.id, []).append(batch.id)

    def add(self, batch: Batch) -> None:
        """Put ``batch`` in under a new id, or join it to units that are the same."""
        for known in self.of_line(batch.line.id):
            if _alike(known, batch):
                self.batches[known.id] = evolve(known, units=known.units + batch.units)
                return
        self._made += 1
        self._file(evolve(batch, id=f"{batch.line.id}/{self._made}"))

    def of_line(self, line: str) -> list[Batch]:
        """Return the batches of a line."""
        return [self.batches[name] for name in self._by_line.get(line, ()) if name in self.batches]

    def free(self, offer: Offer, line: str) -> list[Batch]:
        """Return the units of ``line`` that ``offer`` may use, as exclusivity and lists of partners allow it."""
        batches = self.of_line(line)
        users = {user.id: user for batch in batches for user in batch.users}.values()
        if any(clash(offer, user) for user in users):
            return []
        return [batch for batch in batches if not batch.busy and _leaves_units(offer, batch)]

    def use(self, batch: str, offer: Offer, prices: Iterable[tuple[int, Decimal]]) -> None:
        """Let ``offer`` use units of a batch: so many as ``prices`` says, which then cost what it says."""
        known = self.batches.pop(batch)
        left = known.units
        for units, price in prices:
            if units:
                left -= units
                used = evolve(known, units=units, price=price, users=(*known.users, offer), busy=True)
                self.add(used)
        if left:
            self.batches[batch] = evolve(known, units=left)

    def lower(self, batches: Iterable[Batch], amount: Decimal, offer: Offer, currency: str, digits: int) -> None:
        """Let ``offer`` take ``amount`` off ``batches``, each unit in proportion to its price."""
        given = list(batches)
        values = [batch.value for batch in given]
        if not sum_of(values):
            return
        split = allocate(
            Money(amount, currency),
            values,
            keys=[batch.id for batch in given],
            caps=[Money(value, currency) for value in values],
            rounding_digits=max(digits, -int(amount.as_tuple().exponent)),
        )
        for batch, share in zip(given, split.shares, strict=True):
            self.use(batch.id, offer, spread(batch.price, share.amount, batch.units, 1, digits))

    def open_again(self) -> None:
        """Open every unit to the next lane."""
        self.batches = {name: evolve(batch, busy=False) for name, batch in self.batches.items()}

    @property
    def value(self) -> Decimal:
        """Return what all units cost by now."""
        return sum_of(batch.value for batch in self.batches.values())


def clash(one: Offer, other: Offer) -> bool:
    """Return whether two different offers may not share a line."""
    if one.id == other.id:
        return False
    alone = Exclusivity.LINE in (one.exclusive, other.exclusive)
    return alone or not one.stands_beside(other)


def spread(price: Decimal, amount: Decimal, units: int, times: int, digits: int) -> Iterator[tuple[int, Decimal]]:
    """Yield (units, price of one) for ``times`` times ``units`` units with ``amount`` off each time, split evenly.

    ``digits`` are the decimals of the parts, more where ``amount`` has more.
    """
    step = Decimal(1).scaleb(min(-digits, int(amount.as_tuple().exponent)))
    each, odd = divmod(int(EXACT.divide(amount, step)), units)
    for count, taken in ((units - odd, each), (odd, each + 1)):
        if count:
            yield count * times, EXACT.subtract(price, EXACT.multiply(step, Decimal(taken)))


def _alike(one: Batch, other: Batch) -> bool:
    return (one.price, one.size, one.users, one.busy) == (other.price, other.size, other.users, other.busy)


def _leaves_units(offer: Offer, batch: Batch) -> bool:
    if not batch.users:
        return True
    exclusive = {Exclusivity.UNIT, Exclusivity.LINE}
    return offer.exclusive not in exclusive and all(user.exclusive not in exclusive for user in batch.users)


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum."""
    total = _NOTHING
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total
