"""Whatever is quoted, reserved, ordered, released, canceled and left to lapse: limited offers are like a serial model.

The model knows orders and reservations one after another, and no counter.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import define, evolve, frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.engine.conftest import Shop, tea_book

from servicecore import orders, pricing
from servicecore.errors import Refused
from servicecore.kernel.money import Money
from servicecore.pricing import Budget, Measure, NthOrder, OfferLimits, redemptions
from servicecore.storage.memory import MemoryStore

CUSTOMERS = ("C-1", "C-2")
MOST, MOST_EACH, MOST_CENTS = 4, 2, 300
MOST_OF_CODE, MOST_OF_CODE_EACH = 3, 2
HOLD = timedelta(minutes=10)


@frozen
class Use:
    """What a quote takes: cents of the offer on tea, or None; the customer's first order; the code."""

    customer: str
    cents: int | None = None
    first: bool = False
    code: bool = False


@define
class Line:
    """What became of a line of an order: a unit is canceled, billed, or can still be either."""

    units: int
    canceled: int = 0
    billed: int = 0
    by_hand: bool = False
    billed_before: bool = False

    @property
    def rest(self) -> int:
        return self.units - self.canceled - self.billed

    @property
    def has_offers(self) -> bool:
        return self.units > self.canceled and (not self.by_hand or self.billed_before)


