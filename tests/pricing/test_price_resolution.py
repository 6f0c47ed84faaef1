"""Prices of all kinds of lists together, against a scan over every row in fractions: no index, no ranks made ahead.

Types, priorities, modes with their ties, both kinds of breaks, sums over the cart, units of measure of which one is a
third, formulas, cost history, prices for several units, and currencies of 0, 2 and 3 decimals.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from random import Random
from typing import Any

from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.quantity import Conversion
from servicecore.pricing import (
    BreakPricing,
    BreakQuantity,
    Cart,
    CartLine,
    CostRow,
    FormulaBasis,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
    compile_book,
    price_cart,
)
from servicecore.pricing.price_lists import RowRule

TODAY = date(2026, 1, 15)
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}
UNITS = (Conversion("case", "each", 12), Conversion("case", "each", 6, item="B"), Conversion("each", "third", 3))


def _money(random: Random, currency: str) -> Money:
    finer = int(random.random() < 0.1)
    return Money(Decimal(random.randint(0, 3000)).scaleb(-DIGITS[currency] - finer), currency)


def _row(random: Random, currency: str, counted: BreakQuantity, *, sale: bool) -> PriceRow:
    least = random.choice([Decimal(each) for each in ("0", "0", "1", "3", "10", "2.5")])
    begin = random.choice([None, None, *(TODAY + timedelta(each) for each in (-9, -1, 0, 1))])
    end = random.choice([None, None, *(TODAY + timedelta(each) for each in (-1, 0, 1, 9))])
    about = random.choice([{"item": "A"}, {"item": "B"}, {"item": "A", "category": "x"}, {"category": "y"}, {}])
    if counted is BreakQuantity.CATEGORY:
        about.setdefault("category", random.choice("xy"))
    given: dict[str, Any] = {
        **about,
        "min_quantity": least,
        "max_quantity": random.choice([None, None, None, least, least + 5]),
        "unit": random.choice(["", "", "each", "case"]) if counted is BreakQuantity.LINE else "",
        "valid_from": begin,
        "valid_until": None if begin is not None and end is not None and end < begin else end,
        "channel": random.choice(["", "", "", "web", "tel"]),
        "customer_group": random.choice(["", "", "", "g", "h"]),
        "customer": random.choice(["", "", "", "C1", "Z"]),
        "rules": random.choice([(), (), (RowRule("p", ("1", "2")),), (RowRule("p", "1"), RowRule("q", "2"))]),
    }
    if random.random() < 0.8:
        return PriceRow(amount=_money(random, random.choice([currency, currency, currency, "EUR"])), **given)
    formula = PriceFormula(
        random.choice([FormulaBasis.COST, FormulaBasis.LIST]) if sale else FormulaBasis.COST,
        Decimal(random.randint(1, 300)).scaleb(-2),
        Decimal(random.choice(["1", "1", "0.8", "3"])),
        Decimal(random.randint(-300, 300)).scaleb(-2),
    )
    return PriceRow(formula=formula, currency=currency, **given)


def _book(random: Random, currency: str) -> PriceBook:
    ways: dict[tuple[PriceListType, int], tuple[PriceMode, BreakPricing]] = {}
    lists = []
    for number in range(random.randint(1, 5)):
        pool = (random.choice(list(PriceListType)), random.choice([0, 0, 1]))
        mode, breaks = ways.setdefault(
            pool, (random.choice(list(PriceMode)), random.choice([BreakPricing.ALL_UNITS, *BreakPricing]))
        )
        counted = random.choice([BreakQuantity.LINE, *BreakQuantity])
        sale = pool[0] is PriceListType.SALE
        rows = [_row(random, currency, counted, sale=sale) for _ in range(random.randint(0, 6))]
        name = f"{random.choice('abcdef')}{number}"
        lists.append(PriceList(name, tuple(rows), *pool, mode, breaks, counted))
    items = []
    for name in "AB":
        own = _money(random, currency) if random.random() < 0.6 else None
        cost = _money(random, currency) if random.random() < 0.5 else None
        price_unit = random.choice([1, 1, 10]) if own is not None else 1
        categories = tuple(random.sample(["x", "y"], random.randint(0, 2)))
        items.append(Item(name, name, categories=categories, base_price=own, cost=cost, price_unit=Decimal(price_unit)))
    begins = [None, TODAY, TODAY - timedelta(5), TODAY + timedelta(1)]
    costs = tuple(
        CostRow(random.choice("AB"), _money(random, currency), random.choice(begins))
        for _ in range(random.randint(0, 2))
    )
    return PriceBook("b", "1", tuple(items), tuple(lists), costs, conversions=UNITS)


def _cart(random: Random, currency: str) -> Cart:
    quantities = [Decimal(each) for each in ("1", "2", "3", "4", "10", "13", "0.5", "2.5", "2.75")]
    lines = [
        CartLine(random.choice("AB"), random.choice(quantities), random.choice(["", "", "each", "case", "third"]))
        for _ in range(random.randint(1, 3))
    ]
    groups = random.choice([(), ("g",), ("g", "h")])
    attributes = random.choice([(), (("p", "1"),), (("p", "1"), ("q", "2"))])
    return Cart(
        "C1", currency, lines, channel=random.choice(["", "web"]), customer_groups=groups, attributes=attributes
    )


class _NoCost(Exception):
    """The cost is unknown that a price is computed from."""


def _own_units(line: CartLine) -> Fraction:
    case = Fraction(6 if line.item == "B" else 12)
    return Fraction(line.quantity) * {"case": case, "third": Fraction(1, 3)}.get(line.unit, Fraction(1))


def _rounded(amount: Fraction, currency: str) -> Fraction:
    scale = 10 ** DIGITS[currency]
    return Fraction(floor(amount * scale + Fraction(1, 2)), scale)


def _key(listed: PriceList, row: PriceRow, place: int) -> tuple[Any, ...]:
    """Return what the rows of a pool are compared by under the list's mode; the smallest counts."""
    named = [bool(each) for each in (row.customer, row.item, row.customer_group, row.category, row.channel)]
    amount = Fraction(0) if row.amount is None else Fraction(row.amount.amount)
    conditions = -(sum(named) + len(row.rules))
    if listed.mode is PriceMode.FIRST_MATCH:
        return (listed.id, place)
    if listed.mode is PriceMode.MOST_RULES:
        return (conditions, amount, listed.id, place)
    first = 0 if row.valid_from is None else row.valid_from.toordinal()
    named_first = [not each for each in named]
    return (conditions, named_first, -row.min_quantity, not row.unit, -first, amount, listed.id, place)


