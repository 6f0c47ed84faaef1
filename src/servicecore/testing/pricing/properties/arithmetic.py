"""Properties of arithmetic: percentages multiply, figures scale, gross and net agree."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from attrs import evolve

from servicecore.kernel.rounding import EXACT
from servicecore.pricing import (
    Combination,
    FullGroups,
    Offer,
    PercentOff,
    PriceBook,
    RoundingPolicy,
    Selection,
    TaxSettings,
    Tiered,
)
from servicecore.testing.pricing.amounts import percents
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.probe import PricingProbe, only_offers
from servicecore.testing.pricing.scaled import scaled, with_digits
from servicecore.testing.pricing.sums_of import minor_unit_of
from servicecore.testing.pricing.visit import Visit

_TEN: Final = Decimal(10)
_ALL: Final = Decimal(100)
_NEARLY: Final = Decimal("1e-15")
_QUARTER: Final = Decimal("0.25")
_NET_OF_GROSS: Final = Decimal("0.8")
_MOST_DIGITS: Final = 11
_BY_PRIORITY: Final = Combination(selection=Selection.ALL, heed_lowest_price=False)


class ArithmeticProperties(PricingProbe):
    """Properties 14, 29 and 31."""

    def test_14_scale(self) -> None:
        """All amounts of the book times ten, each rounding one digit earlier, give a quote times ten.

        Compared are a book whose roundings keep one digit more, and the same book times ten with its own roundings;
        thresholds and tiers are scaled with the rest. Tax is left out, because its engine rounds by itself, and so
        are offers in tiers, whose amounts do not say in their type that they are money.
        """
        digits = [each.digits or 0 for each in (self.book.rounding.line, self.book.rounding.subtotal)]
        if max(digits) > _MOST_DIGITS:
            pytest.skip("the book rounds to so many digits that one more cannot be asked for")

        def check(visit: Visit) -> None:
            book = _in_money(self.till.around(visit))
            small = self.till.quote(visit, with_digits(book, visit.currency, 1), rate=Decimal(0))
            large = self.till.quote(visit, scaled(book, _TEN), rate=Decimal(0))
            pairs = [("sub-total", small.subtotal, large.subtotal), ("total", small.total, large.total)]
            pairs += [
                (f"line {one.number}", one.net, ten.net) for one, ten in zip(small.lines, large.lines, strict=True)
            ]
            for what, one, ten in pairs:
                if one * _TEN != ten:
                    raise PropertyBroken(14, f"{what}: {one} became {ten}", visit, as_it_is=small, times_ten=large)

        self.prove(14, check, self.visits())

    def test_29_compounding(self) -> None:
        """Percentages a and b on what is left leave (1-a)(1-b) of the base, in either order.

        Tested with two offers of the probe's own, applied by priority, without regard to lowest prices, which end the
        one that comes last. Must not hold for a percentage beside an amount, which do not commute.
        """

        def check(visit: Visit, one: Decimal, other: Decimal) -> None:
            visit = visit.bare()
            book = evolve(self.till.around(visit), combination=_BY_PRIORITY)
            open_items = {item.id for item in book.items if item.discountable}
            first = self.till.quote(visit, only_offers(book, _offer("a", one, 2), _offer("b", other, 1)))
            second = self.till.quote(visit, only_offers(book, _offer("a", one, 1), _offer("b", other, 2)))
            plain = self.till.quote(visit, only_offers(book))
            left = EXACT.multiply(EXACT.subtract(_ALL, one), EXACT.subtract(_ALL, other)).scaleb(-4)
            for line, twin, base in zip(first.lines, second.lines, plain.lines, strict=True):
                factor = left if line.item in open_items else Decimal(1)
                expected = EXACT.multiply(base.net_exact.amount, factor)
                for each in (line, twin):
                    if abs(each.net_exact.amount - expected) > _NEARLY:
                        why = f"line {line.number}: {one} % and {other} % of {base.net_exact} leave {each.net_exact}"
                        raise PropertyBroken(29, why, visit, one_first=first, other_first=second)

        self.prove(29, check, self.visits(codes=False, named=False), percents(), percents())

    def test_31_tax_mode(self) -> None:
        """With one rate, the book's percentages off gross prices and off net prices agree within one step a line.

        Compared are the book with its prices read as gross at 25 percent, and the same prices without that tax.
        Amounts off are left out, because an amount is either gross or net; so are charges, sub-totals and coupons.
        """

        def check(visit: Visit) -> None:
            visit = visit.bare()
            book = _percents_only(self.till.around(visit))
            gross = self.till.quote(visit, evolve(book, tax=TaxSettings(prices_include_tax=True)), rate=_QUARTER)
            net_book = evolve(scaled(book, _NET_OF_GROSS), tax=TaxSettings(prices_include_tax=False))
            net = self.till.quote(visit, net_book, rate=_QUARTER)
            step = minor_unit_of(book, visit.currency)
            for line, other in zip(gross.lines, net.lines, strict=True):
                if abs(line.net - (other.net + other.tax)) > step:
                    why = f"line {line.number}: {line.net} gross, {other.net} and {other.tax} tax net"
                    raise PropertyBroken(31, why, visit, gross_prices=gross, net_prices=net)

        self.prove(31, check, self.visits(codes=False))


def _offer(name: str, percent: Decimal, priority: int) -> Offer:
    return Offer(name, PercentOff(percent), priority=priority)


def _in_money(book: PriceBook) -> PriceBook:
    tiered = (Tiered, FullGroups)
    offers = tuple(each for each in book.offers if not any(isinstance(part, tiered) for part in each.benefits))
    left = {each.id for each in offers}
    return evolve(book, offers=offers, coupons=tuple(each for each in book.coupons if each.offer in {"", *left}))


def _is_percent_of_line(benefit: object) -> bool:
    return isinstance(benefit, PercentOff) and not benefit.on_order


def _percents_only(book: PriceBook) -> PriceBook:
    offers = tuple(
        each
        for each in book.offers
        if all(isinstance(part, PercentOff) and not part.on_order for part in each.benefits)
    )
    lists = tuple(evolve(each, rows=tuple(row for row in each.rows if row.formula is None)) for each in book.lists)
    kept = evolve(only_offers(book, *offers), lists=lists, charges=(), margin=None)
    return evolve(kept, rounding=RoundingPolicy())
