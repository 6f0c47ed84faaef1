"""Price details of a line: how its price came about, what else was considered, and what the customer paid before."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.clock import zone
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.agreements import Agreement, considered, own_quantity
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.deductions import DeductionKind, deducted
from servicecore.pricing.details_html import details_html
from servicecore.pricing.past_prices import PastPrice
from servicecore.pricing.potential_discounts import PotentialDiscount, potential_discounts
from servicecore.pricing.quote import Discount, Margin, Quote, QuoteCharge, QuoteLine
from servicecore.pricing.waterfall import WaterfallStep, waterfall

NO_SUCH_LINE: Final = ProblemKind(
    "pricing.no_such_line",
    en="the quote has no line {value}; accepted: {accepted}",
    it="il preventivo non ha la riga {value}; valori ammessi: {accepted}",
    de="das Angebot hat keine Zeile {value}; zulässig: {accepted}",
)


@frozen
class LineDeduction:
    """A part of a line's net that goes to somebody else: exact, in the quote's currency, 0 or more."""

    kind: DeductionKind
    amount: Money


@frozen
class PriceDetails:
    """Everything about the price of one line (A07, CC 7.6).

    Attributes:
        line: number of the quote's line.
        item: the item's id.
        list_price: of one unit, before everything.
        unit_price: of one unit, before discounts of the line.
        net: what the line comes to; the sum of all steps.
        steps: the waterfall from 0 to ``net``, then what was rejected and why.
        agreements: the price rows that concern the item, with the reason against each that does not count.
        discounts: what was taken off, in order.
        charges: of this line, then of the whole document.
        margin: how the margin stands.
        deductions: royalty, broker's fee and rebate that leave the net again, one for each rule of the book.
        profit: net without contained tax, less deductions and cost, over all units; None where the cost is unknown,
            as it is without a margin policy.
        potential: what offers of the whole cart would give whose conditions it misses, the largest first.
        history: what the customer paid for the item before, the latest first.

    """

    line: int
    item: str
    list_price: Money
    unit_price: Money
    net: Money
    steps: tuple[WaterfallStep, ...]
    agreements: tuple[Agreement, ...]
    discounts: tuple[Discount, ...]
    charges: tuple[QuoteCharge, ...]
    margin: Margin
    deductions: tuple[LineDeduction, ...]
    profit: Money | None
    potential: tuple[PotentialDiscount, ...]
    history: tuple[PastPrice, ...]

    def html(self, locale: str = "en") -> str:
        """Return all of it as HTML for a notebook: tables that fold, escaped, without script."""
        return details_html(self, locale)

    def _repr_html_(self) -> str:
        return self.html()


def price_details(
    book: CompiledBook, quote: Quote, number: int, facts: Facts, history: tuple[PastPrice, ...] = ()
) -> PriceDetails | Problem:
    """Return the details of line ``number`` of ``quote``; pure, and about that quote as it was made.

    Nothing of it is made while quoting: what it costs is paid by who asks for it.

    Args:
        book: the book that the quote was made with; of another version, agreements are those of this one.
        quote: the quote.
        number: of the line.
        facts: of whoever asks, for pricing the cart once more.
        history: what the customer paid for the item before, as the caller knows it.

    Problems: ``pricing.no_such_line``.

    Raises:
        InvalidValue: ``value.wrong_type``, naming the argument.

    """
    must_be(book, CompiledBook, "book")
    must_be(facts, Facts, "facts")
    line = must_be(quote, Quote, "quote").line(must_be(number, int, "number"))
    if line is None:
        numbers = ", ".join(str(each.number) for each in quote.lines)
        return NO_SUCH_LINE.at("line", value=number, accepted=numbers)
    day = quote.at.astimezone(zone(book.book.zone)).toordinal()
    untaxed = line.net - line.tax if quote.prices_include_tax else line.net
    deductions = _deductions(book, quote, line, untaxed)
    kept = untaxed - sum_money((each.amount for each in deductions), quote.currency)
    charges = [each for each in quote.charges if each.line == number]
    charges.extend(each for each in quote.charges if not each.line)
    return PriceDetails(
        line=number,
        item=line.item,
        list_price=line.list_price,
        unit_price=line.unit_price,
        net=line.net,
        steps=waterfall(quote, line),
        agreements=considered(book, quote.cart, line, day),
        discounts=line.discounts,
        charges=tuple(charges),
        margin=line.margin,
        deductions=deductions,
        profit=_profit(kept, line.margin.unit_cost, line.quantity),
        potential=potential_discounts(book, quote, facts),
        history=history,
    )


def _deductions(book: CompiledBook, quote: Quote, line: QuoteLine, untaxed: Money) -> tuple[LineDeduction, ...]:
    item = book.items.get(line.item)
    if item is None or not book.book.deductions:
        return ()
    own_units = own_quantity(book, line.item, Decimal(1), line.unit)
    found = []
    for rule in book.book.deductions:
        taken = deducted((rule,), quote.cart, item, own_units).of(untaxed.amount, line.quantity)
        if taken:
            found.append(LineDeduction(rule.kind, Money(taken, quote.currency)))
    return tuple(found)


def _profit(net: Money, unit_cost: Money | None, quantity: Decimal) -> Money | None:
    if unit_cost is None:
        return None
    return Money(EXACT.subtract(net.amount, EXACT.multiply(unit_cost.amount, quantity)), net.currency)