_Row = tuple[PriceList, PriceRow, int]


@frozen
class _Scan:
    """One line, priced by looking at every row."""

    book: PriceBook
    cart: Cart
    line: CartLine
    item: Item

    def net(self) -> Fraction | None:
        """Return what the line comes to; None where it has no price."""
        whole = self._found(PriceListType.OVERRIDE, None) or self._found(PriceListType.BASE, None)
        whole = (self._own(),) if whole is None and self.item.base_price is not None else whole
        whole = whole or self._found(PriceListType.FALLBACK, None)
        if whole is None:
            return None
        sale = self._found(PriceListType.SALE, whole[0] / Fraction(self.line.quantity))
        return _rounded((sale or whole)[0], self.cart.currency)

    def _ratio(self) -> Fraction:
        return _own_units(self.line) / Fraction(self.line.quantity)

    def _own(self) -> Fraction:
        assert self.item.base_price is not None
        each = Fraction(self.item.base_price.amount) / Fraction(self.item.price_unit)
        if self.line.unit in {"", "each"}:
            return each * Fraction(self.line.quantity)
        return _rounded(each * self._ratio(), self.cart.currency) * Fraction(self.line.quantity)

    def _cost(self) -> Fraction | None:
        rows = [each for each in self.book.costs if each.item == self.item.id and (each.valid_from or TODAY) <= TODAY]
        latest = max([each.valid_from or date.min for each in rows], default=None)
        amounts = [each.amount.amount for each in rows if (each.valid_from or date.min) == latest]
        if amounts:
            return Fraction(min(amounts)) * self._ratio()
        return None if self.item.cost is None else Fraction(self.item.cost.amount) * self._ratio()

    def _price(self, row: PriceRow, listed: Fraction | None) -> Fraction:
        currency, unit = self.cart.currency, self.line.unit or "each"
        if row.amount is not None:
            amount = Fraction(row.amount.amount)
            as_it_stands = row.unit not in {"", "each"} or unit == "each"
            return amount if as_it_stands else _rounded(amount * self._ratio(), currency)
        formula = row.formula
        assert formula is not None
        basis = listed if formula.basis is FormulaBasis.LIST else self._cost()
        if basis is None:
            raise _NoCost
        exact = basis * Fraction(formula.multiplier) / Fraction(formula.divisor) + Fraction(formula.amount)
        return _rounded(max(exact, Fraction(0)), currency)

    def _quantity(self, listed: PriceList, row: PriceRow) -> Fraction | None:
        if listed.counted is BreakQuantity.LINE:
            if row.unit in {"", "each"}:
                return _own_units(self.line)
            return Fraction(self.line.quantity) if row.unit == self.line.unit else None
        of_item = listed.counted is BreakQuantity.ITEM
        items = {each.id: each for each in self.book.items}
        counted = [
            _own_units(each)
            for each in self.cart.lines
            if (each.item == self.item.id if of_item else row.category in items[each.item].categories)
        ]
        return sum(counted, Fraction(0))

    def _concerns(self, row: PriceRow) -> bool:
        cart, item = self.cart, self.item
        return (
            row.item in {"", item.id}
            and row.currency == cart.currency
            and row.category in {"", *item.categories}
            and (row.valid_from or TODAY) <= TODAY <= (row.valid_until or TODAY)
            and row.channel in {"", cart.channel}
            and row.customer_group in {"", *cart.customer_groups}
            and row.customer in {"", cart.customer}
            and all(any((rule.name, each) in cart.attributes for each in rule.values) for rule in row.rules)
        )

    def _chosen(self, rows: Iterable[_Row], listed: Fraction | None) -> Fraction:
        rows = list(rows)
        if rows[0][0].mode is not PriceMode.LOWEST:
            return self._price(min(rows, key=lambda each: _key(*each))[1], listed)
        prices = []
        for _list, row, _place in rows:
            try:
                prices.append(self._price(row, listed))
            except _NoCost:
                continue
        if not prices:
            raise _NoCost
        return min(prices)

    def _found(self, kind: PriceListType, listed: Fraction | None) -> tuple[Fraction] | None:
        for priority in (1, 0):
            lists = [each for each in self.book.lists if (each.type, each.priority) == (kind, priority)]
            rows = [
                (each, row, place)
                for each in lists
                for place, row in enumerate(each.rows)
                if self._concerns(row) and self._quantity(each, row) is not None
            ]
            if rows:
                graduated = lists[0].breaks is BreakPricing.GRADUATED
                whole = (self._graduated if graduated else self._all_units)(rows, listed)
                if whole is not None:
                    return (whole,)
        return None

    def _all_units(self, rows: list[_Row], listed: Fraction | None) -> Fraction | None:
        reached = [each for each in rows if _holds(each[1], self._quantity(*each[:2]) or Fraction(0))]
        return self._chosen(reached, listed) * Fraction(self.line.quantity) if reached else None

    def _graduated(self, rows: list[_Row], listed: Fraction | None) -> Fraction | None:
        counted = self._quantity(*min(rows, key=lambda each: _key(*each))[:2]) or Fraction(0)
        rows = [each for each in rows if self._quantity(*each[:2]) == counted]
        lowest = min(Fraction(row.min_quantity) for _list, row, _place in rows)
        if counted < lowest:
            return None
        borders = {Fraction(row.min_quantity) for _list, row, _place in rows} - {lowest}
        borders |= {Fraction(row.max_quantity) for _list, row, _place in rows if row.max_quantity is not None}
        points = [Fraction(0), *sorted(each for each in borders if 0 < each < counted), counted]
        parts: list[tuple[Fraction, list[_Row]]] = []
        for begin, end in pairwise(points):
            fitting = [each for each in rows if _holds(each[1], max(begin, lowest), end)]
            if not fitting:
                return None
            parts.append((end - begin, fitting))
        total = sum((self._chosen(fitting, listed) * units for units, fitting in parts), Fraction(0))
        return total * Fraction(self.line.quantity) / counted


def _holds(row: PriceRow, begin: Fraction, end: Fraction | None = None) -> bool:
    return row.min_quantity <= begin and (row.max_quantity is None or (end or begin) <= row.max_quantity)


def _answer(scan: _Scan) -> Fraction | str:
    try:
        net = scan.net()
    except _NoCost:
        return "pricing.missing_cost"
    return "pricing.missing_price" if net is None else net


@settings(max_examples=400)
@given(seed=st.integers(0, 2**32), currency=st.sampled_from(sorted(DIGITS)))
def test_a_price_is_what_a_scan_over_every_row_finds(desk: Any, seed: int, currency: str) -> None:
    """Books and carts are drawn from a seed: whole books that compete, which strategies that shrink seldom draw."""
    random = Random(seed)
    book, cart = _book(random, currency), _cart(random, currency)
    items = {each.id: each for each in book.items}
    expected = [_answer(_Scan(book, cart, line, items[line.item])) for line in cart.lines]
    got = price_cart(compile_book(book), cart, desk.facts(), "Q1")
    if isinstance(got, Refusal):
        assert {each.code for each in got.problems} <= {each for each in expected if isinstance(each, str)}
    else:
        assert [Fraction(line.net.amount) for line in got.lines] == expected
