"""Gathering facts: what an operation says it needs is asked for here, before and outside of any transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from servicecore.billing import GIFT_CARD
from servicecore.customers import CUSTOMER
from servicecore.engine.gather_coupons import COUPON_FACTS
from servicecore.engine.quoting import ask_tax, customer_taxes
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state, state_in
from servicecore.errors import NotFound
from servicecore.kernel.clock import local_date, zone
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Operation
from servicecore.orders import (
    ORDER,
    ExemptFromTax,
    FraudAssessment,
    LineCosts,
    MatchOpenPrice,
    MatchPrice,
    Order,
    OrderLine,
    OrderPolicy,
    OrderTax,
    OverrideFacts,
    OverridePrice,
    OverrideTotal,
    PlaceOrder,
    VoidedGiftCards,
    gift_card_source,
)
from servicecore.orders.retax import Taxed, tax_request
from servicecore.plugins.requests import AssessedLine, AssessOrder, TaxFailure, TenderSummary
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.floor_costs import floor_costs
from servicecore.pricing.line_deductions import line_deductions
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.overrides import OverridePolicy
from servicecore.pricing.price_match import PRICE_MATCH, PriceMatchFacts

_DAY: Final = timedelta(days=1)
_MOST_ORDERS: Final = 1000


def gather(
    runtime: Runtime, operation: Operation[Any, Any], state: Any, command: Command, facts: Facts
) -> tuple[object, ...]:
    """Return the facts that ``operation`` needs beyond the policies, in the order in which it names them."""
    return tuple(_GATHERERS[need](runtime, state, command, facts) for need in operation.needs)


def _assess(runtime: Runtime, _state: Any, command: Command, facts: Facts) -> FraudAssessment:
    if not isinstance(command, PlaceOrder):
        return FraudAssessment()
    quote = command.quote
    customer = quote.cart.customer
    with runtime.store.reading() as reader:
        before = len(reader.find(ORDER.name, "customer", customer, limit=_MOST_ORDERS))
        known = state_in(runtime, reader, CUSTOMER, customer)
    open_total = quote.total
    tenders = []
    for tender in command.tenders:
        limit = tender.max_amount
        fits = limit is not None and limit.currency == open_total.currency  # a foreign limit is refused by the rule
        covers = min(open_total, limit) if limit is not None and fits else open_total
        open_total -= covers
        tenders.append(
            TenderSummary(tender.kind.value, covers, tender.gateway or facts.of(OrderPolicy).gateway_for(tender.kind))
        )
    bill_to = known.bill_to() if known is not None else None
    return runtime.host.assess(
        AssessOrder(
            order=facts.new_id,
            customer=customer,
            total=quote.total,
            now=facts.now,
            tenders=tuple(tenders),
            lines=tuple(AssessedLine(line.item, line.quantity, line.net) for line in quote.lines),
            bill_to_country=bill_to.country if bill_to is not None else "",
            ship_to_country=command.ship_to.country if command.ship_to is not None else quote.cart.ship_to_country,
            orders_before=before,
            customer_age_days=(facts.now - known.registered_at) // _DAY if known is not None else 0,
        )
    )


def _match(runtime: Runtime, state: Any, command: Command, facts: Facts) -> PriceMatchFacts:
    unknown = FloorCosts(None, None)
    if not isinstance(command, MatchPrice | MatchOpenPrice) or not isinstance(state, Order):
        return PriceMatchFacts(None, unknown, OverridePolicy())
    record = find_state(runtime, PRICE_MATCH, command.price_match) if command.price_match else None
    try:
        book = runtime.books.current()
    except NotFound:
        return PriceMatchFacts(record, unknown, OverridePolicy())
    line = state.line(command.line)
    if line is None:
        return PriceMatchFacts(record, unknown, book.book.overrides)
    day = facts.now.astimezone(zone(book.book.zone)).toordinal()
    costs = floor_costs(book, line.item, line.unit, state.currency, day)
    return PriceMatchFacts(record, costs, book.book.overrides)


def _voided_gift_cards(runtime: Runtime, state: Any, _command: Command, _facts: Facts) -> VoidedGiftCards:
    voided = set()
    for sale in state.gift_cards if isinstance(state, Order) else ():
        source = gift_card_source(state.id, sale.line)
        with runtime.store.reading() as reader:
            found = [
                state_in(runtime, reader, GIFT_CARD, each) for each in reader.find(GIFT_CARD.name, "source", source)
            ]
        if any(card is not None and card.is_voided for card in found):
            voided.add(sale.line)
    return VoidedGiftCards(frozenset(voided))


def _overrides(runtime: Runtime, state: Any, command: Command, facts: Facts) -> OverrideFacts:
    try:
        book = runtime.books.current()
    except NotFound:
        return OverrideFacts()
    policy, margin, rounding = book.book.overrides, book.book.margin, book.book.rounding.unit_price
    if isinstance(state, Order) and isinstance(command, OverrideTotal):
        lines = tuple(_line_costs(book, state, line, facts) for line in state.lines if margin and line.to_bill)
        return OverrideFacts(policy, margin=margin, rounding=rounding, lines=lines)
    line = state.line(command.line) if isinstance(state, Order) and isinstance(command, OverridePrice) else None
    if line is None:
        return OverrideFacts(policy)
    known = _line_costs(book, state, line, facts)
    return OverrideFacts(policy, known.costs, margin, known.deductions, rounding)


def _line_costs(book: CompiledBook, order: Order, line: OrderLine, facts: Facts) -> LineCosts:
    day = facts.now.astimezone(zone(book.book.zone)).toordinal()
    costs = floor_costs(book, line.item, line.unit, order.currency, day)
    return LineCosts(line.number, costs, line_deductions(book, order.quote.cart, line.item, line.unit))


def _tax(runtime: Runtime, state: Any, command: Command, facts: Facts) -> OrderTax:
    book = runtime.books.find()
    state = _with_tax_categories(state, book) if isinstance(state, Order) else state
    taxable = command.taxable(state) if isinstance(state, Order) and isinstance(command, Taxed) else ()
    if not taxable:
        return OrderTax()
    place = "UTC" if book is None else book.book.zone
    exemption = command.exemption if isinstance(command, ExemptFromTax) else None
    request = tax_request(state, taxable, local_date(facts.now, place), exemption)
    request = customer_taxes(runtime, state.customer).put_into(request)
    answer = ask_tax(runtime, request)
    if isinstance(answer, TaxFailure):
        return OrderTax(request, engine=answer.engine, failure=answer.told)
    return OrderTax(request, answer, answer.engine)


def _with_tax_categories(order: Order, book: CompiledBook | None) -> Order:
    """Return the order with the catalogue's tax category on lines that neither have one nor stand in its quote."""
    if book is None or all(order.line_tax_category(line) for line in order.lines):
        return order
    lines = []
    for line in order.lines:
        item = book.items.get(line.item)
        listed = book.book.tax.default_category if item is None else item.tax_category
        category = order.line_tax_category(line) or listed or book.book.tax.default_category
        lines.append(evolve(line, tax_category=category))
    return evolve(order, lines=tuple(lines))


_GATHERERS: Final[Mapping[type, Callable[[Runtime, Any, Command, Facts], object]]] = MappingProxyType(
    {
        FraudAssessment: _assess,
        PriceMatchFacts: _match,
        OverrideFacts: _overrides,
        OrderTax: _tax,
        VoidedGiftCards: _voided_gift_cards,
        **COUPON_FACTS,
    }
)
