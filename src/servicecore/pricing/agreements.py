"""The price rows that were considered for a line: which counts, and why each of the others does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.explain import Step
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.price_index import IndexedRow, PriceQuestion, RowPool
from servicecore.pricing.price_lists import PriceListType, PriceRow
from servicecore.pricing.quantity_breaks import BreakPricing, break_sums
from servicecore.pricing.quote import QuoteLine

NOT_FOR_THIS: Final = ProblemKind(
    "pricing.agreement_not_for_this",
    en="it is not for {field} {value}; accepted: {accepted}",
    it="non vale per {field} {value}; valori ammessi: {accepted}",
    de="sie gilt nicht für {field} {value}; zulässig: {accepted}",
)
OTHER_COUNTS: Final = ProblemKind(
    "pricing.agreement_other_counts",
    en="the price comes from {value}; accepted: {accepted}",
    it="il prezzo viene da {value}; valori ammessi: {accepted}",
    de="der Preis kommt aus {value}; zulässig: {accepted}",
)

_PRICE_STEPS: Final = ("pricing.list_price", "pricing.agreed_price", "pricing.graduated_price")


@frozen
class Agreement:
    """A price row that concerns a line (CC 7.1).

    Attributes:
        price_list: id of the price list.
        type: what the list's prices are.
        priority: of the list.
        row: the row.
        rejected: why it does not count; None where the line has its price.

    """

    price_list: str
    type: PriceListType
    priority: int
    row: PriceRow
    rejected: Problem | None

    @property
    def applied(self) -> bool:
        """Return whether the line has its price."""
        return self.rejected is None


def considered(book: CompiledBook, cart: Cart, line: QuoteLine, day: int) -> tuple[Agreement, ...]:
    """Return every row that is filed for the line's item, the cart's currency and customer, with its first reason.

    Only the item's own rows are read. A row counts where a price step of the line names it; rows that fit and do not
    count lost to that one. The order is: lists for some, base lists, fallbacks, agreements; each best first.
    """
    item = book.items.get(line.item)
    if item is None:
        return ()
    own = own_quantity(book, line.item, line.quantity, line.unit)
    rounders = book.rounders(cart.currency)
    cart_line = CartLine(item.id, line.quantity, line.unit, line.number)
    begun = LineInProgress(cart_line, item, line.quantity, line.unit, own, rounders.one, rounders.line, 0)
    asked = PriceQuestion(
        currency=cart.currency,
        day=day,
        customer=cart.customer,
        groups=frozenset(cart.customer_groups),
        channel=cart.channel,
        attributes=frozenset(cart.attributes),
        sums=break_sums(
            (book.items[each.item], own_quantity(book, each.item, each.quantity, each.unit))
            for each in cart.lines
            if each.item in book.items
        ),
    )
    steps = [step for step in line.explanation.steps if step.rule in _PRICE_STEPS]
    sources = ", ".join(dict(each.params).get("source", "") for each in steps)
    prices = book.prices
    found: list[Agreement] = []
    for type_, pools in (
        (PriceListType.OVERRIDE, prices.override),
        (PriceListType.BASE, prices.base),
        (PriceListType.FALLBACK, prices.fallback),
        (PriceListType.SALE, prices.sale),
    ):
        for pool in pools:
            found.extend(_of_pool(pool, type_, begun, asked, steps, sources))
    return tuple(found)


def _of_pool(
    pool: RowPool,
    type_: PriceListType,
    line: LineInProgress,
    asked: PriceQuestion,
    steps: list[Step],
    sources: str,
) -> list[Agreement]:
    found = []
    for indexed in pool.filed(line.item, asked):
        rejected = _mismatch(indexed, pool, line, asked)
        if rejected is None:
            step = next((each for each in steps if _names(dict(each.params), indexed, pool, line)), None)
            if step is None:
                rejected = OTHER_COUNTS.at(indexed.list_id, value=sources, accepted="the best row that fits")
            elif pool.breaks is not BreakPricing.GRADUATED:
                steps.remove(step)
        found.append(Agreement(indexed.list_id, type_, pool.priority, indexed.row, rejected))
    return found


def _names(named: Mapping[str, str], indexed: IndexedRow, pool: RowPool, line: LineInProgress) -> bool:
    """Return whether a price step tells of this row: its list, and its amount or formula."""
    row, sources = indexed.row, named.get("source", "").split(", ")
    if row.formula is not None:
        return any(source.startswith(f"{indexed.list_id}: {row.formula.text}") for source in sources)
    if indexed.list_id not in sources or row.amount is None:
        return False
    if pool.breaks is BreakPricing.GRADUATED and "tiers" in named:
        return f"x {row.amount.amount}" in named["tiers"]
    return line.unit != line.item.unit or named.get("price") == str(row.amount)


def _mismatch(indexed: IndexedRow, pool: RowPool, line: LineInProgress, asked: PriceQuestion) -> Problem | None:
    """Return the first condition of the row that does not hold, with what the cart has there."""
    row = indexed.row
    day = date.fromordinal(asked.day)
    groups, categories = sorted(asked.groups), line.item.categories
    named: list[tuple[bool, str, object, object]] = [
        (
            indexed.first <= asked.day <= indexed.last,
            "day",
            day,
            f"{row.valid_from or '-'} to {row.valid_until or '-'}",
        ),
        (row.channel in {"", asked.channel}, "channel", asked.channel, row.channel),
        (row.customer_group in {"", *groups}, "customer_group", ", ".join(groups), row.customer_group),
        (row.category in {"", *categories}, "category", ", ".join(categories), row.category),
    ]
    for rule in row.rules:
        held = [value for name, value in sorted(asked.attributes) if name == rule.name]
        named.append((rule.met_by(asked.attributes), rule.name, ", ".join(held), ", ".join(rule.values)))
    named.extend(_quantities(indexed, pool, line, asked))
    for holds, field, value, accepted in named:
        if not holds:
            return NOT_FOR_THIS.at(indexed.list_id, field=field, value=value or "-", accepted=accepted)
    return None


def _quantities(
    indexed: IndexedRow, pool: RowPool, line: LineInProgress, asked: PriceQuestion
) -> tuple[tuple[bool, str, object, object], ...]:
    row, quantity = indexed.row, indexed.quantity(line, asked)
    if quantity is None:
        return ((False, "unit", line.unit, row.unit),)
    most = None if pool.breaks is BreakPricing.GRADUATED else row.max_quantity
    shown = f"{quantity:f}"
    return (
        (quantity >= row.min_quantity, "quantity", shown, f"{row.min_quantity:f} or more"),
        (most is None or quantity <= most, "quantity", shown, f"{most or 0:f} or less"),
    )


def own_quantity(book: CompiledBook, item_id: str, quantity: Decimal, unit: str) -> Decimal:
    """Return ``quantity`` of ``unit`` in the item's own unit.

    Raises:
        InvalidValue: ``quantity.unknown_conversion``.

    """
    item = book.items[item_id]
    if not unit or unit == item.unit:
        return quantity
    return book.units.amount_in(item.unit, quantity, unit, item.id)