class LimitedOffers(RuleBasedStateMachine):
    """Pricing properties 32, 33 and 35 for offers, and for the own code of an offer.

    A tea is 4.50 and TEN takes a tenth off: 0.45, 0.90 or 1.35 for up to three; so often, so often for each customer,
    and 3.00 in all. FIRST takes a tenth off the pot of a customer's first order. MAY brings a euro off the pot, so
    often and so often for each customer.
    """

    @initialize()
    def open(self) -> None:
        budget = Budget(Measure.AMOUNT, Decimal("3.50"), Decimal("0.50"))
        limits = OfferLimits(total=MOST + 1, used=1, per_customer=MOST_EACH, budget=budget)
        tea, pot = pricing.Target(items=("tea",)), pricing.Target(items=("pot",))
        tenth = pricing.PercentOff(Decimal(10))
        ten = pricing.Offer("TEN", tenth, target=tea, limits=limits)
        first = pricing.Offer("FIRST", tenth, target=pot, conditions=(NthOrder(1),))
        may = pricing.OfferCode("May", uses_total=MOST_OF_CODE + 2, used=2, uses_per_customer=MOST_OF_CODE_EACH)
        euro_off = pricing.AmountOff(Money("1.00", "EUR"))
        coded = pricing.Offer("CODED", euro_off, target=pot, trigger=pricing.OfferTrigger.CODE, codes=(may,))
        self.shop = Shop(MemoryStore(), book=tea_book(offers=(ten, first, coded)))
        self.quotes: list[pricing.Quote] = []
        self.open_uses: dict[str, Use] = {}
        self.held: dict[str, datetime] = {}
        self.orders: dict[str, tuple[str, str]] = {}
        self.lines: dict[str, dict[str, Line]] = {}
        for customer in ("C-1", "C-1", "C-1", "C-2", "C-2"):
            self.ask(customer, 2, pot=True, typed=True)  # carts that stand open together

    @rule(customer=st.sampled_from(CUSTOMERS), teas=st.integers(0, 3), pot=st.booleans(), typed=st.booleans())
    def ask(self, customer: str, teas: int, pot: bool, typed: bool) -> None:
        wanted = [("tea", teas)] * (teas > 0) + [("pot", 1)] * (pot or not teas)
        lines = tuple(pricing.CartLine(item, Decimal(units)) for item, units in wanted)
        quote = self.shop.agent.quote(pricing.Cart(customer, "EUR", lines, codes=("may",) * typed))
        cents = 45 * teas if teas and self.fits(Use(customer, 45 * teas), "") else None
        first = (pot or not teas) and self.fits(Use(customer, first=True), "")
        code = typed and (pot or not teas) and self.fits(Use(customer, code=True), "")
        assert self.use(quote) == Use(customer, cents, first, code)
        self.quotes.append(quote)

    @rule(data=st.data())
    def reserve(self, data: Any) -> None:
        quote = self.draw_quote(data)
        if quote is None:
            return
        known = self.shop.core.find("redemption", "customer", quote.cart.customer)
        use = self.use(quote)
        try:
            self.shop.agent.execute(redemptions.ReserveCoupons(quote, hold_for=HOLD))
        except Refused as refused:
            codes = {each.code for each in refused.problems}
            if quote.id in known:
                assert codes & {"command.already_exists", "offer.order_number_taken"}
            elif not quote.offer_uses:
                assert codes == {"coupon.no_code_used"}
            else:
                assert not self.fits(use, quote.id)
            return
        assert quote.id not in known
        assert self.fits(use, quote.id)
        self.open_uses[quote.id] = use
        self.held[quote.id] = self.shop.clock.now() + HOLD

    @rule(data=st.data())
    def order(self, data: Any) -> None:
        quote = self.draw_quote(data)
        if quote is None or quote.id in self.orders:
            return
        use, reserved = self.use(quote), quote.id in self.held
        try:
            order = self.shop.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id
        except Refused as refused:
            codes = {each.code.split(".")[0] for each in refused.problems}
            assert codes == {"offer"}
            assert not reserved
            assert not self.fits(use, quote.id)
            return
        assert reserved or self.fits(use, quote.id)
        self.held.pop(quote.id, None)
        self.orders[quote.id] = (order, quote.cart.customer)
        self.lines[quote.id] = {each.item: Line(int(each.quantity)) for each in quote.lines}
        if quote.offer_uses:
            self.open_uses[quote.id] = use

    @rule(data=st.data())
    def release(self, data: Any) -> None:
        quote = self.draw_quote(data)
        if quote is not None and quote.id in self.held:
            self.shop.agent.execute(redemptions.ReleaseCoupons(quote.id))
            del self.held[quote.id], self.open_uses[quote.id]

    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        quote = self.draw_order(data)
        if quote is None or not any(each.rest for each in self.lines[quote.id].values()):
            return
        self.shop.agent.execute(orders.CancelOrder(self.orders[quote.id][0]), reason="customer_request")
        for line in self.lines[quote.id].values():
            line.canceled += line.rest
        self.settle(quote)

    @rule(data=st.data(), units=st.integers(1, 3))
    def cancel_units(self, data: Any, units: int) -> None:
        quote, item, line = self.draw_line(data)
        if quote is None or line is None or line.rest < units:
            return
        command = orders.CancelLine(self.orders[quote.id][0], self.number(quote, item), Decimal(units))
        self.shop.agent.execute(command, reason="customer_request")
        line.canceled += units
        self.settle(quote)

    @rule(data=st.data(), units=st.integers(1, 3))
    def bill_units(self, data: Any, units: int) -> None:
        quote, item, line = self.draw_line(data)
        if quote is None or line is None or line.rest < units:
            return
        order, number = self.orders[quote.id][0], self.number(quote, item)
        self.shop.agent.execute(orders.ShipLines(order, (orders.LineQuantity(number, Decimal(units)),)))
        self.shop.agent.execute(orders.InvoiceShipment(order))
        line.billed += units

    @rule(data=st.data(), cents=st.integers(0, 400))
    def set_price(self, data: Any, cents: int) -> None:
        quote, item, line = self.draw_line(data)
        if quote is None or line is None or not line.rest:
            return
        order, number = self.orders[quote.id][0], self.number(quote, item)
        price = Money.from_minor(cents, "EUR")
        self.shop.manager.execute(orders.OverridePrice(order, number, price), reason="damage")
        line.billed_before = line.billed_before if line.by_hand else line.billed > 0
        line.by_hand = True
        self.settle(quote)

    @rule(data=st.data())
    def restore_price(self, data: Any) -> None:
        quote, item, line = self.draw_line(data)
        if quote is None or line is None or not line.rest or not line.by_hand:
            return
        command = orders.RestorePrice(self.orders[quote.id][0], self.number(quote, item))
        wanted = self.left(quote, evolve(line, by_hand=False), item)
        try:
            self.shop.agent.execute(command)
        except Refused as refused:
            codes = {each.code.split(".")[0] for each in refused.problems}
            assert codes == {"offer"}
            assert not self.fits_again(wanted, quote.id)
            return
        assert self.fits_again(wanted, quote.id)
        line.by_hand = False
        self.settle(quote)

    @rule(minutes=st.integers(1, 15))
    def wait(self, minutes: int) -> None:
        self.shop.clock.move_to(self.shop.clock.now() + timedelta(minutes=minutes))
        self.shop.core.run_due()
        for quote, until in tuple(self.held.items()):
            if until <= self.shop.clock.now():
                del self.held[quote], self.open_uses[quote]

    @invariant()
    def counters_are_the_open_uses(self) -> None:
        expected: Counter[str] = Counter()
        for use in self.open_uses.values():
            if use.cents is not None:
                expected["offer-uses:TEN"] += 1
                expected[f"customer-uses:TEN\n{use.customer}"] += 1
                expected["money:EUR:offer-uses:TEN"] += use.cents
            if use.first:
                expected[f"order-number:{use.customer}\n1"] += 1
            if use.code:
                expected["offer-code-uses:CODED\nMAY"] += 1
                expected[f"customer-code-uses:CODED\n{use.customer}\nMAY"] += 1
        names = ["offer-uses:TEN", "money:EUR:offer-uses:TEN", "offer-code-uses:CODED\nMAY"]
        names += [
            f"{what}{each}{end}"
            for each in CUSTOMERS
            for what, end in (
                ("customer-uses:TEN\n", ""),
                ("order-number:", "\n1"),
                ("customer-code-uses:CODED\n", "\nMAY"),
            )
        ]
        with self.shop.core.runtime.store.reading() as reader:
            assert {name: reader.counter(name) for name in names} == {name: expected[name] for name in names}
        assert expected["offer-uses:TEN"] <= MOST
        assert expected["money:EUR:offer-uses:TEN"] <= MOST_CENTS
        assert expected["offer-code-uses:CODED\nMAY"] <= MOST_OF_CODE
        for each in CUSTOMERS:
            assert expected[f"customer-uses:TEN\n{each}"] <= MOST_EACH
            assert expected[f"order-number:{each}\n1"] <= 1
            assert expected[f"customer-code-uses:CODED\n{each}\nMAY"] <= MOST_OF_CODE_EACH

    def draw_order(self, data: Any) -> pricing.Quote | None:
        ordered = [each for each in self.quotes if each.id in self.orders]
        return data.draw(st.sampled_from(ordered)) if ordered else None

    def draw_line(self, data: Any) -> tuple[pricing.Quote | None, str, Line | None]:
        quote = self.draw_order(data)
        if quote is None:
            return None, "", None
        item = data.draw(st.sampled_from(sorted(self.lines[quote.id])))
        return quote, item, self.lines[quote.id][item]

    def number(self, quote: pricing.Quote, item: str) -> int:
        return next(each.number for each in quote.lines if each.item == item)

    def left(self, quote: pricing.Quote, changed: Line | None = None, item: str = "") -> Use:
        """Return what an order of ``quote`` has of its use, its line of ``item`` as ``changed``."""
        lines = self.lines[quote.id] if changed is None else {**self.lines[quote.id], item: changed}
        has = {name for name, line in lines.items() if line.has_offers}
        use = self.use(quote)
        return evolve(use, cents=use.cents if "tea" in has else None, code=use.code and "pot" in has)

    def settle(self, quote: pricing.Quote) -> None:
        """Let the uses of an order be what it has; one that is canceled whole has none, and is no order."""
        if all(each.canceled == each.units for each in self.lines[quote.id].values()):
            del self.orders[quote.id], self.lines[quote.id]
            self.open_uses.pop(quote.id, None)
            self.quotes.remove(quote)
        elif quote.offer_uses:
            self.open_uses[quote.id] = self.left(quote)

    def fits_again(self, use: Use, own: str) -> bool:
        """Return whether an order may have ``use`` again; its number it has all the time."""
        return self.fits(evolve(use, first=False), own)

    def draw_quote(self, data: Any) -> pricing.Quote | None:
        return data.draw(st.sampled_from(self.quotes)) if self.quotes else None

    def use(self, quote: pricing.Quote) -> Use:
        """Return what the quote shows as given, whatever it says that it uses."""
        given = {each.offer: each.amount.to_minor() for line in quote.lines for each in line.discounts}
        return Use(quote.cart.customer, given.get("TEN"), "FIRST" in given, "CODED" in given)

    def fits(self, use: Use, own: str) -> bool:
        """Return whether ``use`` is to be had now, beside all others than the quote's ``own``."""
        others = [each for quote, each in self.open_uses.items() if quote != own]
        tens = [each for each in others if each.cents is not None]
        if use.cents is not None and (
            len(tens) >= MOST
            or sum(each.customer == use.customer for each in tens) >= MOST_EACH
            or sum(each.cents or 0 for each in tens) + use.cents > MOST_CENTS
        ):
            return False
        codes = [each.customer for each in others if each.code]
        if use.code and (len(codes) >= MOST_OF_CODE or codes.count(use.customer) >= MOST_OF_CODE_EACH):
            return False
        ordered = any(customer == use.customer for _order, customer in self.orders.values())
        return not use.first or not (ordered or any(each.first and each.customer == use.customer for each in others))

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            assert tuple(self.shop.core.verify()) == ()
            self.shop.core.close()


LimitedOffers.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
TestLimitedOffers = LimitedOffers.TestCase
