"""The index of price rows: an item's rows lie together, best first, so that a price is a look-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from attrs import evolve, field, frozen

from servicecore.catalog.items import Item
from servicecore.kernel.problems import ProblemKind
from servicecore.pricing.found_price import FoundPrice
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.overlay import changed
from servicecore.pricing.price_lists import PriceList, PriceListType, PriceMode, PriceRow
from servicecore.pricing.quantity_breaks import NO_SUMS, BreakPricing, BreakQuantity
from servicecore.pricing.row_taxes import RowTaxes
from servicecore.pricing.validity import first_day, last_day

MODE_CONFLICT: Final = ProblemKind(
    "pricing.mode_conflict",
    en="the list {value} chooses by {mode}; accepted: {accepted}",
    it="il listino {value} sceglie per {mode}; valori ammessi: {accepted}",
    de="die Preisliste {value} wählt nach {mode}; zulässig: {accepted}",
)

_Key: TypeAlias = tuple[str, str, str]


@frozen(eq=False)
class IndexedRow:
    """A price row with what comparing takes, prepared once.

    Attributes:
        row: the row.
        list_id: the list that it stands in.
        first: first valid day as a number of days.
        last: last valid day, itself included.
        rank: sorts the best row first under the list's mode.
        minimum: the row's quantity break.
        position: its place in the list.
        plain: whether nothing but day and quantity decides whether it matches.
        stated: its price where that is an amount, for lines in the item's own unit; None for a formula, and where the
            row says by itself whether that contains tax.
        counted: which quantity is held against its break.

    """

    row: PriceRow
    list_id: str
    first: int
    last: int
    rank: tuple[object, ...]
    minimum: Decimal
    position: int
    plain: bool
    stated: FoundPrice | None
    counted: BreakQuantity

    def quantity(self, line: LineInProgress, asked: PriceQuestion) -> Decimal | None:
        """Return the quantity that is held against the row's break; None where the line is in another unit."""
        row, item = self.row, line.item
        if self.counted is BreakQuantity.ITEM:
            return asked.sums.get((self.counted, item.id), line.own_quantity)
        if self.counted is BreakQuantity.CATEGORY:
            return asked.sums.get((self.counted, row.category), line.own_quantity)
        unit = row.unit
        if not unit or unit == item.unit:
            return line.own_quantity
        return line.quantity if unit == line.unit else None


@frozen(eq=False, weakref_slot=False)
class PriceQuestion:
    """For whom and when prices are looked up; the same for every line of a cart.

    Attributes:
        currency: ISO 4217.
        day: civil day in the book's zone, as a number of days.
        customer: the customer's id.
        groups: the customer's groups.
        channel: sales channel.
        attributes: further pairs of name and value that rules of rows ask for.
        sums: quantities of the cart by item and by category, for lists that ask for them.
        taxes: what converts rows of the other convention; None leaves their prices as they stand.

    """

    currency: str
    day: int
    customer: str
    groups: frozenset[str]
    channel: str
    attributes: frozenset[tuple[str, str]] = frozenset()
    sums: Mapping[tuple[BreakQuantity, str], Decimal] = NO_SUMS
    taxes: RowTaxes | None = None


