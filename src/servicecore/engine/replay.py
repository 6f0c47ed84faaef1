"""Replay: price recorded orders anew and compare every figure with what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Final

from attrs import define, field, frozen

from servicecore.engine.quoting import ask_tax, with_tax_rates
from servicecore.engine.requests import SYSTEM
from servicecore.engine.runtime import Runtime
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Refusal
from servicecore.orders.operations.record_order import RECORDED_ORDER
from servicecore.orders.recorded_order import RecordedOrder
from servicecore.plugins.requests import TaxFailure
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.draft import DraftQuote
from servicecore.pricing.finish_quote import finish_quote
from servicecore.pricing.price_cart import price_cart

FIGURES: Final = ("unit price", "line total", "sub-total", "tax", "freight", "total")
"""The figures that are compared, in the order of the report."""


@frozen
class Miss:
    """A figure that came out differently.

    Attributes:
        order: the recorded order's id.
        line: number of the line; 0 for the order's own figures.
        figure: one of ``FIGURES``.
        recorded: as it was recorded.
        computed: as it comes out now; empty where it could not be computed.
        reason: why it could not.

    """

    order: str
    line: int
    figure: str
    recorded: str
    computed: str
    reason: str = ""


@frozen
class Rate:
    """How often one figure was matched."""

    figure: str
    compared: int
    matched: int

    @property
    def percent(self) -> str:
        """Return the rate in percent with two decimals, cut and not rounded, so that only a full match shows 100."""
        if not self.compared:
            return "-"
        return f"{self.matched * 10_000 // self.compared / 100:.2f}"


@frozen
class ReplayReport:
    """What a replay found.

    Attributes:
        orders: how many orders were priced.
        lines: how many lines they have.
        rates: by figure.
        misses: every figure that came out differently.

    """

    orders: int
    lines: int
    rates: tuple[Rate, ...]
    misses: tuple[Miss, ...]


@define
class _Tally:
    compared: dict[str, int] = field(factory=lambda: dict.fromkeys(FIGURES, 0))
    misses: list[Miss] = field(factory=list)
    missed: dict[str, int] = field(factory=lambda: dict.fromkeys(FIGURES, 0))

    def compare(self, place: tuple[str, int], figure: str, recorded: Money, computed: Money) -> None:
        self.compared[figure] += 1
        if recorded != computed:
            self.missed[figure] += 1
            self.misses.append(Miss(*place, figure, str(recorded), str(computed)))

    def fail(self, place: tuple[str, int], figure: str, recorded: Money, reason: str) -> None:
        self.compared[figure] += 1
        self.missed[figure] += 1
        self.misses.append(Miss(*place, figure, str(recorded), "", reason))


def recorded_orders(runtime: Runtime) -> Iterator[RecordedOrder]:
    """Yield every recorded order of the store, by id."""
    for document in runtime.store.documents(RECORDED_ORDER.name):
        yield runtime.journal.read_state(RECORDED_ORDER, document)


def replay(
    runtime: Runtime, book: CompiledBook, *, progress: Callable[[int], None] = lambda _orders: None
) -> ReplayReport:
    """Price every recorded order with ``book`` as of its own date, and compare.

    Unit prices and line totals of every line are compared, as far as they were recorded; sub-totals where all lines
    are there; tax, freight and total where the order says that they follow from rules. What cannot be priced counts as
    a miss, with its reason.
    """
    tally = _Tally()
    orders = lines = 0
    for order in recorded_orders(runtime):
        orders += 1
        lines += len(order.lines)
        _replay_order(runtime, book, order, tally)
        if orders % 100 == 0:
            progress(orders)
    progress(orders)
    rates = tuple(Rate(each, tally.compared[each], tally.compared[each] - tally.missed[each]) for each in FIGURES)
    return ReplayReport(orders, lines, rates, tuple(tally.misses))


def _replay_order(runtime: Runtime, book: CompiledBook, order: RecordedOrder, tally: _Tally) -> None:
    if not order.lines:
        return
    cart = _cart(order)
    facts = with_tax_rates(runtime, book, cart, _facts(runtime, order))
    draft = price_cart(book, cart, facts, f"replay-{order.id}")
    if isinstance(draft, Refusal):
        reason = "; ".join(problem.text() for problem in draft.problems)
        for line in order.lines:
            tally.fail((order.id, line.number), "unit price", line.unit_price, reason)
            if line.line_total is not None:
                tally.fail((order.id, line.number), "line total", line.line_total, reason)
        return
    priced = {line.number: line for line in draft.lines}
    for line in order.lines:
        place = (order.id, line.number)
        tally.compare(place, "unit price", line.unit_price, priced[line.number].unit_price)
        if line.line_total is not None:
            tally.compare(place, "line total", line.line_total, priced[line.number].net)
    if order.complete:
        tally.compare((order.id, 0), "sub-total", order.subtotal, draft.subtotal)
        if order.recompute_tax:
            _compare_totals(runtime, order, draft, tally)


def _compare_totals(runtime: Runtime, order: RecordedOrder, draft: DraftQuote, tally: _Tally) -> None:
    place = (order.id, 0)
    freight = sum_money((charge.amount for charge in draft.charges), order.currency)
    tally.compare(place, "freight", order.freight, freight)
    answer = ask_tax(runtime, draft.tax_request)
    if isinstance(answer, TaxFailure):
        tally.fail(place, "tax", order.tax, answer.reason)
        tally.fail(place, "total", order.total, answer.reason)
        return
    quote = finish_quote(draft, answer)
    if isinstance(quote, Refusal):
        reason = "; ".join(problem.text() for problem in quote.problems)
        tally.fail(place, "tax", order.tax, reason)
        tally.fail(place, "total", order.total, reason)
        return
    tally.compare(place, "tax", order.tax, quote.tax)
    tally.compare(place, "total", order.total, quote.total)


def _cart(order: RecordedOrder) -> Cart:
    return Cart(
        customer=order.customer,
        currency=order.currency,
        lines=tuple(CartLine(line.item, line.quantity, number=line.number, offers=line.offers) for line in order.lines),
        channel=order.channel,
        customer_groups=order.customer_groups,
        ship_to_country=order.ship_to_country,
    )


def _facts(runtime: Runtime, order: RecordedOrder) -> Facts:
    noon = datetime.combine(order.ordered_on, time(12), UTC)
    return Facts(now=noon, actor=SYSTEM, authority=runtime.settings.authority, others=runtime.settings.policies)
