"""Look up a price without a cart: what a catalogue page shows for one item, customer and quantity."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.cart import CartLine
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.find_price import find_list_price, find_sale_price
from servicecore.pricing.found_price import FoundPrice
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.price_index import PriceQuestion, RowPool
from servicecore.pricing.price_lines import UNKNOWN_ITEM
from servicecore.pricing.price_lists import FormulaBasis, PriceMode, PriceRow

MIXED_TAX: Final = ProblemKind(
    "pricing.mixed_tax",
    en="the graduated price of {value} in {source} is stated partly with tax, partly without; accepted: {accepted}",
    it="il prezzo a scaglioni di {value} in {source} è parte con imposta, parte senza; valori ammessi: {accepted}",
    de="der Staffelpreis von {value} in {source} gilt teils mit, teils ohne Steuer; zulässig: {accepted}",
)
_ALIKE: Final = "rows that state all breaks alike, or a quote, which converts them"


def _quantity(value: object) -> Decimal:
    return exact_decimal(value, "quantity")


@frozen
class TaxPreference:
    """Prices for the attribute ``name`` of this ``value`` contain tax, or do not.

    Attributes:
        name: an attribute that rows name in their rules, or ``currency``.
        value: its value.
        includes_tax: whether such prices contain tax.

    """

    name: str
    value: str
    includes_tax: bool


@frozen
class PriceQuery:
    """What price is asked for.

    Attributes:
        item: the item's id.
        currency: ISO 4217.
        day: civil day, as a number of days.
        quantity: for quantity breaks; 1 where nobody says.
        unit: unit of measure; empty means the item's own.
        customer: the customer's id.
        groups: groups that the customer belongs to.
        channel: sales channel.
        attributes: pairs of name and value that rules of rows ask for.
        tax_preferences: which prices contain tax where their row does not say; that of an attribute that a row names
            beats that of the currency, and that the book.

    Raises:
        InvalidValue: ``money.unknown_currency``: a currency is required, never implied.

    """

    item: str
    currency: str = field(validator=lambda _self, _attribute, value: currency_digits(value) and None)
    day: int = field()
    quantity: Decimal = field(converter=_quantity, default=Decimal(1))
    unit: str = ""
    customer: str = ""
    groups: tuple[str, ...] = ()
    channel: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    tax_preferences: tuple[TaxPreference, ...] = ()


@frozen
class PricePart:
    """One price and where it comes from.

    Attributes:
        amount: of one unit.
        row: the row that gave it; None for the item's own price.
        list: the list's id; empty for the item's own price.
        in_base: whether it comes from a base list or the item, rather than from a list for some.
        includes_tax: whether it contains tax; it is shown as its row states it, not converted.

    """

    amount: Money
    row: PriceRow | None
    list: str
    in_base: bool
    includes_tax: bool


@frozen
class PriceAnswer:
    """The price that is asked for.

    Attributes:
        price: what is charged.
        original: the list price beside it, the same where no agreement lowers it; None where there is none.

    """

    price: PricePart
    original: PricePart | None


def look_up_price(book: CompiledBook, query: PriceQuery) -> PriceAnswer | Problem | None:
    """Return the price, None where the item has none that fits, or what is wrong with the question.

    The same rows as in a quote decide: an override list, else a base list, else the item's own price, else a fallback
    list gives the list price; a sale list what is charged. Nothing is converted, because no place of delivery is known:
    each price says whether it contains tax.

    Problems: ``pricing.unknown_item``, ``quantity.unknown_conversion``, ``pricing.mixed_tax`` where the parts of a
    graduated price are stated partly with tax, partly without.
    """
    item = book.items.get(query.item)
    if item is None:
        return UNKNOWN_ITEM.at("item", value=query.item, accepted="the id of an item in the price book")
    unit, own = query.unit or item.unit, query.quantity
    if unit != item.unit:
        try:
            own = book.units.amount_in(item.unit, own, unit, item.id)
        except InvalidValue as invalid:
            return invalid.problem
    rounders = book.rounders(query.currency)
    cart_line = CartLine(item.id, query.quantity, unit, 1)
    line = LineInProgress(cart_line, item, query.quantity, unit, own, rounders.one, rounders.line, 0)
    line.unit_cost = book.cost(item, query.currency, query.day)
    asked = PriceQuestion(
        query.currency,
        query.day,
        query.customer,
        frozenset(query.groups),
        query.channel,
        frozenset(query.attributes),
    )
    original = None
    found = find_list_price(book, line, asked, rounders)
    if found is not None and found.amount is not None:
        line.list_price = found.amount
        override = _row(book.prices.override, line, asked)
        row = override or _row(book.prices.base, line, asked)
        included = _includes_tax(row, query, book)
        if _mixed(found, included):
            return MIXED_TAX.at("item", value=item.id, source=found.source, accepted=_ALIKE)
        original = _part(query, found, row, in_base=override is None, included=included)
    sale = find_sale_price(book, line, asked, rounders, None)
    if sale is not None and sale.amount is not None:
        row = _row(book.prices.sale, line, asked)
        included = _includes_tax(row, query, book)
        if original is not None and row is not None and row.formula is not None:
            included = original.includes_tax if row.formula.basis is not FormulaBasis.COST else included
        if _mixed(sale, included):
            return MIXED_TAX.at("item", value=item.id, source=sale.source, accepted=_ALIKE)
        return PriceAnswer(_part(query, sale, row, in_base=False, included=included), original)
    return None if original is None else PriceAnswer(original, original)


def _row(pools: Iterable[RowPool], line: LineInProgress, asked: PriceQuestion) -> PriceRow | None:
    for pool in pools:
        rows = pool.matching(line, asked)
        if rows:
            if pool.mode is PriceMode.LOWEST:
                rows = sorted(rows, key=lambda each: (each.row.amount is None, each.row.amount or line.one))
            return rows[0].row
    return None


def _part(query: PriceQuery, found: FoundPrice, row: PriceRow | None, *, in_base: bool, included: bool) -> PricePart:
    name = "" if row is None else found.source.split(":", 1)[0]
    states = found.tiers[0].includes_tax if found.tiers else found.includes_tax
    amount = Money(found.amount or Decimal(0), query.currency)
    return PricePart(amount, row, name, in_base, included if states is None else states)


def _mixed(found: FoundPrice, included: bool) -> bool:
    return len({included if tier.includes_tax is None else tier.includes_tax for tier in found.tiers}) > 1


def _includes_tax(row: PriceRow | None, query: PriceQuery, book: CompiledBook) -> bool:
    """Return whether a price of ``row`` that does not say so itself contains tax."""
    for rule in () if row is None else row.rules:
        for preference in query.tax_preferences:
            if preference.name == rule.name and preference.value in rule.values:
                return preference.includes_tax
    stated = [each for each in query.tax_preferences if (each.name, each.value) == ("currency", query.currency)]
    return stated[0].includes_tax if stated else book.book.tax.prices_include_tax
