"""The quote: a cart with every price, discount, charge and tax, each explained; an order takes it as it stands."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

from attrs import evolve, frozen

from servicecore.kernel.explain import ExplainedLater, Explanation, NotApplied, StepKind
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.pricing.best_price import Certificate
from servicecore.pricing.cart import Cart
from servicecore.pricing.charge_category import ChargeCategory
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.quote_html import quote_html
from servicecore.pricing.tax_rates import TaxRates
from servicecore.pricing.taxes import TaxQuote


class MarginLevel(Enum):
    """How a line's margin stands against the configured bands (A11)."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN_COST = "unknown_cost"


@frozen
class Margin:
    """The margin of a line (A11, CC 9).

    Attributes:
        level: how it stands against the bands.
        percent: on the configured basis, rounded down to 4 decimals; None where there is no ratio.
        unit_cost: cost of one unit of the line; None where unknown.
        deducted: royalty, broker's fee and rebate that leave the line's net again; None where the book has none.
        suggested: the lowest unit price, without tax, at which it would be acceptable; None where it is, where the
            cost is unknown, or where no price would do.

    """

    level: MarginLevel
    percent: Decimal | None
    unit_cost: Money | None
    deducted: Money | None = None
    suggested: Money | None = None


@frozen
class OrderMargin:
    """The margin of all lines together, charges left aside (A11, CC 9).

    Attributes:
        level: how it stands against the bands; unknown where the cost of one line is.
        percent: on the configured basis, rounded down to 4 decimals; None where there is no ratio.
        net: what is charged for the lines without tax, less deductions.
        cost: of all lines; None where one is unknown.
        unknown: numbers of the lines whose cost is unknown.

    """

    level: MarginLevel
    percent: Decimal | None
    net: Money
    cost: Money | None
    unknown: tuple[int, ...] = ()


@frozen(weakref_slot=False)
class Discount:
    """What one offer or coupon took off a line.

    Attributes:
        offer: the offer's or coupon's id.
        amount: above 0, in the cart's currency, already rounded.
        code: the code that released it; empty for an automatic offer.

    """

    offer: str
    amount: Money
    code: str = ""


@frozen
class QuoteLine(ExplainedLater):
    """One priced line.

    Attributes:
        number: the cart line's number.
        item: the item's id.
        description: as the catalogue calls it, for people.
        quantity: in ``unit``.
        unit: unit of measure.
        list_price: price of one unit before agreement, override and offers.
        unit_price: price of one unit that is charged, before discounts of the line.
        gross: unit price times quantity, rounded by the book's line rounding.
        discounts: what was taken off, in order of application.
        net: gross less discounts.
        net_exact: the same before rounding, for documents that round once.
        tax: tax on the line.
        margin: how the margin stands.
        tax_category: of the item.
        overridden: whether ``unit_price`` was set by hand.
        explanation: the steps that made ``net``, and the offers that lost.

    """

    number: int
    item: str
    description: str
    quantity: Decimal
    unit: str
    list_price: Money
    unit_price: Money
    gross: Money
    discounts: tuple[Discount, ...]
    net: Money
    net_exact: Money
    tax: Money
    margin: Margin
    tax_category: str
    overridden: bool
    explanation: Explanation

    @property
    def discount(self) -> Money:
        """Return all that was taken off."""
        return sum_money((each.amount for each in self.discounts), self.net.currency)

    def _explained(self) -> tuple[str, Money]:
        return f"line {self.number}", self.net


@frozen
class QuoteCharge:
    """A charge of the whole document, such as freight, or of one of its lines, such as gift wrap (CC 3.2).

    Attributes:
        id: the charge rule's id, or the one given to a charge that was added by hand.
        amount: before tax, less discounts; 0 or more.
        tax: tax on the charge.
        tax_category: for the tax engine; empty is not taxed.
        explanation: the steps that made ``amount``.
        category: what it is for.
        line: number of the line that it is for; 0 for the whole document.
        per_unit: whether it is one for each unit of its line, and goes where they go.
        discounts: what offers took off it, in order of application.
        original: what the rule said where the amount was set by hand; None where it was not.
        refundable: whether one for each unit is given back for units that come back.

    """

    id: str
    amount: Money
    tax: Money
    tax_category: str
    explanation: Explanation
    category: ChargeCategory = ChargeCategory.OTHER
    line: int = 0
    per_unit: bool = False
    discounts: tuple[Discount, ...] = ()
    original: Money | None = None
    refundable: bool = True

    @property
    def key(self) -> str:
        """Return what tax requests call it: ``charge:freight``, ``charge:wrap:2`` for a charge of line 2."""
        return f"charge:{self.id}:{self.line}" if self.line else f"charge:{self.id}"

    @property
    def overridden(self) -> bool:
        """Return whether the amount was set by hand."""
        return self.original is not None

    @property
    def gross(self) -> Money:
        """Return the amount before discounts."""
        return self.amount + sum_money((each.amount for each in self.discounts), self.amount.currency)

    def lowered(self, discount: Discount, kind: StepKind, /, **params: object) -> QuoteCharge:
        """Return the charge with ``discount`` taken off, its tax not asked yet; ``kind`` and ``params`` explain it.

        Raises:
            InvalidValue: ``value.not_accepted`` for a discount of 0 or less or beyond the amount.

        """
        left = self.amount - discount.amount
        if discount.amount.amount <= 0 or left.amount < 0:
            raise NOT_ACCEPTED.error("discount", value=discount.amount, accepted=f"above 0, at most {self.amount}")
        told = self.explanation
        steps = (*told.steps, kind.step(-discount.amount, **params))
        explanation = Explanation(told.subject, left, steps, told.not_applied)
        return evolve(self, amount=left, discounts=(*self.discounts, discount), explanation=explanation)


