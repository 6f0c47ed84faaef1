"""Properties of bounds: nothing below zero, nothing above the original, percentages between nothing and everything."""

from __future__ import annotations

from decimal import Decimal

from attrs import evolve
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AmountOff,
    CartLine,
    Offer,
    PercentOff,
)
from servicecore.testing.pricing.amounts import percents
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.probe import PricingProbe, only_offers, without_offers
from servicecore.testing.pricing.scaled import without_prices
from servicecore.testing.pricing.visit import Visit


class BoundProperties(PricingProbe):
    """Properties 4, 6, 28 and 42."""

    def test_04_non_negativity(self) -> None:
        """No unit price, net, discount, tax, charge or total lies below 0.

        Must not hold for returns and for charges below 0; the engine's charges are 0 or more.
        """

        def check(visit: Visit) -> None:
            quote = self.till.quote(visit)
            figures: dict[str, Money] = {"sub-total": quote.subtotal, "total": quote.total, "tax": quote.tax}
            for line in quote.lines:
                name = f"line {line.number}"
                figures |= {f"{name} list price": line.list_price, f"{name} unit price": line.unit_price}
                figures |= {f"{name} net": line.net, f"{name} exact net": line.net_exact, f"{name} tax": line.tax}
                figures |= {f"{name} {each.offer}": each.amount for each in line.discounts}
            figures |= {f"charge {each.id}": each.amount for each in quote.charges}
            for name, figure in figures.items():
                if figure.amount < 0:
                    raise PropertyBroken(4, f"{name} is {figure}", visit, quote=quote)

        self.prove(4, check, self.visits())

    def test_06_never_above_original(self) -> None:
        """With offers and coupons no line costs more than without, and no unit price is another.

        Looked at line by line: a smaller order may pay more freight. Must not hold for benefits that are allowed
        to raise a price; the engine has none.
        """

        def check(visit: Visit) -> None:
            plain = self.till.quote(visit.bare(), without_offers(self.till.around(visit)))
            quote = self.till.quote(visit)
            for line, before in zip(quote.lines, plain.lines, strict=True):
                if line.net > before.net or line.unit_price > before.unit_price:
                    why = f"line {line.number} costs {line.net}, and {before.net} without offers"
                    raise PropertyBroken(6, why, visit, with_offers=quote, without=plain)

        self.prove(6, check, self.visits())

    def test_28_percent_bounds(self) -> None:
        """0 percent takes nothing off, 100 percent everything, on lines and on the order, also with tax inside.

        Tested with an offer of the probe's own in the place of the book's, without regard to lowest prices; items that
        take no offers stay as they are.
        """

        def check(visit: Visit, percent: Decimal, *, of_order: bool) -> None:
            visit = visit.bare()
            book = self.till.around(visit)
            book = evolve(book, combination=evolve(book.combination, heed_lowest_price=False))
            open_items = {item.id for item in book.items if item.discountable}
            plain = self.till.quote(visit, without_offers(book))
            quote = self.till.quote(visit, only_offers(book, Offer("probe", PercentOff(percent, on_order=of_order))))
            for line, before in zip(quote.lines, plain.lines, strict=True):
                least = before.net if percent == 0 or line.item not in open_items else before.net * 0
                most = before.net * 0 if percent == _ALL and line.item in open_items else before.net
                if not least <= line.net <= most or (not line.net and line.tax):
                    why = f"{percent} % off line {line.number} of {before.net} leave {line.net}, tax {line.tax}"
                    raise PropertyBroken(28, why, visit, with_percentage=quote, without=plain)

        self.prove(
            28,
            lambda visit, percent, order: check(visit, percent, of_order=order),
            self.visits(),
            st.one_of(st.sampled_from((Decimal(0), _ALL)), percents()),
            st.booleans(),
        )

    def test_42_zero(self) -> None:
        """A book in which everything costs 0 is quoted at 0; a quantity of 0 and a cart without lines are refused.

        Allocation over lines that are all worth 0 is defined: nothing is taken off them.
        """

        def check(visit: Visit, benefit: AmountOff | PercentOff) -> None:
            book = without_prices(self.till.around(visit))
            quote = self.till.quote(visit, book)
            named = self.till.quote(visit.bare(), only_offers(book, Offer("probe", benefit)))
            for each in (quote, named):
                if each.subtotal or any(line.net or line.tax or line.discounts for line in each.lines):
                    raise PropertyBroken(42, "goods that cost 0 come to an amount", visit, quote=each)
            line = visit.cart.lines[0]
            for build in (lambda: evolve(visit.cart, lines=()), lambda: CartLine(line.item, Decimal(0))):
                try:
                    build()
                except InvalidValue:
                    continue
                raise PropertyBroken(42, "an empty cart or a quantity of 0 is not refused", visit, quote=quote)

        currency = self.taste.goods[0][0]
        amount = AmountOff(Money(Decimal(5), currency), on_order=True)
        self.prove(42, check, self.visits(), st.sampled_from((amount, PercentOff(Decimal(50), on_order=True))))


_ALL = Decimal(100)
