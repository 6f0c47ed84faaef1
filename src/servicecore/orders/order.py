"""The order: what was agreed, where every unit is, what was paid, and what stops it; totals are derived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from attrs import evolve, frozen

from servicecore.billing import PaymentLedger, Tender
from servicecore.customers import Address, TaxExemption
from servicecore.kernel.money import Money, sum_money
from servicecore.orders.code_discount import CodeDiscount
from servicecore.orders.gift_card_sales import GiftCardSale
from servicecore.orders.holds import Hold
from servicecore.orders.line import Amounts, OrderLine, sum_amounts
from servicecore.orders.line_quantities import LineQuantity
from servicecore.orders.order_charge import OrderCharge
from servicecore.orders.price_match_credits import PriceMatchCredit
from servicecore.orders.quantities import total
from servicecore.orders.returns import Return
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.quote import Quote


@frozen
class Shipment:
    """Units that left together.

    Attributes:
        number: 1 for the order's first.
        lines: each order line once.
        at: when they left, aware UTC.
        carrier: who carries them; empty where unknown.
        tracking: the carrier's number; empty where there is none.
        invoice: number of the order's invoice for it; 0 until there is one.

    """

    number: int
    lines: tuple[LineQuantity, ...]
    at: datetime
    carrier: str = ""
    tracking: str = ""
    invoice: int = 0


@frozen
class InvoicedLine:
    """What an invoice bills of one order line."""

    line: int
    quantity: Decimal
    amounts: Amounts


@frozen
class OrderInvoice:
    """What was billed at one time; immutable, the document is issued from it.

    Attributes:
        number: 1 for the order's first.
        currency: ISO 4217 of every amount.
        shipment: number of the shipment that it bills.
        lines: amounts of the shipped units.
        charges: charges of the order and of its lines, as far as this invoice bills them.
        at: aware UTC.

    """

    number: int
    currency: str
    shipment: int
    lines: tuple[InvoicedLine, ...]
    charges: tuple[OrderCharge, ...]
    at: datetime

    @property
    def amounts(self) -> Amounts:
        """Return net and tax of lines and charges."""
        parts = [*(each.amounts for each in self.lines), *(each.amounts for each in self.charges)]
        return sum_amounts(parts, self.currency)

    @property
    def total(self) -> Money:
        """Return what it asks of the customer."""
        return self.amounts.gross


@frozen
class Note:
    """Something written down.

    Attributes:
        text: what.
        at: aware UTC.
        by: id of the actor.
        line: number of the line; 0 for the whole order.
        external: whether the customer gets to see it.

    """

    text: str
    at: datetime
    by: str
    line: int = 0
    external: bool = False


@frozen
class Order:
    """An order as it stands.

    Attributes:
        id: unique.
        quote: what was agreed, as it stood; prices of a placed order are locked.
        placed_at: aware UTC.
        lines: with their quantity ledgers.
        charges: of the whole order and of its lines.
        tenders: what it is paid with; transactions name them by index.
        ledger: the payments.
        ship_to: where it goes; None where nothing is sent.
        holds: all that ever stood, in order.
        shipments: in order.
        invoices: in order.
        returns: in order.
        notes: in order.
        price_matches: credits after invoice, in order.
        gift_cards: what is known of the gift cards that it sells.
        exemption: certificate that frees it from tax; None for none of its own.
        code_discounts: what codes gave, once one was added or removed; before, the quote says it.
        codes_changed: whether one was.
        charge_codes: codes that lower charges, once a code was added or removed; None: the quote says it.
        removed_charges: id and line of charges that somebody took off by hand.
        rewards: what offers promise for after the order, once a code was added or removed; None: the quote says it.

    """

    id: str
    quote: Quote
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    charges: tuple[OrderCharge, ...]
    tenders: tuple[Tender, ...]
    ledger: PaymentLedger
    ship_to: Address | None = None
    holds: tuple[Hold, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    invoices: tuple[OrderInvoice, ...] = ()
    returns: tuple[Return, ...] = ()
    notes: tuple[Note, ...] = ()
    price_matches: tuple[PriceMatchCredit, ...] = ()
    gift_cards: tuple[GiftCardSale, ...] = ()
    exemption: TaxExemption | None = None
    code_discounts: tuple[CodeDiscount, ...] = ()
    codes_changed: bool = False
    charge_codes: tuple[str, ...] | None = None
    removed_charges: tuple[tuple[str, int], ...] = ()
    rewards: tuple[PromisedReward, ...] | None = None

    @property
    def customer(self) -> str:
        """Return the customer's id."""
        return self.quote.cart.customer

    @property
    def currency(self) -> str:
        """Return the ISO 4217 code of every amount."""
        return self.quote.currency

    def line(self, number: int) -> OrderLine | None:
        """Return the line with ``number``, or None."""
        return next((each for each in self.lines if each.number == number), None)

    def with_line(self, line: OrderLine) -> Order:
        """Return the order with ``line`` in the place of the one with its number."""
        return evolve(self, lines=tuple(line if each.number == line.number else each for each in self.lines))

    def shipment(self, number: int) -> Shipment | None:
        """Return the shipment with ``number``, or None."""
        return next((each for each in self.shipments if each.number == number), None)

    def find_return(self, number: int) -> Return | None:
        """Return the return with ``number``, or None."""
        return next((each for each in self.returns if each.number == number), None)

    def with_return(self, changed: Return) -> Order:
        """Return the order with ``changed`` in the place of the return with its number."""
        return evolve(self, returns=tuple(changed if each.number == changed.number else each for each in self.returns))

    def hold(self, number: int) -> Hold | None:
        """Return the hold with ``number``, or None."""
        return next((each for each in self.holds if each.number == number), None)

    def with_hold(self, changed: Hold) -> Order:
        """Return the order with ``changed`` in the place of the hold with its number."""
        return evolve(self, holds=tuple(changed if each.number == changed.number else each for each in self.holds))

    @property
    def open(self) -> Decimal:
        """Return how many units of all lines can still be shipped or canceled."""
        return total(line.open for line in self.lines)

    @property
    def is_canceled(self) -> bool:
        """Return whether every unit was canceled before anything was sent."""
        return all(line.canceled == line.ordered for line in self.lines)

    @property
    def prices_include_tax(self) -> bool:
        """Return whether the prices that it was quoted with contain tax."""
        quote = self.quote
        return quote.prices_include_tax or (bool(quote.tax) and quote.total == before_tax(quote))

    def charge(self, charge_id: str, line: int = 0) -> OrderCharge | None:
        """Return the charge called ``charge_id`` of ``line`` (0: of the whole order), or None."""
        return next((each for each in self.charges if each.place == (charge_id, line)), None)

    def tax_category(self, charge: OrderCharge) -> str:
        """Return the tax category of ``charge``: that of the quote where it was placed before charges kept theirs."""
        quoted = (each.tax_category for each in self.quote.charges if (each.id, each.line) == charge.place)
        return charge.tax_category or ("" if charge.added else next(quoted, ""))

    def line_tax_category(self, line: OrderLine) -> str:
        """Return the tax category of ``line``: that of the quote where it was placed before lines kept theirs."""
        quoted = self.quote.line(line.number)
        return line.tax_category or ("" if quoted is None else quoted.tax_category)

    def with_charge(self, charge: OrderCharge) -> Order:
        """Return the order with ``charge`` in the place of the one with its id and line."""
        return evolve(self, charges=tuple(charge if each.place == charge.place else each for each in self.charges))

    @property
    def billed_charges(self) -> frozenset[tuple[str, int]]:
        """Return id and line of the charges of which an invoice billed something."""
        return frozenset(charge.place for invoice in self.invoices for charge in invoice.charges)

    def charges_to_invoice(self, quantities: Iterable[LineQuantity]) -> tuple[OrderCharge, ...]:
        """Return what an invoice for ``quantities`` bills of the charges."""
        sent = {each.line: each.quantity for each in quantities}
        billed = self.billed_charges
        charges: list[OrderCharge] = []
        for charge in self.charges:
            line = self.line(charge.line)
            if charge.per_unit and line is not None:
                if charge.line in sent:
                    charges.append(evolve(charge, amounts=charge.share(line, sent[charge.line]), canceled=self._zero))
            elif charge.place not in billed and (not charge.line or charge.line in sent):
                charges.append(charge)
        return tuple(charges)

    @property
    def _zero(self) -> Amounts:
        return Amounts.zero(self.currency)

    @property
    def billable(self) -> Money:
        """Return what the order costs in the end: units that were not canceled, and charges unless all were."""
        charges = () if self.is_canceled else self.charges
        parts = [*(line.billable for line in self.lines), *(charge.billable for charge in charges)]
        return sum_amounts(parts, self.currency).gross

    @property
    def invoiced(self) -> Money:
        """Return what was billed."""
        return sum_money((invoice.total for invoice in self.invoices), self.currency)

    @property
    def granted(self) -> Money:
        """Return what was granted back for returns and price matches, paid out or not.

        A credit that stays on the customer's account is not part of it: it settles nothing of this order.
        """
        refunds = [refund.amount for each in self.returns for refund in each.refunds]
        matches = [each.amount for each in self.price_matches if not each.to_account]
        return sum_money((*refunds, *matches), self.currency)

    @property
    def matched(self) -> Money:
        """Return all that price matches gave, also what stays on the customer's account."""
        return sum_money((each.amount for each in self.price_matches), self.currency)


def before_tax(quote: Quote) -> Money:
    """Return sub-total and charges of ``quote``, which contain its tax or do not."""
    return quote.subtotal + sum_money((charge.amount for charge in quote.charges), quote.currency)
