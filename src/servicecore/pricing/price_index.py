"""The index of price rows: an item's rows lie together, best first, so that a price is a look-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from attrs import field, frozen

from servicecore.catalog.items import Item
from servicecore.kernel.money import Money
from servicecore.kernel.problems import ProblemKind
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.price_lists import PriceList, PriceListType, PriceMode, PriceRow
from servicecore.pricing.validity import first_day, last_day

MODE_CONFLICT: Final = ProblemKind(
    "pricing.mode_conflict",
    en="the list {value} chooses by {mode}; accepted: {accepted}",
    it="il listino {value} sceglie per {mode}; valori ammessi: {accepted}",
    de="die Preisliste {value} wählt nach {mode}; zulässig: {accepted}",
)

_Key: TypeAlias = tuple[str, str, str]


@frozen(eq=False)
class FoundPrice:
    """The price of one unit of a line.

    Attributes:
        amount: exact; None where the formula's cost is unknown.
        source: the list, or the item itself, and the formula where there is one.
        takes_offer_percent: whether the formula asks for the percent of the line's named offer.
        money: the amount as it stands in the book; None where it was computed.

    """

    amount: Decimal | None
    source: str
    takes_offer_percent: bool = False
    money: Money | None = None


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
        plain: whether nothing but day and quantity decides whether it matches.
        stated: its price where that is an amount, for lines in the item's own unit; None for a formula.

    """

    row: PriceRow
    list_id: str
    first: int
    last: int
    rank: tuple[object, ...]
    minimum: Decimal
    plain: bool
    stated: FoundPrice | None


@frozen(eq=False)
class PriceQuestion:
    """For whom and when prices are looked up; the same for every line of a cart.

    Attributes:
        currency: ISO 4217.
        day: civil day in the book's zone, as a number of days.
        customer: the customer's id.
        groups: the customer's groups.
        channel: sales channel.
        attributes: further pairs of name and value that rules of rows ask for.

    """

    currency: str
    day: int
    customer: str
    groups: frozenset[str]
    channel: str
    attributes: frozenset[tuple[str, str]] = frozenset()


@frozen(eq=False)
class RowPool:
    """Rows that compete with each other: those of lists of one type and priority.

    Attributes:
        mode: which of several matching rows counts.
        rows: by item, or ``category:`` and a category, or nothing; then by currency and by customer.
        customers: customers with rows of their own.
        categories: categories with rows of their own.
        for_all: whether rows for every item exist.

    """

    mode: PriceMode
    rows: Mapping[_Key, tuple[IndexedRow, ...]]
    customers: frozenset[str] = field(init=False)
    categories: frozenset[str] = field(init=False)
    for_all: bool = field(init=False)

    @customers.default
    def _customers(self) -> frozenset[str]:
        return frozenset(customer for _subject, _currency, customer in self.rows if customer)

    @categories.default
    def _categories(self) -> frozenset[str]:
        return frozenset(
            subject.removeprefix("category:") for subject, _, _ in self.rows if subject.startswith("category:")
        )

    @for_all.default
    def _for_all(self) -> bool:
        return any(not subject for subject, _currency, _customer in self.rows)

    def best(self, line: LineInProgress, asked: PriceQuestion) -> IndexedRow | None:
        """Return the best row that matches the line, or None."""
        if self.for_all or self.categories or asked.customer in self.customers:
            rows = self.matching(line, asked)
            return rows[0] if rows else None
        day = asked.day
        for indexed in self.rows.get((line.item.id, asked.currency, ""), ()):
            if indexed.plain:
                if indexed.minimum <= line.own_quantity and indexed.first <= day <= indexed.last:
                    return indexed
            elif _matches(indexed, line, asked):
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


def _rank(indexed: IndexedRow) -> tuple[object, ...]:
    return indexed.rank


def _matches(indexed: IndexedRow, line: LineInProgress, asked: PriceQuestion) -> bool:
    if not indexed.first <= asked.day <= indexed.last:
        return False
    row, item = indexed.row, line.item
    unit = row.unit
    if not unit or unit == item.unit:
        quantity = line.own_quantity
    elif unit != line.unit:
        return False
    else:
        quantity = line.quantity
    return (
        row.min_quantity <= quantity
        and (row.max_quantity is None or quantity <= row.max_quantity)
        and (not row.channel or row.channel == asked.channel)
        and (not row.customer_group or row.customer_group in asked.groups)
        and (not row.category or row.category in item.categories)
        and all(any((rule.name, value) in asked.attributes for value in rule.values) for rule in row.rules)
    )


@frozen(eq=False)
class PriceIndex:
    """The pools of rows of each type of list, the highest priority first."""

    base: tuple[RowPool, ...]
    override: tuple[RowPool, ...]
    sale: tuple[RowPool, ...]
    fallback: tuple[RowPool, ...]


def index_prices(lists: Iterable[PriceList]) -> PriceIndex:
    """Return the rows of ``lists``, filed by item.

    Raises:
        InvalidValue: ``pricing.mode_conflict`` for lists of one type and priority that choose differently.

    """
    modes: dict[tuple[PriceListType, int], PriceMode] = {}
    shelves: dict[tuple[PriceListType, int], dict[_Key, list[IndexedRow]]] = {}
    for each in sorted(lists, key=lambda price_list: price_list.id):
        pool = (each.type, each.priority)
        if modes.setdefault(pool, each.mode) is not each.mode:
            accepted = f"{modes[pool].value}, as other lists of this type and priority"
            raise MODE_CONFLICT.error("lists", value=each.id, mode=each.mode.value, accepted=accepted)
        shelf = shelves.setdefault(pool, {})
        for position, row in enumerate(each.rows):
            subject = row.item or (f"category:{row.category}" if row.category else "")
            indexed = _indexed(each, row, position)
            shelf.setdefault((subject, row.currency, row.customer), []).append(indexed)
    pools: dict[PriceListType, tuple[RowPool, ...]] = {}
    for (type_, priority), shelf in sorted(shelves.items(), key=lambda entry: -entry[0][1]):
        rows = {key: tuple(sorted(indexed, key=_rank)) for key, indexed in shelf.items()}
        pools[type_] = (*pools.get(type_, ()), RowPool(modes[type_, priority], rows))
    return PriceIndex(
        base=pools.get(PriceListType.BASE, ()),
        override=pools.get(PriceListType.OVERRIDE, ()),
        sale=pools.get(PriceListType.SALE, ()),
        fallback=pools.get(PriceListType.FALLBACK, ()),
    )


def _indexed(price_list: PriceList, row: PriceRow, position: int) -> IndexedRow:
    amount = row.amount
    return IndexedRow(
        row=row,
        list_id=price_list.id,
        first=first_day(row.valid_from),
        last=last_day(row.valid_until),
        rank=_row_rank(price_list, row, position),
        minimum=row.min_quantity,
        plain=not (
            row.unit
            or row.channel
            or row.customer_group
            or row.category
            or row.rules
            or row.max_quantity is not None
        ),
        stated=None if amount is None else FoundPrice(amount.amount, price_list.id, money=amount),
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
