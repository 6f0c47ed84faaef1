"""Tax as request and quote: pricing asks, a tax engine answers, and the answer is a value with its parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum

from attrs import frozen

from servicecore.kernel.money import Money


class TaxRounding(Enum):
    """Where a tax engine rounds: each line for itself, or the whole document once."""

    PER_LINE = "per_line"
    PER_DOCUMENT = "per_document"


@frozen(weakref_slot=False)
class TaxableLine:
    """One taxable amount: a line or a charge of the document.

    Attributes:
        key: ``line:1`` or ``charge:freight``; the quote answers by the same key.
        category: the tax category of the item: ``standard``, ``books``.
        amount: the taxable amount after discounts, tax included or not as the request says.

    """

    key: str
    category: str
    amount: Money


@frozen(weakref_slot=False)
class TaxRequest:
    """What a tax engine is asked.

    Attributes:
        currency: ISO 4217 of every amount.
        lines: the taxable amounts.
        on: civil date of the sale.
        country: ISO 3166 of the delivery; empty where unknown.
        region: state or province.
        prices_include_tax: whether the amounts are gross.
        customer: the customer's id.
        exemption: certificate id where the customer is exempt; empty otherwise.
        exemption_in: jurisdiction in which the certificate holds, as it was recorded with the customer: ``IT``,
            ``US-CA``; empty where only the engine knows the certificate.
        tax_group: of the customer's address of goods; empty for none (A18).

    """

    currency: str
    lines: tuple[TaxableLine, ...]
    on: date
    country: str = ""
    region: str = ""
    prices_include_tax: bool = False
    customer: str = ""
    exemption: str = ""
    exemption_in: str = ""
    tax_group: str = ""


@frozen
class TaxLine:
    """The tax on one taxable amount.

    Attributes:
        key: of the taxable line.
        jurisdiction: whose tax it is: ``IT``, ``US-WA``.
        category: as asked.
        rate: the rate as a fraction: 0.22 for 22 percent.
        base: the taxable amount that the engine used.
        amount: the tax.
        exemption: why there is none; empty where taxed.

    """

    key: str
    jurisdiction: str
    category: str
    rate: Decimal
    base: Money
    amount: Money
    exemption: str = ""


@frozen
class TaxQuote:
    """A tax engine's answer: the parts sum to the total under the declared rounding.

    Attributes:
        engine: the engine's name.
        lines: one for each taxable line and jurisdiction.
        total: the tax of the whole document.
        rounding: where the engine rounded.
        provisional: the figures may still change and have to be asked again.

    """

    engine: str
    lines: tuple[TaxLine, ...]
    total: Money
    rounding: TaxRounding = TaxRounding.PER_LINE
    provisional: bool = False

    def amount_for(self, key: str) -> Money:
        """Return the tax of the line or charge called ``key``, over all jurisdictions."""
        total = Money.zero(self.total.currency)
        for line in self.lines:
            if line.key == key:
                total += line.amount
        return total
