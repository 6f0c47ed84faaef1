"""Orders for vectors: a quote of made-up goods at given figures, and one who executes commands on its order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from attrs import define, field, frozen

from servicecore.billing import PaymentOutcome, PaymentResult, PaymentStatus, Tender
from servicecore.catalog import Item
from servicecore.kernel.authority import Actor, Authority, Limit, Reason, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Refusal, after, judge
from servicecore.orders import (
    ORDER,
    FraudAssessment,
    InvoiceShipment,
    OnAccount,
    Order,
    OrderPolicy,
    OrderTax,
    OverrideFacts,
    PlaceOrder,
    RecordPaymentOutcome,
    ShipLines,
    open_payment_requests,
)
from servicecore.orders.retax import Taxed, tax_request
from servicecore.pricing import (
    AmountOff,
    AutoCharge,
    Cart,
    CartLine,
    ChargeCategory,
    ChargeTier,
    Offer,
    PriceBook,
    Quote,
    Target,
    compile_book,
    finish_quote,
    price_cart,
)
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.taxes import TaxLine, TaxQuote, TaxRequest
from servicecore.testing.vectors.verdict import NotSupported

CURRENCY: Final = "EUR"
NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_LIMITS: Final = (Limit("orders.refund_amount", None), Limit("pricing.override.below_price", None))
_AUTHORITY: Final = Authority((Role("all", ("*",), _LIMITS),))
_POLICY: Final = OrderPolicy(ship_only_covered=False, reason_codes=())


def money(amount: object) -> Money:
    """Return ``amount`` in the vectors' currency."""
    return Money(Decimal(str(amount)), CURRENCY)


def facts_of(*others: object) -> Facts:
    """Return what somebody with every right knows, with ``others`` beside it."""
    actor = Actor("vectors", roles=frozenset({"all"}))
    return Facts(NOW, actor, _AUTHORITY, reason=Reason("other"), new_id="order-1", others=others)


@frozen
class Sold:
    """A line, or the shipping, of a vector.

    Attributes:
        unit: price of one unit, without tax.
        quantity: of units.
        rate: of the tax, in percent.
        tax: of the whole line; None is by the rate.
        discount: off the whole line.
        component_of: number of the line whose bundle it is a part of; 0 for none.

    """

    unit: Decimal
    quantity: Decimal = Decimal(1)
    rate: Decimal = Decimal(0)
    tax: Decimal | None = None
    discount: Decimal = Decimal(0)
    component_of: int = 0


def quoted(lines: Sequence[Sold], discount: Decimal = Decimal(0), shipping: Sequence[Sold] = ()) -> Quote:
    """Return the quote of ``lines`` less ``discount`` off all of them, with each of ``shipping`` as a charge.

    Raises:
        NotSupported: the figures make no quote.

    """
    names = [f"item-{number}" for number in range(1, len(lines) + 1)]
    offers = [
        Offer(f"off-{name}", AmountOff(money(line.discount), on_order=True), target=Target(items=(name,)))
        for name, line in zip(names, lines, strict=True)
        if line.discount
    ]
    if discount:
        offers.append(Offer("off-order", AmountOff(money(discount), on_order=True)))
    ways = {f"shipping-{number}": way for number, way in enumerate(shipping, 1)}
    charges = tuple(
        AutoCharge(name, CURRENCY, (ChargeTier(way.unit),), tax_category="-", category=ChargeCategory.SHIPPING)
        for name, way in ways.items()
    )
    off = sum((way.discount for way in shipping), Decimal(0))
    if off and len(shipping) > 1:
        raise NotSupported("a discount on one of several ways of shipping")
    if off:
        offers.append(Offer("off-shipping", AmountOff(money(off), scope=Scope.SHIPPING)))
    items = tuple(Item(name, name, base_price=money(line.unit)) for name, line in zip(names, lines, strict=True))
    book = PriceBook("vectors", "1", items=items, offers=tuple(offers), charges=charges)
    sold = tuple(
        CartLine(name, line.quantity, number=number, component_of=line.component_of)
        for number, (name, line) in enumerate(zip(names, lines, strict=True), 1)
    )
    draft = price_cart(compile_book(book), Cart("C-1", CURRENCY, sold), facts_of(), "quote-1")
    if isinstance(draft, Refusal):
        raise NotSupported(f"a cart that is refused: {draft.problems}")
    known = {f"line:{number}": line for number, line in enumerate(lines, 1)}
    known |= {f"charge:{name}": way for name, way in ways.items()}
    quote = finish_quote(draft, _answer(draft.tax_request, known))
    if isinstance(quote, Refusal):
        raise NotSupported(f"a tax that is refused: {quote.problems}")
    return quote


def _answer(request: TaxRequest, sold: dict[str, Sold]) -> TaxQuote:
    lines = []
    for asked in request.lines:
        line = sold.get(asked.key, Sold(Decimal(0)))
        rate = line.rate / 100
        tax = (asked.amount * rate).round() if line.tax is None else money(line.tax)
        lines.append(TaxLine(asked.key, "", asked.category, rate, asked.amount, tax))
    total = sum((each.amount.amount for each in lines), Decimal(0))
    return TaxQuote("vectors", tuple(lines), money(total))


@define
class Desk:
    """One order and who changes it; payments are approved as they are asked for.

    Attributes:
        state: the order; None before it was placed.

    """

    state: Order | None = field(default=None)

    @property
    def order(self) -> Order:
        """Return the order.

        Raises:
            NotSupported: it was not placed.

        """
        if self.state is None:
            raise NotSupported("an order that was not placed")
        return self.state

    def place(self, quote: Quote, tenders: Sequence[Tender] = (OnAccount(),)) -> None:
        """Place the order of ``quote``."""
        self.do(PlaceOrder(quote, tuple(tenders)))

    def send(self, command: ShipLines | None = None) -> None:
        """Send all that is open, or what ``command`` says, and bill it."""
        self.do(ShipLines("order-1") if command is None else command)
        self.do(InvoiceShipment("order-1"))

    def do(self, command: Command) -> None:
        """Execute ``command``, and answer the payments that it asks for.

        Raises:
            NotSupported: it is refused.

        """
        refused = self.attempt(command)
        if refused:
            raise NotSupported(f"{command.name} is refused: {refused}")

    def attempt(self, command: Command) -> str:
        """Execute ``command`` and return the code that it is refused with; empty where it is done."""
        decision = judge(ORDER, self.state, command, self._facts(command))
        if isinstance(decision, Refusal):
            return decision.problems[0].code
        self.state = after(self.state, decision)
        for each in open_payment_requests(self.state):
            request = each.request
            result = PaymentResult(PaymentStatus.APPROVED, request.amount, gateway_ref=request.key)
            outcome = PaymentOutcome(request.key, PaymentStatus.APPROVED, result)
            answered = judge(ORDER, self.state, RecordPaymentOutcome(self.state.id, outcome), facts_of(_POLICY))
            self.state = self.state if isinstance(answered, Refusal) else after(self.state, answered)
        return ""

    def _facts(self, command: Command) -> Facts:
        facts = facts_of(_POLICY, FraudAssessment(), OverrideFacts())
        taxable = command.taxable(self.state) if isinstance(command, Taxed) and self.state is not None else ()
        if not taxable or self.state is None:
            return facts.with_facts(OrderTax())
        request = tax_request(self.state, taxable, NOW.date())
        return facts.with_facts(OrderTax(request, _answer(request, {}), "vectors"))
