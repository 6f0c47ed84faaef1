"""Properties of price lists: the right row counts, rows that do not match change nothing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from attrs import evolve
from hypothesis import assume
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.clock import local_date
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import Cart, CartLine, PriceBook, PriceList, PriceListType, PriceMode, PriceRow
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.probe import PricingProbe
from servicecore.testing.pricing.scaled import same_prices
from servicecore.testing.pricing.visit import Visit

_FIRST: Final = 10**6
_DAY: Final = timedelta(days=1)
_SCOPES: Final = ("item", "customer", "channel", "customer_group")


class PriceRowProperties(PricingProbe):
    """Properties 26 and 27."""

    def test_26_price_specificity(self) -> None:
        """Rows for somebody or something else change nothing, and of matching rows the right one counts.

        That is the row that names most under `most_specific`, and the cheapest under `lowest`.
        The second half is tested on a list of the probe's own that goes before the book's. Which of two rows counts
        that name equally many things is not said here.
        """

        def check(visit: Visit, scopes: list[frozenset[str]], mode: PriceMode) -> None:
            visit = visit.bare()
            book = same_prices(self.till.around(visit))
            quote = self.till.quote(visit, book)
            more = self.till.quote(visit, evolve(book, lists=(*book.lists, *_unmatched(visit, book))))
            if more != quote:
                raise PropertyBroken(26, "rows that do not match change it", visit, as_it_is=quote, with_them=more)
            line = visit.cart.lines[0]
            rows = [_row(visit.cart, line, each, Decimal(10 + place)) for place, each in enumerate(scopes)]
            probe = PriceList("0-probe", tuple(rows), PriceListType.OVERRIDE, _FIRST, mode)
            chosen = self.till.quote(visit, evolve(book, lists=(*book.lists, probe)))
            found = chosen.lines[0].list_price
            right = _right(rows, mode)
            if found not in right:
                why = f"{mode.value}: {found} counts, not {' or '.join(map(str, right))}"
                raise PropertyBroken(26, why, visit, with_rows=chosen)

        scope = st.frozensets(st.sampled_from(_SCOPES), max_size=3)
        modes = st.sampled_from((PriceMode.MOST_SPECIFIC, PriceMode.LOWEST))
        self.prove(26, check, self.visits(most_lines=2), st.lists(scope, min_size=1, max_size=4), modes)

    def test_27_price_list_fallback(self) -> None:
        """Without the row that gave a line its price another one counts, and there is a price while one matches.

        Looked at are rows of amounts in the item's own unit. Must not hold for contexts that take one list only.
        """

        def check(visit: Visit) -> None:
            visit = visit.bare()
            book = same_prices(self.till.around(visit))
            quote = self.till.quote(visit, book)
            line = visit.cart.lines[0]
            item = next(each for each in book.items if each.id == line.item)
            left = _left(book, item, visit, line, quote.lines[0].list_price)
            assume(left is not None)
            assert left is not None
            smaller, prices = left
            answer = self.till.answer(visit.with_lines([line]), smaller)
            if isinstance(answer, Refusal):
                missing = any(each.code == "pricing.missing_price" for each in answer.problems)
                if missing and prices:
                    why = f"{line.item} has no price, though a row gives {', '.join(map(str, prices))}"
                    raise PropertyBroken(27, why, visit, with_the_row=quote)
            elif answer.lines[0].list_price not in prices:
                why = f"{answer.lines[0].list_price} counts, which no row that is left gives"
                raise PropertyBroken(27, why, visit, with_the_row=quote, without_it=answer)

        self.prove(27, check, self.visits(most_lines=1, codes=False, named=False))


def _row(cart: Cart, line: CartLine, scope: frozenset[str], price: Decimal) -> PriceRow:
    given: dict[str, Any] = {
        "item": line.item if "item" in scope else "",
        "customer": cart.customer if "customer" in scope else "",
        "channel": cart.channel if "channel" in scope else "",
        "customer_group": cart.customer_groups[0] if "customer_group" in scope and cart.customer_groups else "",
    }
    return PriceRow(amount=Money(price, cart.currency), **given)


def _right(rows: list[PriceRow], mode: PriceMode) -> list[Money]:
    prices = [row.amount for row in rows if row.amount is not None]
    if mode is PriceMode.LOWEST:
        return [min(prices, key=lambda each: each.amount)]
    named = [sum(map(bool, (row.item, row.customer, row.channel, row.customer_group))) for row in rows]
    return [price for price, count in zip(prices, named, strict=True) if count == max(named)]


def _unmatched(visit: Visit, book: PriceBook) -> list[PriceList]:
    day = local_date(visit.at, book.zone)
    price = Money(Decimal("0.01"), visit.currency)
    rows: list[PriceRow] = []
    for line in visit.cart.lines:
        more = line.quantity * 1000
        rows += [
            PriceRow(line.item, price, customer="probe-customer"),
            PriceRow(line.item, price, channel="probe-channel"),
            PriceRow(line.item, price, customer_group="probe-group"),
            PriceRow(line.item, price, category="probe-category"),
            PriceRow(line.item, price, min_quantity=more),
            PriceRow(line.item, price, valid_until=day - _DAY),
            PriceRow(line.item, price, valid_from=day + _DAY),
            PriceRow(line.item, price, unit="probe-unit"),
        ]
    beside = {(each.type, each.priority): each for each in book.lists}
    alone = PriceList("alone", (), mode=PriceMode.LOWEST)
    return [
        evolve(
            beside.get((kind, priority), alone),
            id=f"0-probe-{kind.value}-{priority}",
            rows=tuple(rows),
            type=kind,
            priority=priority,
        )
        for kind in PriceListType
        for priority in (0, _FIRST)
    ]


def _left(
    book: PriceBook, item: Item, visit: Visit, line: CartLine, price: Money
) -> tuple[PriceBook, list[Money]] | None:
    """Return the book without the list-price rows of ``price`` that match the line, and what may count then.

    None where formulas or units make it hard to say, or no such row is there.
    """
    day = local_date(visit.at, book.zone)
    found = False
    prices: list[Money] = []
    lists: list[PriceList] = []
    for each in book.lists:
        if each.type is PriceListType.SALE:
            continue
        kept: list[PriceRow] = []
        for row in each.rows:
            if not _matches(row, item, visit.cart, line, day):
                kept.append(row)
            elif row.amount is None or row.unit:
                return None
            elif row.amount == price:
                found = True
            else:
                prices.append(row.amount)
                kept.append(row)
        lists.append(evolve(each, rows=tuple(kept)))
    own = item.base_price
    if own is not None and own.currency == visit.currency:
        prices.append(own)
    return (evolve(book, lists=tuple(lists)), prices) if found and not line.unit else None


def _matches(row: PriceRow, item: Item, cart: Cart, line: CartLine, day: date) -> bool:
    return (
        row.currency == cart.currency
        and row.item in {"", item.id}
        and (not row.category or row.category in item.categories)
        and row.customer in {"", cart.customer}
        and row.channel in {"", cart.channel}
        and (not row.customer_group or row.customer_group in cart.customer_groups)
        and row.min_quantity <= line.quantity
        and (row.valid_from or day) <= day <= (row.valid_until or day)
    )
