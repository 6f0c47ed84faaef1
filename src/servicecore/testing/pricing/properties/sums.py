"""Properties of sums: what is split, added and explained comes to the same figure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Final

from hypothesis import strategies as st

from servicecore.kernel.allocation import part_of_units
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing import (
    AmountOff,
    CouponValue,
    PercentOff,
    PriceBook,
    Quote,
    QuoteLine,
    SubtotalFrom,
)
from servicecore.pricing.promotions.combination import PercentBase
from servicecore.pricing.rounding_policy import rounding_digits
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.probe import PricingProbe
from servicecore.testing.pricing.visit import Visit


class SumProperties(PricingProbe):
    """Properties 1, 2, 3, 30 and 37."""

    def test_01_allocation_conserves(self) -> None:
        """The parts of an order discount or coupon sum to its amount; so do the parts of a line over its units.

        The amount is computed again from the lines that it touched; a line of the offer that got no part may make
        it larger by less than one rounding step. Not looked at: amounts for each unit, whose lines a quote does not
        name where they got nothing, percentages of original prices, and offers that repeat.
        """

        def check(visit: Visit) -> None:
            quote = self.till.quote(visit)
            # Two codes of one coupon take its amount off twice, each by itself.
            for name, code in dict.fromkeys((each.offer, each.code) for line in quote.lines for each in line.discounts):
                self._check_split(visit, quote, name, code)
            for line in quote.lines:
                parts = self._parts(line, line.net, [Decimal(unit) for unit in _whole_units(line)])
                if sum_money(parts, quote.currency) != line.net:
                    raise PropertyBroken(1, f"the units of line {line.number} miss its net", visit, quote=quote)

        self.prove(1, check, self.visits())

    def _check_split(self, visit: Visit, quote: Quote, name: str, code: str) -> None:
        touched = [taken for line in quote.lines for taken in _taken(line, name, code)]
        worth = sum_money((before for before, _part in touched), quote.currency)
        taken = sum_money((part for _before, part in touched), quote.currency)
        untouched = len(quote.lines) - len(touched)
        expected, is_percent = self._amount(name, worth, all_touched=not untouched)
        if expected is None:
            return
        slack = line_step(self.book, quote.currency) * untouched if is_percent else Money.zero(quote.currency)
        if not expected <= taken <= expected + slack:
            raise PropertyBroken(1, f"the parts of {name} sum to {taken}, not to {expected}", visit, quote=quote)

    def _amount(self, name: str, worth: Money, *, all_touched: bool) -> tuple[Money | None, bool]:
        """Return what ``name`` takes off lines worth ``worth``, None where it is not split; and whether by percent."""
        offer = next((each for each in self.book.offers if each.id == name), None)
        if offer is not None:
            combination = self.book.combination
            looked_at = offer.plain and offer.on_order and not combination.repeat
            benefit = offer.benefits[0] if looked_at else None
            if isinstance(benefit, AmountOff):
                return self._rounded(benefit.amount.amount, worth), False
            if isinstance(benefit, PercentOff) and combination.base is not PercentBase.ORIGINAL:
                return self._rounded(EXACT.multiply(worth.amount, benefit.percent).scaleb(-2), worth), True
            return None, False
        coupon = next((each for each in self.book.coupons if each.id == name), None)
        tier = None if coupon is None or not all_touched else coupon.tier(worth.amount, worth.currency)
        if tier is None or tier.kind is CouponValue.PER_UNIT:
            return None, False
        return self._rounded(tier.off(worth.amount, Decimal(1)), worth), tier.kind is CouponValue.PERCENT

    def _rounded(self, exact: Decimal, worth: Money) -> Money:
        if exact >= worth.amount:
            return worth
        rounded = Money(exact, worth.currency).round(self.book.rounding.line)
        return min(rounded, worth, key=lambda each: each.amount)

    def test_02_totals_conserve(self) -> None:
        """Gross less discounts is net, nets are the sub-total, and with charges and exclusive tax the total."""

        def check(visit: Visit) -> None:
            quote = self.till.quote(visit)
            currency, rounding = quote.currency, self.book.rounding
            for line in quote.lines:
                if line.gross - line.discount != line.net:
                    raise PropertyBroken(
                        2, f"gross less discounts of line {line.number} is not net", visit, quote=quote
                    )
            exact = rounding.subtotal_from is SubtotalFrom.EXACT_LINES
            nets = sum_money((line.net_exact if exact else line.net for line in quote.lines), currency)
            if quote.subtotal != nets.round(rounding.subtotal):
                raise PropertyBroken(
                    2, f"the lines sum to {nets}, the sub-total is {quote.subtotal}", visit, quote=quote
                )
            charges = sum_money((each.amount for each in quote.charges), currency)
            added = Money.zero(currency) if self.book.tax.prices_include_tax else quote.tax
            if quote.subtotal + charges + added != quote.total:
                raise PropertyBroken(2, f"the parts do not sum to the total {quote.total}", visit, quote=quote)

        self.prove(2, check, self.visits())

    def test_03_explain_sums_to_total(self) -> None:
        """Replaying the steps from the list price gives every net, exact net, charge and the total."""

        def check(visit: Visit) -> None:
            quote = self.till.quote(visit)
            for line in quote.lines:
                steps = line.explanation.steps
                first = EXACT.multiply(line.list_price.amount, line.quantity)
                if not steps or abs(steps[0].delta.amount - first) > _NEARLY:
                    raise PropertyBroken(3, f"line {line.number} does not begin at its list price", visit, quote=quote)
                if _replayed(line) != line.net or line.explanation.figure != line.net:
                    raise PropertyBroken(3, f"the steps of line {line.number} are not its net", visit, quote=quote)
                exact = sum_money((each.delta for each in steps if each.rule != _ROUNDED), quote.currency)
                if exact != line.net_exact:
                    raise PropertyBroken(3, f"line {line.number} is {line.net_exact}, not {exact}", visit, quote=quote)
            for charge in quote.charges:
                if sum_money((each.delta for each in charge.explanation.steps), quote.currency) != charge.amount:
                    raise PropertyBroken(3, f"the steps of {charge.id} are not its amount", visit, quote=quote)
            if sum_money((each.delta for each in quote.explanation.steps), quote.currency) != quote.total:
                raise PropertyBroken(3, "the steps of the total are not the total", visit, quote=quote)

        self.prove(3, check, self.visits(by_hand=False))

    def test_30_order_level_equals_split(self) -> None:
        """The tax engine is asked for exactly the nets of the lines, and its answers stand on the lines and sum up.

        Must not hold for an engine that rounds the document once; the till's engine rounds line by line.
        """

        def check(visit: Visit) -> None:
            quote = self.till.quote(visit)
            taxes = {line.key: line for line in quote.tax_quote.lines}
            for line in quote.lines:
                asked = taxes.get(f"line:{line.number}")
                if asked is None or asked.base != line.net or asked.amount != line.tax:
                    why = f"line {line.number}: taxed on {asked and asked.base}, net {line.net}"
                    raise PropertyBroken(30, why, visit, quote=quote)
            parts = [*(line.tax for line in quote.lines), *(charge.tax for charge in quote.charges)]
            if sum_money(parts, quote.currency) != quote.tax:
                raise PropertyBroken(30, f"the taxes of the parts are not {quote.tax}", visit, quote=quote)

        self.prove(30, check, self.visits())

    def test_37_returns(self) -> None:
        """What is refunded for the units of a line, cut anywhere, sums to what was paid for the line.

        Orders and returns split by the same function, which is tested here on the book's lines; that a whole order
        refunds what it took is a property of orders. Must not hold where kept goods are priced again by policy.
        """

        def check(visit: Visit, cuts: list[Decimal]) -> None:
            quote = self.till.quote(visit)
            for line in quote.lines:
                for paid in (line.net, line.tax):
                    parts = self._parts(line, paid, cuts)
                    if sum_money(parts, quote.currency) != paid or any(part.amount < 0 for part in parts):
                        why = f"line {line.number}: {paid} refunded in parts of {', '.join(map(str, parts))}"
                        raise PropertyBroken(37, why, visit, quote=quote)

        self.prove(37, check, self.visits(), st.lists(st.integers(1, 30).map(Decimal), max_size=4))

    def _parts(self, line: QuoteLine, paid: Money, cuts: Iterable[Decimal]) -> list[Money]:
        """Return what the parts of a line carry of ``paid`` that lie between ``cuts``."""
        digits = max(rounding_digits(self.book.rounding.line, paid.currency), currency_digits(paid.currency))
        edges = sorted({Decimal(0), line.quantity, *(min(cut, line.quantity) for cut in cuts)})
        return [
            part_of_units(paid, line.quantity, EXACT.subtract(end, start), before=start, rounding_digits=digits)
            for start, end in pairwise(edges)
        ]


_ROUNDED: Final = "kernel.rounded"
_NEARLY: Final = Decimal("1e-18")
_MANY: Final = 100


def line_step(book: PriceBook, currency: str) -> Money:
    """Return the step that amounts of lines are rounded to."""
    step = book.rounding.line.step
    return Money(Decimal(1).scaleb(-rounding_digits(book.rounding.line, currency)) if step is None else step, currency)


def _whole_units(line: QuoteLine) -> range:
    return range(1, min(int(line.quantity), _MANY))


def _taken(line: QuoteLine, name: str, code: str) -> list[tuple[Money, Money]]:
    """Return what the line was worth before each discount of ``name`` by ``code``, and the discount."""
    found: list[tuple[Money, Money]] = []
    left = line.gross
    for each in line.discounts:
        if (each.offer, each.code) == (name, code):
            found.append((left, each.amount))
        left -= each.amount
    return found


def _replayed(line: QuoteLine) -> Money:
    return sum_money((each.delta for each in line.explanation.steps), line.net.currency)
