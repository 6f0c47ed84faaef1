"""The expected sales price: what an item may be sold for, against which a purchase price is judged (A11, CC 9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import NOT_ACCEPTED, Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.price_from_list import MISSING_PRICE
from servicecore.pricing.price_lines import UNKNOWN_ITEM
from servicecore.pricing.price_lists import PriceRow
from servicecore.pricing.quote import Margin
from servicecore.pricing.validity import first_day, last_day


class SalesOutlook(Enum):
    """Which of the prices that an item may be sold for is expected: the highest, the lowest, or the mean of all."""

    OPTIMISTIC = "optimistic"
    PESSIMISTIC = "pessimistic"
    AVERAGE = "average"


@frozen
class ExpectedSalesPrice:
    """What one unit of an item may be sold for.

    Attributes:
        prices: the item's own price, then those of the rows that state one, in the order of the book.
        average: the mean of all of them, rounded as unit prices.

    """

    prices: tuple[Money, ...]
    average: Money

    def expected(self, outlook: SalesOutlook) -> Money:
        """Return the price that ``outlook`` expects."""
        if outlook is SalesOutlook.AVERAGE:
            return self.average
        return max(self.prices) if outlook is SalesOutlook.OPTIMISTIC else min(self.prices)


def expected_sales_price(book: CompiledBook, item: str, currency: str, day: date) -> ExpectedSalesPrice | Problem:
    """Return what one of the item's own unit may be sold for on ``day``, whoever the customer is.

    The item's own price and every row for the item or one of its categories count, that is valid on the day, states an
    amount in ``currency`` for the item's own unit, and relates to tax as the book does. Formulas, which depend on the
    list price and the cost, do not count.

    Problems: ``pricing.unknown_item``, ``pricing.missing_price``.
    """
    known = book.items.get(item)
    if known is None:
        return UNKNOWN_ITEM.at("item", value=item, accepted="the id of an item in the price book")
    prices = tuple(_prices(book, known, currency, day.toordinal()))
    if not prices:
        accepted = "a price row or a base price that fits currency and day"
        return MISSING_PRICE.at("item", value=item, currency=currency, accepted=accepted)
    mean = EXACT.divide(sum_money(prices, currency).amount, Decimal(len(prices)))
    return ExpectedSalesPrice(prices, Money(book.rounders(currency).unit_price(mean), currency))


def judge_purchase(
    book: CompiledBook, item: str, unit_cost: Money, day: date, outlook: SalesOutlook = SalesOutlook.PESSIMISTIC
) -> Margin | Problem:
    """Return the margin at which an item bought at ``unit_cost`` for one of its own unit is expected to be sold.

    The bands are those of ``PriceBook.margin``. Only a book whose prices are without tax can be asked, because no place
    of delivery is known.

    Problems: those of `expected_sales_price`; ``value.not_accepted`` for a cost below 0, and for a book without bands
    or with prices that contain tax.
    """
    policy = book.book.margin
    if policy is None:
        return NOT_ACCEPTED.at("margin", value=None, accepted="a price book with bands of the margin alert")
    if book.book.tax.prices_include_tax:
        return NOT_ACCEPTED.at("tax.prices_include_tax", value=True, accepted="a price book without tax")
    if unit_cost.amount < 0:
        return NOT_ACCEPTED.at("unit_cost", value=unit_cost, accepted="a cost of 0 or more")
    found = expected_sales_price(book, item, unit_cost.currency, day)
    if isinstance(found, Problem):
        return found
    return policy.judge(found.expected(outlook).amount, Decimal(1), unit_cost, rounding=book.book.rounding.unit_price)


def _prices(book: CompiledBook, item: Item, currency: str, day: int) -> Iterable[Money]:
    alike = {None, book.book.tax.prices_include_tax}
    own = item.base_unit_price
    if own is not None and own.currency == currency and item.base_price_includes_tax in alike:
        yield own
    for price_list in book.book.lists:
        for row in price_list.rows:
            amount = row.amount
            if amount is None or row.currency != currency or row.includes_tax not in alike:
                continue
            if _concerns(row, item) and first_day(row.valid_from) <= day <= last_day(row.valid_until):
                yield amount


def _concerns(row: PriceRow, item: Item) -> bool:
    named = row.item == item.id if row.item else not row.category or row.category in item.categories
    return named and row.unit in {"", item.unit}
