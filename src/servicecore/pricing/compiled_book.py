"""The compiled price book: an immutable snapshot in which a quote only looks things up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.kernel.money import Money
from servicecore.kernel.quantity import UnitTable
from servicecore.pricing.book import PriceBook
from servicecore.pricing.charges import AutoCharge
from servicecore.pricing.coupons import Coupon
from servicecore.pricing.price_index import PriceIndex
from servicecore.pricing.promote_line import PromotionShelf
from servicecore.pricing.promotions.offer_book import OfferBook
from servicecore.pricing.read_source_codes import Source
from servicecore.pricing.rounding_policy import RoundingPolicy, rounder, rounding_digits


@frozen(eq=False)
class CostSpan:
    """A cost and the days that it is valid on, both ends included, as numbers of days."""

    first: int
    last: int
    amount: Money


@frozen(eq=False)
class Rounders:
    """The book's rounding, prepared for one currency.

    Attributes:
        unit_price: rounds computed unit prices.
        line: rounds amounts of lines.
        subtotal: rounds the sub-total.
        line_digits: decimals of a line's amounts.
        line_rounding: what the step of a rounded line names.
        line_quantum: one of the last of these decimals; None where lines are rounded to a cash step.
        one: 1 of the currency.

    """

    unit_price: Callable[[Decimal], Decimal]
    line: Callable[[Decimal], Decimal]
    subtotal: Callable[[Decimal], Decimal]
    line_digits: int
    line_rounding: Mapping[str, object]
    line_quantum: Decimal | None
    one: Money


def prepare_rounding(policy: RoundingPolicy, currency: str) -> Rounders:
    """Return ``policy`` prepared for ``currency``."""
    digits = rounding_digits(policy.line, currency)
    return Rounders(
        unit_price=rounder(policy.unit_price, currency),
        line=rounder(policy.line, currency),
        subtotal=rounder(policy.subtotal, currency),
        line_digits=digits,
        line_rounding={"rounding": policy.line.name},
        line_quantum=Decimal(1).scaleb(-digits) if policy.line.step is None else None,
        one=Money(Decimal(1), currency),
    )


@frozen(eq=False)
class CompiledBook:
    """A price book with everything filed where a quote looks for it; it never changes.

    Attributes:
        book: the book that it was made from.
        items: by id.
        prices: price rows, filed by item.
        costs: by item and currency, the latest first.
        offers: by id and by what a cart has.
        coupons: by normalised code.
        charges: in the order of their rank.
        promotions: catalogue promotions by what they lower.
        sources: source codes by their normalised id.
        units: conversions between units.
        rounding: by the currencies that its prices are in.
        items_state_tax: whether an item says by itself whether its base price contains tax.

    """

    book: PriceBook
    items: Mapping[str, Item]
    prices: PriceIndex
    costs: Mapping[tuple[str, str], tuple[CostSpan, ...]]
    offers: OfferBook
    coupons: Mapping[str, Coupon]
    charges: tuple[AutoCharge, ...]
    promotions: PromotionShelf
    sources: Mapping[str, Source]
    units: UnitTable
    rounding: Mapping[str, Rounders]
    items_state_tax: bool

    @property
    def states_tax(self) -> bool:
        """Return whether a row or an item says by itself whether its price contains tax."""
        return self.prices.states_tax or self.items_state_tax

    @property
    def version(self) -> str:
        """Return the book's id and version, as a quote names it."""
        return f"{self.book.id}@{self.book.version}"

    def rounders(self, currency: str) -> Rounders:
        """Return the book's rounding for ``currency``."""
        return self.rounding.get(currency) or prepare_rounding(self.book.rounding, currency)

    def cost(self, item: Item, currency: str, day: int) -> Decimal | None:
        """Return the cost of one of the item's own unit on ``day``; None where unknown in this currency."""
        if self.costs:
            for span in self.costs.get((item.id, currency), ()):
                if span.first <= day <= span.last:
                    return span.amount.amount
        own = item.cost
        return own.amount if own is not None and own.currency == currency else None
