"""How prices that a row states with tax, or without it, become prices of the book's own convention."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.kernel.explain import StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.book import TaxSettings
from servicecore.pricing.tax_rates import NO_RATES, TaxRates

TAX_TAKEN_OUT: Final = StepKind(
    "pricing.tax_taken_out",
    en="{price} without the {percent} % tax of category {category} by {engine}, which {before} contains",
    it="{price} senza l'imposta del {percent} % della categoria {category} secondo {engine}, inclusa in {before}",
    de="{price} ohne die {percent} % Steuer der Kategorie {category} laut {engine}, die in {before} enthalten ist",
)
TAX_PUT_IN: Final = StepKind(
    "pricing.tax_put_in",
    en="{price} with the {percent} % tax of category {category} by {engine}, which {before} does not contain",
    it="{price} con l'imposta del {percent} % della categoria {category} secondo {engine}, non inclusa in {before}",
    de="{price} mit den {percent} % Steuer der Kategorie {category} laut {engine}, die in {before} nicht enthalten ist",
)


@frozen(eq=False)
class RowTaxes:
    """What converts the prices of rows that state their convention.

    Attributes:
        settings: the book's own convention, and the tax category of items that name none.
        rates: the rates at the place and on the day of delivery.

    """

    settings: TaxSettings
    rates: TaxRates

    @classmethod
    def of(cls, settings: TaxSettings, facts: Facts) -> RowTaxes:
        """Return what converts into the convention of ``settings`` by the rates among ``facts``."""
        return cls(settings, facts.maybe(TaxRates) or NO_RATES)

    def category(self, item: Item) -> str:
        """Return the tax category of ``item``."""
        return item.tax_category or self.settings.default_category

    def rate(self, item: Item) -> Decimal | None:
        """Return the rate of ``item``'s category, or None where it is not known."""
        return self.rates.rate(self.category(item))

    def converted(self, amount: Decimal, rate: Decimal) -> Decimal:
        """Return ``amount``, which is of the other convention, in the book's own, not rounded."""
        factor = EXACT.add(Decimal(1), rate)
        return EXACT.multiply(amount, factor) if self.settings.prices_include_tax else EXACT.divide(amount, factor)