@frozen(eq=False)
class RowPool:
    """Rows that compete with each other: those of lists of one type and priority.

    Attributes:
        priority: of its lists.
        mode: which of several matching rows counts.
        breaks: what quantity breaks price.
        rows: by item, or ``category:`` and a category, or nothing; then by currency and by customer.
        customers: customers who may have rows of their own.
        categories: categories that may have rows of their own.
        for_all: whether rows for every item may exist.
        states_tax: whether a row may say by itself whether its price contains tax.

    """

    priority: int
    mode: PriceMode
    breaks: BreakPricing
    rows: Mapping[_Key, tuple[IndexedRow, ...]]
    customers: frozenset[str]
    categories: frozenset[str]
    for_all: bool
    states_tax: bool

    def find(self, price_list: str, row: PriceRow) -> IndexedRow | None:
        """Return where ``row`` of the list called ``price_list`` is filed, or None."""
        filed = self.rows.get(_key(row), ())
        return next((each for each in filed if each.list_id == price_list and each.row == row), None)

    def changed(self, old: IndexedRow | None, new: IndexedRow) -> RowPool:
        """Return the pool with ``new``, and without ``old``."""
        rows = self.rows
        if old is not None:
            key = _key(old.row)
            rows = changed(rows, key, tuple([each for each in rows[key] if each is not old]) or None)
        key = _key(new.row)
        added = _pool(self, {key: tuple(sorted((*rows.get(key, ()), new), key=_rank))})
        return RowPool(
            priority=self.priority,
            mode=self.mode,
            breaks=self.breaks,
            rows=changed(rows, key, added.rows[key]),
            customers=self.customers | added.customers,
            categories=self.categories | added.categories,
            for_all=self.for_all or added.for_all,
            states_tax=self.states_tax or added.states_tax,
        )

    def best(self, line: LineInProgress, asked: PriceQuestion) -> IndexedRow | None:
        """Return the best row that matches the line, or None."""
        if self.for_all or self.categories or asked.customer in self.customers:
            rows = self.matching(line, asked)
            return rows[0] if rows else None
        day, quantity = asked.day, line.own_quantity
        for indexed in self.rows.get((line.item.id, asked.currency, ""), ()):
            if not indexed.plain:
                if _matches(indexed, line, asked):
                    return indexed
            elif indexed.minimum <= quantity and indexed.first <= day <= indexed.last:
                return indexed
        return None

    def matching(self, line: LineInProgress, asked: PriceQuestion) -> list[IndexedRow]:
        """Return the rows that match the line, best first; under ``LOWEST`` all, otherwise the best of each shelf."""
        found: list[IndexedRow] = []
        every = self.mode is PriceMode.LOWEST
        for key in self._keys(line.item, asked):
            for indexed in self.rows.get(key, ()):
                if _matches(indexed, line, asked):
                    found.append(indexed)
                    if not every:
                        break
        if len(found) > 1:
            found.sort(key=_rank)
        return found

    def for_any_quantity(self, line: LineInProgress, asked: PriceQuestion) -> list[IndexedRow]:
        """Return the rows that match the line at some quantity, best first."""
        found = [
            indexed
            for key in self._keys(line.item, asked)
            for indexed in self.rows.get(key, ())
            if _concerns(indexed, line, asked) and indexed.quantity(line, asked) is not None
        ]
        found.sort(key=_rank)
        return found

    def filed(self, item: Item, asked: PriceQuestion) -> list[IndexedRow]:
        """Return every row that is filed for the item, currency and customer, whether it matches or not, best first."""
        return sorted((each for key in self._keys(item, asked) for each in self.rows.get(key, ())), key=_rank)

    def _keys(self, item: Item, asked: PriceQuestion) -> Iterator[_Key]:
        customers = ("", asked.customer) if asked.customer in self.customers else ("",)
        for customer in customers:
            yield (item.id, asked.currency, customer)
            if self.categories:
                for category in item.categories:
                    if category in self.categories:
                        yield (f"category:{category}", asked.currency, customer)
            if self.for_all:
                yield ("", asked.currency, customer)


def _pool(like: PriceList | RowPool, rows: Mapping[_Key, tuple[IndexedRow, ...]]) -> RowPool:
    return RowPool(
        priority=like.priority,
        mode=like.mode,
        breaks=like.breaks,
        rows=rows,
        customers=frozenset([customer for _subject, _currency, customer in rows if customer]),
        categories=frozenset(
            [subject.removeprefix("category:") for subject, _, _ in rows if subject.startswith("category:")]
        ),
        for_all=any(not subject for subject, _currency, _customer in rows),
        states_tax=any(each.row.includes_tax is not None for filed in rows.values() for each in filed),
    )


def _key(row: PriceRow) -> _Key:
    return (row.item or (f"category:{row.category}" if row.category else ""), row.currency, row.customer)


def _rank(indexed: IndexedRow) -> tuple[object, ...]:
    return indexed.rank


def _matches(indexed: IndexedRow, line: LineInProgress, asked: PriceQuestion) -> bool:
    quantity = indexed.quantity(line, asked)
    if quantity is None:
        return False
    row = indexed.row
    return (
        row.min_quantity <= quantity
        and (row.max_quantity is None or quantity <= row.max_quantity)
        and _concerns(indexed, line, asked)
    )


def _concerns(indexed: IndexedRow, line: LineInProgress, asked: PriceQuestion) -> bool:
    row = indexed.row
    return (
        indexed.first <= asked.day <= indexed.last
        and (not row.channel or row.channel == asked.channel)
        and (not row.customer_group or row.customer_group in asked.groups)
        and (not row.category or row.category in line.item.categories)
        and (not row.rules or all(rule.met_by(asked.attributes) for rule in row.rules))
    )


