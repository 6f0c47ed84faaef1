"""Whatever is reserved, ordered, added, taken off, released, canceled and left to lapse, in any order.

The counters are the open uses, and no order gets stuck on a use that is not there any more.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.engine.conftest import Shop, euro

from servicecore import orders, pricing
from servicecore.errors import Refused
from servicecore.pricing import campaigns, redemptions
from servicecore.storage.memory import MemoryStore

CODES = ("A", "B", "C")
CUSTOMERS = ("C-1", "C-2")
MOST, MOST_EACH, MOST_MONEY = 4, 2, "3.00"


class Redemptions(RuleBasedStateMachine):
    """Pricing properties 32 and 33: never above a limit, never below 0, and back exactly to where it was.

    A tea is 4.50, and a code takes 10 % off: 0.45, 0.90 or 1.35 for up to three.
    """

    @initialize()
    def open(self) -> None:
        self.shop = Shop(MemoryStore())
        tier = pricing.CouponTier(euro("0"), Decimal(10), pricing.CouponValue.PERCENT)
        coupon = pricing.Coupon(
            "SPRING",
            tiers=(tier,),
            limit=MOST,
            limit_per_customer=MOST_EACH,
            budgets=(pricing.CouponBudget(euro(MOST_MONEY)),),
        )
        desk = self.shop.manager
        desk.execute(campaigns.CreateCampaign(campaigns.CampaignTerms(coupon)))
        desk.execute(campaigns.IssueCodes("SPRING", CODES))
        desk.execute(campaigns.ActivateCampaign("SPRING"))
        self.quotes: list[pricing.Quote] = []
        self.open_uses: dict[str, tuple[str, str, int]] = {}
        self.held: dict[str, Any] = {}
        self.orders: dict[str, str] = {}
        self.coded: dict[str, str] = {}

    @rule(code=st.sampled_from(CODES), customer=st.sampled_from(CUSTOMERS), teas=st.integers(1, 3))
    def ask(self, code: str, customer: str, teas: int) -> None:
        line = pricing.CartLine("tea", Decimal(teas))
        cart = pricing.Cart(customer=customer, currency="EUR", lines=(line,), codes=(code,))
        self.quotes.append(self.shop.agent.quote(cart))

    @rule(data=st.data(), key=st.booleans())
    def reserve(self, data: Any, key: bool) -> None:
        quote = self.draw_quote(data)
        if quote is None:
            return
        command = redemptions.ReserveCoupons(quote, hold_for=timedelta(minutes=10))
        if self.take(quote, command, f"reserve-{quote.id}" if key else ""):
            self.held[quote.id] = self.shop.clock.now() + timedelta(minutes=10)

    @rule(data=st.data())
    def order(self, data: Any) -> None:
        quote = self.draw_quote(data)
        if quote is None or quote.id in self.orders:
            return
        known = quote.id in self.open_uses
        command = orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))
        try:
            self.orders[quote.id] = self.shop.agent.execute(command).id
        except Refused as refused:
            codes = {each.code for each in refused.problems}
            assert not known
            assert codes <= {"coupon.limit_reached", "coupon.budget_reached"}
            assert not self.fits(quote)
            return
        self.held.pop(quote.id, None)
        if quote.discount:
            self.coded[quote.id] = quote.lines[0].discounts[0].code
        if quote.discount and not known:
            assert self.fits(quote)
            self.note(quote)

    @rule(data=st.data(), code=st.sampled_from(CODES))
    def add_code(self, data: Any, code: str) -> None:
        quote = self.draw_quote(data)
        if quote is None or quote.id not in self.orders or quote.id in self.coded:
            return
        tenth = quote.lines[0].gross.to_minor() // 10
        try:
            self.shop.agent.execute(orders.AddCoupon(self.orders[quote.id], code))
        except Refused as refused:
            codes = {each.code for each in refused.problems}
            assert codes <= {"coupon.limit_reached", "coupon.budget_reached"}
            assert not self.has_room(quote.cart.customer, tenth)
            return
        assert self.has_room(quote.cart.customer, tenth)
        self.coded[quote.id] = code
        self.open_uses[quote.id] = (code, quote.cart.customer, tenth)

    @rule(data=st.data())
    def remove_code(self, data: Any) -> None:
        quote = self.draw_quote(data)
        if quote is not None and quote.id in self.orders and quote.id in self.coded:
            self.shop.agent.execute(orders.RemoveCoupon(self.orders[quote.id], self.coded.pop(quote.id)))
            self.open_uses.pop(quote.id, None)

    @rule(data=st.data())
    def give_back_by_hand(self, data: Any) -> None:
        quote = self.draw_quote(data)
        if quote is not None and quote.id in self.orders and quote.id in self.open_uses:
            self.shop.manager.execute(redemptions.GiveBackCoupons(quote.id))
            del self.open_uses[quote.id]

    @rule(data=st.data(), key=st.sampled_from(["", "again"]))
    def release(self, data: Any, key: str) -> None:
        quote = self.draw_quote(data)
        if quote is not None and quote.id in self.held:
            command = redemptions.ReleaseCoupons(quote.id)
            for _repeat in range(2 if key else 1):
                self.shop.agent.execute(command, key=key and f"{key}-{quote.id}-{self.shop.clock.now()}")
            del self.held[quote.id], self.open_uses[quote.id]

    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        quote = self.draw_quote(data)
        if quote is not None and quote.id in self.orders:
            self.shop.agent.execute(orders.CancelOrder(self.orders.pop(quote.id)), reason="customer_request")
            self.open_uses.pop(quote.id, None)
            self.coded.pop(quote.id, None)
            self.quotes.remove(quote)

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
        for code, customer, cents in self.open_uses.values():
            expected["coupon:SPRING"] += 1
            expected[f"coupon:SPRING:code:{code}"] += 1
            expected[f"coupon:SPRING:customer:{customer}"] += 1
            expected["money:EUR:coupon:SPRING"] += cents
        names = [f"coupon:SPRING:code:{code}" for code in CODES] + [f"coupon:SPRING:customer:{c}" for c in CUSTOMERS]
        with self.shop.core.runtime.store.reading() as reader:
            for name in ("coupon:SPRING", "money:EUR:coupon:SPRING", *names):
                assert reader.counter(name) == expected[name], name
        assert expected["coupon:SPRING"] <= MOST
        assert all(expected[f"coupon:SPRING:customer:{each}"] <= MOST_EACH for each in CUSTOMERS)
        assert expected["money:EUR:coupon:SPRING"] <= 300

    def draw_quote(self, data: Any) -> pricing.Quote | None:
        return data.draw(st.sampled_from(self.quotes)) if self.quotes else None

    def note(self, quote: pricing.Quote) -> None:
        code = next(each.code for line in quote.lines for each in line.discounts)
        self.open_uses[quote.id] = (code, quote.cart.customer, quote.discount.to_minor())

    def fits(self, quote: pricing.Quote) -> bool:
        return self.has_room(quote.cart.customer, quote.discount.to_minor())

    def has_room(self, customer: str, cents: int) -> bool:
        uses = list(self.open_uses.values())
        return (
            len(uses) < MOST
            and sum(1 for each in uses if each[1] == customer) < MOST_EACH
            and sum(each[2] for each in uses) + cents <= 300
        )

    def take(self, quote: pricing.Quote, command: redemptions.ReserveCoupons, key: str) -> bool:
        """Reserve; return whether uses were taken that were not before."""
        known = self.shop.core.find("redemption", "customer", quote.cart.customer)
        try:
            receipt = self.shop.agent.execute(command, key=key)
        except Refused as refused:
            codes = {each.code for each in refused.problems}
            if quote.id in known:
                assert codes == {"command.already_exists"}
            elif not quote.discount:
                assert codes == {"coupon.no_code_used"}
            else:
                assert codes <= {"coupon.limit_reached", "coupon.budget_reached"}
                assert not self.fits(quote)
            return False
        if receipt.repeated:
            return False
        assert quote.id not in known
        assert self.fits(quote)
        self.note(quote)
        return True

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            assert tuple(self.shop.core.verify()) == ()
            self.shop.core.close()


Redemptions.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
TestRedemptions = Redemptions.TestCase
