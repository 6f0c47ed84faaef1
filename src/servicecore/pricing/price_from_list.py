"""Give a line its list price: look its row up, charge it, and note the step that says so."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from servicecore.kernel.explain import StepKind
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.compiled_book import CompiledBook, Rounders
from servicecore.pricing.find_price import find_list_price
from servicecore.pricing.found_price import FoundPrice
from servicecore.pricing.line_in_progress import MONEY_DIGITS, LineInProgress
from servicecore.pricing.note_conversion import missing_rate, note_conversion, stated_whole
from servicecore.pricing.price_index import IndexedRow, PriceQuestion

MISSING_PRICE: Final = ProblemKind(
    "pricing.missing_price",
    en="{value} has no price in {currency} on this day; accepted: {accepted}",
    it="{value} non ha un prezzo in {currency} in questo giorno; valori ammessi: {accepted}",
    de="{value} hat an diesem Tag keinen Preis in {currency}; zulässig: {accepted}",
)
MISSING_COST: Final = ProblemKind(
    "pricing.missing_cost",
    en="{value} has no cost in {currency} on this day, which its price is computed from; accepted: {accepted}",
    it="{value} non ha un costo in {currency} in questo giorno, da cui dipende il prezzo; valori ammessi: {accepted}",
    de="{value} hat an diesem Tag keine Kosten in {currency}, aus denen der Preis folgt; zulässig: {accepted}",
)
LIST_PRICE: Final = StepKind(
    "pricing.list_price",
    en="list price {price} of {source}, times {quantity}",
    it="prezzo di listino {price} da {source}, per {quantity}",
    de="Listenpreis {price} aus {source}, mal {quantity}",
)
GRADUATED_PRICE: Final = StepKind(
    "pricing.graduated_price",
    en="graduated prices of {source}: {tiers}",
    it="prezzi a scaglioni da {source}: {tiers}",
    de="gestaffelte Preise aus {source}: {tiers}",
)


_multiply: Final = EXACT.multiply


def price_from_list(
    book: CompiledBook, line: LineInProgress, asked: PriceQuestion, rounders: Rounders
) -> Problem | None:
    """Give ``line`` its list price and its cost, or return why it has none.

    Problems: ``pricing.missing_price``, ``pricing.missing_cost``, ``pricing.missing_tax_rate``.
    """
    if book.costs or line.item.cost is not None:
        cost = book.cost(line.item, asked.currency, asked.day)
        line.unit_cost = None if cost is None else in_line_unit(line, cost)
    found = find_list_price(book, line, asked, rounders)
    if found is None:
        accepted = "a price row or a base price that fits currency, day, unit and customer"
        return MISSING_PRICE.at(f"{line.path}.item", value=line.item.id, currency=asked.currency, accepted=accepted)
    if found.amount is None:
        return missing_rate(line, found, asked) or missing_cost(line, asked)
    price = Money(found.amount, asked.currency) if found.money is None else found.money
    line.list_money = price
    line.list_price = found.amount
    lowest = line.item.lowest_price
    if lowest is not None and lowest.currency == asked.currency:
        line.lowest = in_line_unit(line, lowest.amount)
    line.set_unit_price(found.amount, found.whole)
    exact = line.exact
    if not -MONEY_DIGITS <= exact.adjusted() < MONEY_DIGITS:
        exact_decimal(exact)
    stated = exact
    if found.stated is not None:
        stated, price = stated_whole(line, found), Money(found.stated, asked.currency)
    if found.tiers:
        line.note(GRADUATED_PRICE, stated, source=found.source, tiers=tiers_in_words(found))
    else:
        named = {"price": price, "source": found.source, "quantity": line.quantity}
        line.notes.append((LIST_PRICE, stated, named))
    if asked.taxes is not None:
        note_conversion(line, found, asked.taxes, stated)
    return None


def charge_stated(line: LineInProgress, rows: Iterable[IndexedRow], day: int, quantum: Decimal | None) -> bool:
    """Charge the amount that the first fitting one of ``rows`` states, as ``price_from_list`` would.

    This is what happens to nearly every line of nearly every book, without the questions that others ask.

    Args:
        line: in its item's own unit, with nothing charged yet.
        rows: all that may concern the line, best first.
        day: civil day, as a number of days.
        quantum: one of the last decimals of a line's amounts; None where they are rounded to a cash step.

    Returns:
        Whether it was charged; a line that is not was not touched.

    """
    item, quantity = line.item, line.quantity
    special = item.cost is not None or item.lowest_price is not None or not item.discountable
    if special or quantum is None:
        return False
    for row in rows:
        if not row.plain:
            return False
        if row.minimum <= quantity and row.first <= day <= row.last:
            found = row.stated
            break
    else:
        return False
    if found is None or found.amount is None:
        return False
    amount = found.amount
    exact = _multiply(amount, quantity)
    if not exact.same_quantum(quantum) or exact.adjusted() >= MONEY_DIGITS:
        return False
    line.list_money = found.money
    line.list_price = line.unit_price = amount
    line.exact = line.gross = line.net = exact
    line.notes.append((LIST_PRICE, exact, {"price": found.money, "source": found.source, "quantity": quantity}))
    return True


def tiers_in_words(found: FoundPrice) -> str:
    """Return the parts of a graduated price: ``10 x 5.00 + 2 x 4.50``."""
    return " + ".join(str(tier) for tier in found.tiers)


def missing_cost(line: LineInProgress, asked: PriceQuestion) -> Problem:
    """Return that the cost is unknown which the price of ``line`` is computed from."""
    accepted = "a cost row or a cost of the item"
    return MISSING_COST.at(f"{line.path}.item", value=line.item.id, currency=asked.currency, accepted=accepted)


def in_line_unit(line: LineInProgress, amount: Decimal) -> Decimal:
    """Return ``amount`` of one of the item's own unit for one unit of ``line``."""
    if line.own_quantity == line.quantity:
        return amount
    return EXACT.divide(EXACT.multiply(amount, line.own_quantity), line.quantity)