@frozen(eq=False)
class PriceIndex:
    """The pools of rows of each type of list, the highest priority first.

    ``only`` is the one pool that list prices are looked up in, where there is one alone that does not ask for the
    lowest price, and whose breaks price all units: as in most books. ``summed`` is whether a list holds sums over the
    cart against its breaks, ``states_tax`` whether a row says by itself whether its price contains tax.
    """

    base: tuple[RowPool, ...]
    override: tuple[RowPool, ...]
    sale: tuple[RowPool, ...]
    fallback: tuple[RowPool, ...]
    summed: bool
    only: RowPool | None = field(init=False)
    states_tax: bool = field(init=False)

    @only.default
    def _only_base(self) -> RowPool | None:
        if len(self.base) != 1 or self.override:
            return None
        pool = self.base[0]
        simple = pool.mode is not PriceMode.LOWEST and pool.breaks is BreakPricing.ALL_UNITS
        return pool if simple else None

    @states_tax.default
    def _any_states_tax(self) -> bool:
        return any(pool.states_tax for pool in (*self.base, *self.override, *self.sale, *self.fallback))

    def by_item(self, asked: PriceQuestion) -> Mapping[_Key, tuple[IndexedRow, ...]] | None:
        """Return the rows, where only those filed for an item and the currency can matter to ``asked``; else None."""
        pool = self.only
        if pool is None or pool.for_all or pool.categories or asked.customer in pool.customers:
            return None
        return pool.rows

    def pool(self, price_list: PriceList) -> RowPool:
        """Return the pool that the rows of ``price_list`` compete in."""
        pools: tuple[RowPool, ...] = getattr(self, price_list.type.value)
        return next(each for each in pools if each.priority == price_list.priority)

    def changed(self, price_list: PriceList, old: RowPool, new: RowPool) -> PriceIndex:
        """Return the index with ``new`` in the place of ``old``, the pool of ``price_list``."""
        name = price_list.type.value
        pools: tuple[RowPool, ...] = getattr(self, name)
        changes: dict[str, Any] = {name: tuple([new if each is old else each for each in pools])}
        return evolve(self, **changes)


def index_prices(lists: Iterable[PriceList]) -> PriceIndex:
    """Return the rows of ``lists``, filed by item.

    Raises:
        InvalidValue: ``pricing.mode_conflict`` for lists of one type and priority that choose differently, or whose
            breaks price differently.

    """
    models: dict[tuple[PriceListType, int], PriceList] = {}
    shelves: dict[tuple[PriceListType, int], dict[_Key, list[IndexedRow]]] = {}
    given = sorted(lists, key=lambda price_list: price_list.id)
    for each in given:
        pool = (each.type, each.priority)
        for own, others in zip(_ways(each), _ways(models.setdefault(pool, each)), strict=True):
            if own is not others:
                accepted = f"{others.value}, as other lists of this type and priority"
                raise MODE_CONFLICT.error("lists", value=each.id, mode=own.value, accepted=accepted)
        shelf = shelves.setdefault(pool, {})
        for position, row in enumerate(each.rows):
            shelf.setdefault(_key(row), []).append(index_row(each, row, position))
    pools: dict[PriceListType, tuple[RowPool, ...]] = {}
    for (type_, priority), shelf in sorted(shelves.items(), key=lambda entry: -entry[0][1]):
        rows = {key: tuple(sorted(indexed, key=_rank)) for key, indexed in shelf.items()}
        pools[type_] = (*pools.get(type_, ()), _pool(models[type_, priority], rows))
    summed = any(each.counted is not BreakQuantity.LINE for each in given)
    by_type: dict[str, Any] = {type_.value: pools.get(type_, ()) for type_ in PriceListType}
    return PriceIndex(**by_type, summed=summed)


def _ways(price_list: PriceList) -> tuple[PriceMode | BreakPricing, ...]:
    return (price_list.mode, price_list.breaks)


def index_row(price_list: PriceList, row: PriceRow, position: int) -> IndexedRow:
    """Return ``row``, the one at ``position`` of ``price_list``, prepared for comparing."""
    amount = row.amount
    return IndexedRow(
        row=row,
        list_id=price_list.id,
        first=first_day(row.valid_from),
        last=last_day(row.valid_until),
        rank=_row_rank(price_list, row, position),
        minimum=row.min_quantity,
        position=position,
        plain=not (
            row.unit or row.channel or row.customer_group or row.category or row.rules or row.max_quantity is not None
        )
        and price_list.counted is BreakQuantity.LINE,
        stated=None
        if amount is None or row.includes_tax is not None
        else FoundPrice(amount.amount, price_list.id, money=amount),
        counted=price_list.counted,
    )


def _row_rank(price_list: PriceList, row: PriceRow, position: int) -> tuple[object, ...]:
    place = (price_list.id, position)
    if price_list.mode is PriceMode.FIRST_MATCH:
        return place
    named = (bool(row.customer), bool(row.item), bool(row.customer_group), bool(row.category), bool(row.channel))
    amount = Decimal(0) if row.amount is None else row.amount.amount
    conditions = sum(named) + len(row.rules)
    if price_list.mode is PriceMode.MOST_RULES:
        return (-conditions, amount, *place)
    return (
        -conditions,
        tuple(not each for each in named),
        -row.min_quantity,
        not row.unit,
        -first_day(row.valid_from),
        amount,
        *place,
    )