@frozen
class Quote(ExplainedLater):
    """A priced cart: immutable, explained, replayable from cart, book version and facts.

    Attributes:
        id: the quote's id.
        cart: what was asked.
        at: the instant of the prices.
        book: version of the price book.
        lines: priced lines in cart order.
        charges: charges of the document and of its lines.
        subtotal: the lines' net, rounded as the book says.
        tax: all tax.
        total: what the customer pays.
        tax_quote: the tax engine's answer.
        not_applied: offers and codes that touched no line, and why.
        explanation: the steps from subtotal to total.
        margin: of all lines together; None where the book has no margin alert.
        prices_include_tax: whether lines and charges contain their tax.
        best_price: under ``Selection.OPTIMAL`` the proof that no combination of the offers takes more off, or how much
            more one may take off at most; its lines are numbers of lines. Otherwise None.
        tax_rates: by which prices of rows that state them unlike the book were converted; None where no such row
            concerns the cart.
        offer_uses: what an order of it takes from limits of offers, such as ``OfferLimits.total``, and from what a
            customer may have once.
        rewards: what offers promise for after the order, such as points; no amount of the quote contains them, and
            their lines are numbers of lines.

    """

    id: str
    cart: Cart
    at: datetime
    book: str
    lines: tuple[QuoteLine, ...]
    charges: tuple[QuoteCharge, ...]
    subtotal: Money
    tax: Money
    total: Money
    tax_quote: TaxQuote
    not_applied: tuple[NotApplied, ...]
    explanation: Explanation
    margin: OrderMargin | None = None
    prices_include_tax: bool = False
    best_price: Certificate | None = None
    tax_rates: TaxRates | None = None
    offer_uses: tuple[OfferUse, ...] = ()
    rewards: tuple[PromisedReward, ...] = ()

    @property
    def currency(self) -> str:
        """Return the ISO 4217 code of every amount."""
        return self.cart.currency

    @property
    def given(self) -> tuple[Discount | PromisedReward, ...]:
        """Return all that offers and codes give: what they take off lines and charges, and what they promise."""
        on_lines = [each for line in self.lines for each in line.discounts]
        on_charges = [each for charge in self.charges for each in charge.discounts]
        return (*on_lines, *on_charges, *self.rewards)

    @property
    def discount(self) -> Money:
        """Return all discounts of all lines."""
        return sum_money((line.discount for line in self.lines), self.currency)

    def line(self, number: int) -> QuoteLine | None:
        """Return the line with ``number``, or None."""
        return next((line for line in self.lines if line.number == number), None)

    def explain(self, locale: str = "en") -> str:
        """Return every figure with its steps, and every offer that lost and why, as text."""
        parts = [line.explanation.text(locale) for line in self.lines]
        parts.extend(charge.explanation.text(locale) for charge in self.charges)
        parts.append(self.explanation.text(locale))
        if self.best_price is not None:
            parts.append(self.best_price.text(locale))
        if self.rewards:
            parts.append("\n".join(each.text(locale) for each in self.rewards))
        parts.extend(f"{each.rule}: {each.reason.text(locale)}" for each in self.not_applied)
        return "\n\n".join(parts)

    def html(self, locale: str = "en") -> str:
        """Return the same as HTML for a notebook: a table of the lines, and every figure with its steps, folded."""
        return quote_html(self, locale)

    def _explained(self) -> tuple[str, Money]:
        return "total", self.total

    def _repr_html_(self) -> str:
        return self.html()
