"""The draft of a quote: every price, offer and charge is made, the tax is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from attrs import frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.late_slot import fill_late
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import Rounding
from servicecore.pricing.best_price import Certificate
from servicecore.pricing.cart import Cart
from servicecore.pricing.deductions import Deducted
from servicecore.pricing.margin import MarginPolicy
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.price_floor import PriceFloor
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.promotions.scene import Lines
from servicecore.pricing.quote import QuoteCharge, QuoteLine
from servicecore.pricing.quote_lines import quote_lines, taxed_lines
from servicecore.pricing.tax_rates import TaxRates
from servicecore.pricing.taxes import TaxRequest


@frozen
class QuoteWork:
    """How much was looked at; the figures do not grow with what a book holds beside it.

    Attributes:
        offers_tested: offers whose conditions were tested.

    """

    offers_tested: int


class LinesLater:
    """The base of a frozen class with slots whose ``lines`` may be made of the lines in progress when they are read."""

    __slots__ = ("_priced",)
    _priced: Lines

    @classmethod
    def __init_subclass__(cls, **kwargs: object) -> None:
        """Let the lines be made of those in progress."""
        super().__init_subclass__(**kwargs)
        fill_late(cls, "lines", lambda draft: quote_lines(draft._priced, draft.tax_request, {}))  # noqa: SLF001 - its own


@frozen(weakref_slot=False)
class DraftQuote(LinesLater):
    """A quote before tax.

    Attributes:
        id: the quote's id.
        cart: what was asked.
        at: the instant of the prices.
        on: the civil day in the book's zone.
        book: the book's id and version.
        lines: priced lines, their tax still 0.
        charges: charges, their tax still 0.
        lines_total: the sum that the sub-total is rounded from.
        subtotal: the lines' net, rounded as the book says.
        subtotal_rounding: by which it was rounded.
        tax_request: what the tax engine has to answer.
        not_applied: offers and codes that touched no line, and why.
        margin_policy: judges margins once the tax is known, where prices contain it; None where there is no alert.
        deductions: by line number, what its margin is counted without; empty where the book has none.
        floors: by line number, the lowest price behind its override, where prices contain tax.
        unit_rounding: of unit prices, for the lowest price that a blocked margin names.
        work: how much was looked at.
        best_price: the proof of the best combination of offers, where the book asks for it.
        tax_rates: by which rows of the other convention were converted; None in a book without such rows.
        offer_uses: of offers whose uses orders count.
        rewards: what offers promise for after the order.

    """

    id: str
    cart: Cart
    at: datetime
    on: date
    book: str
    lines: tuple[QuoteLine, ...]
    charges: tuple[QuoteCharge, ...]
    lines_total: Decimal
    subtotal: Money
    subtotal_rounding: Rounding
    tax_request: TaxRequest
    not_applied: tuple[NotApplied, ...]
    margin_policy: MarginPolicy | None
    deductions: tuple[tuple[int, Deducted], ...]
    floors: tuple[tuple[int, PriceFloor], ...]
    unit_rounding: Rounding
    work: QuoteWork
    best_price: Certificate | None = None
    tax_rates: TaxRates | None = None
    offer_uses: tuple[OfferUse, ...] = ()
    rewards: tuple[PromisedReward, ...] = ()

    def lines_with(self, taxes: Mapping[str, Money]) -> tuple[QuoteLine, ...]:
        """Return the lines with their ``taxes``, by the key of the tax request."""
        try:
            priced = self._priced
        except AttributeError:  # a constructor made it, or pricing judged its margins
            return taxed_lines(self.lines, taxes)
        return quote_lines(priced, self.tax_request, taxes)
