"""A use of an offer or a code belongs to an order as long as something of the order has it (A12, E12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from tests.engine.conftest import euro, tea_book
from tests.engine.test_coupon_facts import CountingReader

from servicecore import orders, pricing
from servicecore.errors import Refused
from servicecore.pricing import redemptions
from servicecore.pricing.price_match import CompetitorPrice, PriceMatchPolicy
from servicecore.pricing.promotions import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.conditions import NthOrder
from servicecore.storage.memory import MemoryStore

TENTH = pricing.PercentOff(Decimal(10))
TEA, POT = pricing.Target(items=("tea",)), pricing.Target(items=("pot",))
LIMITED = OfferLimits(total=1, per_customer=1, budget=Budget(Measure.AMOUNT, Decimal(10)))
TEN = pricing.Offer("TEN", TENTH, target=TEA, limits=LIMITED)
TEN_COUNTERS = ("offer-uses:TEN", "money:EUR:offer-uses:TEN", "customer-uses:TEN\nC-1")


class LoadingStore(MemoryStore):
    """A store that counts, by kind, which documents it is asked for, within a reading or not."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: Counter[str] = Counter()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        with super().reading() as reader:
            store = self

            class Reader(CountingReader):
                def load(self, kind: str, id: str) -> Any:  # noqa: A002 - the port's own name
                    store.loads[kind] += 1
                    return reader.load(kind, id)

            yield Reader(reader, Counter())

    def load(self, kind: str, id: str) -> Any:  # noqa: A002 - the port's own name
        self.loads[kind] += 1
        return super().load(kind, id)


def coupon(**more: Any) -> pricing.Coupon:
    tier = pricing.CouponTier(euro("0"), Decimal(10), pricing.CouponValue.PERCENT)
    return pricing.Coupon("MAY", codes=("MAY10",), tiers=(tier,), limit=1, target=TEA, **more)


def place(shop: Any, *codes: str, teas: int = 3, pots: int = 1, customer: str = "C-1") -> str:
    wanted = [("tea", teas)] * (teas > 0) + [("pot", pots)] * (pots > 0)
    lines = tuple(pricing.CartLine(item, Decimal(units)) for item, units in wanted)
    quote = shop.agent.quote(pricing.Cart(customer, "EUR", lines, codes=codes))
    return str(shop.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id)


def counts(shop: Any, *counters: str) -> tuple[int, ...]:
    with shop.core.runtime.store.reading() as reader:
        return tuple(int(reader.counter(each)) for each in counters)


def do(shop: Any, command: Any, reason: str | None = "damage") -> None:
    shop.manager.execute(command, reason=reason)


def cancel(shop: Any, order: str, line: int, units: int | None = None) -> None:
    do(shop, orders.CancelLine(order, line, None if units is None else Decimal(units)), "customer_request")


def by_hand(shop: Any, order: str, line: int, price: str) -> None:
    do(shop, orders.OverridePrice(order, line, euro(price)))


def bill(shop: Any, order: str, line: int, units: int) -> None:
    do(shop, orders.ShipLines(order, (orders.LineQuantity(line, Decimal(units)),)), None)
    do(shop, orders.InvoiceShipment(order), None)


def test_the_last_unit_that_an_offer_lowered_takes_its_use_along(open_shop: Any) -> None:
    """Three teas and a pot: two teas are canceled and nothing comes back, the third one brings all of it back."""
    shop = open_shop(book=tea_book(offers=(TEN,)))
    order = place(shop)
    cancel(shop, order, 1, 2)
    cancel(shop, order, 2)
    assert counts(shop, *TEN_COUNTERS) == (1, 135, 1)
    second = place(shop, teas=0)
    cancel(shop, second, 1)
    cancel(shop, order, 1)
    assert counts(shop, *TEN_COUNTERS) == (0, 0, 0)


def test_goods_that_an_offer_did_not_lower_keep_no_use(open_shop: Any) -> None:
    shop = open_shop(book=tea_book(offers=(TEN,)))
    order = place(shop)
    cancel(shop, order, 1)
    assert counts(shop, *TEN_COUNTERS) == (0, 0, 0)
    redemption = shop.agent.get(shop.order(order).quote.id, "redemption")
    assert redemption.status is redemptions.RedemptionStatus.GIVEN_BACK
    assert shop.core.find("redemption", "offer", "TEN") == ()
    assert str(shop.agent.quote(shop.cart(2)).discount.amount) == "0.90"
    cancel(shop, order, 2)
    assert shop.order(order).is_canceled


def test_a_price_set_by_hand_stands_in_the_place_of_the_offer_until_it_is_restored(open_shop: Any) -> None:
    shop = open_shop(book=tea_book(offers=(TEN,)))
    order = place(shop)
    by_hand(shop, order, 2, "19.00")
    assert counts(shop, *TEN_COUNTERS) == (1, 135, 1)
    by_hand(shop, order, 1, "3.00")
    assert counts(shop, *TEN_COUNTERS) == (0, 0, 0)
    by_hand(shop, order, 1, "2.90")
    do(shop, orders.RestorePrice(order, 1), None)
    assert counts(shop, *TEN_COUNTERS) == (1, 135, 1)
    assert shop.agent.get(shop.order(order).quote.id, "redemption").let_go == ()
    assert tuple(shop.core.verify()) == ()


def test_a_price_is_not_restored_once_somebody_else_has_its_last_use(open_shop: Any) -> None:
    shop = open_shop(book=tea_book(offers=(TEN,)))
    order = place(shop)
    by_hand(shop, order, 1, "3.00")
    other = place(shop, customer="C-2")
    before = shop.snapshot()
    assert [each.code for each in shop.manager.check(orders.RestorePrice(order, 1))] == ["offer.limit_reached"]
    with pytest.raises(Refused):
        do(shop, orders.RestorePrice(order, 1), None)
    assert shop.snapshot() == before
    cancel(shop, other, 1)
    do(shop, orders.RestorePrice(order, 1), None)
    assert counts(shop, *TEN_COUNTERS) == (1, 135, 1)


def test_what_was_billed_with_the_offer_keeps_its_use(open_shop: Any) -> None:
    shop = open_shop(book=tea_book(offers=(TEN,)))
    order = place(shop)
    bill(shop, order, 1, 1)
    by_hand(shop, order, 1, "3.00")
    bill(shop, order, 1, 1)
    by_hand(shop, order, 1, "2.90")
    cancel(shop, order, 1)
    assert counts(shop, *TEN_COUNTERS) == (1, 135, 1)


def test_what_was_billed_at_a_price_set_by_hand_keeps_no_use(open_shop: Any) -> None:
    shop = open_shop(book=tea_book(offers=(TEN,)))
    order = place(shop)
    by_hand(shop, order, 1, "3.00")
    bill(shop, order, 1, 1)
    by_hand(shop, order, 1, "2.90")
    cancel(shop, order, 1)
    assert counts(shop, *TEN_COUNTERS) == (0, 0, 0)


def test_a_price_matched_before_the_invoice_stands_in_the_place_of_the_offer_too(open_shop: Any) -> None:
    shop = open_shop(book=tea_book(offers=(TEN,)), price_match=PriceMatchPolicy(open_units=True))
    order = place(shop)
    price = CompetitorPrice("other shop", euro("3.50"))
    do(shop, orders.MatchOpenPrice(order, 1, price), "competitor_price")
    assert counts(shop, *TEN_COUNTERS) == (0, 0, 0)
    do(shop, orders.RestorePrice(order, 1), None)
    assert counts(shop, *TEN_COUNTERS) == (1, 135, 1)


def test_an_offer_that_keeps_its_uses_keeps_them(open_shop: Any) -> None:
    kept = pricing.Offer("TEN", TENTH, target=TEA, limits=OfferLimits(total=1, given_back=False))
    shop = open_shop(book=tea_book(offers=(kept,)))
    order = place(shop)
    by_hand(shop, order, 1, "3.00")
    do(shop, orders.RestorePrice(order, 1), None)
    cancel(shop, order, 1)
    assert counts(shop, "offer-uses:TEN") == (1,)


@pytest.mark.parametrize("given_back", [True, False])
def test_a_code_of_a_coupon_goes_and_comes_likewise(open_shop: Any, given_back: bool) -> None:
    shop = open_shop(book=tea_book(coupons=(coupon(given_back=given_back),)))
    order = place(shop, "may10")
    cancel(shop, order, 2)
    assert counts(shop, "coupon:MAY") == (1,)
    by_hand(shop, order, 1, "3.00")
    assert counts(shop, "coupon:MAY") == (1 - given_back,)
    do(shop, orders.RestorePrice(order, 1), None)
    assert counts(shop, "coupon:MAY") == (1,)


def test_a_code_that_came_later_goes_with_the_goods_that_it_lowers(open_shop: Any) -> None:
    shop = open_shop(book=tea_book(coupons=(coupon(),)))
    order = place(shop)
    shop.agent.execute(orders.AddCoupon(order, "may10"))
    assert counts(shop, "coupon:MAY") == (1,)
    cancel(shop, order, 1)
    assert counts(shop, "coupon:MAY") == (0,)


def test_a_code_of_an_offer_goes_with_the_goods_that_it_lowers(open_shop: Any) -> None:
    for releases in (True, False):
        own = pricing.OfferCode("MAY", uses_total=1, cancel_releases_use=releases)
        offer = pricing.Offer("TEN", TENTH, target=TEA, trigger=pricing.OfferTrigger.CODE, codes=(own,))
        shop = open_shop(book=tea_book(offers=(offer,)))
        order = place(shop, "may")
        cancel(shop, order, 1)
        assert counts(shop, "offer-code-uses:TEN\nMAY") == (1 - releases,)


def test_the_number_of_an_order_is_its_own_until_it_is_canceled_whole(open_shop: Any) -> None:
    first = pricing.Offer("TEN", TENTH, target=TEA, conditions=(NthOrder(1),), limits=OfferLimits(total=1))
    shop = open_shop(book=tea_book(offers=(first,)))
    order = place(shop)
    by_hand(shop, order, 1, "3.00")
    assert counts(shop, "offer-uses:TEN", "order-number:C-1\n1") == (0, 1)
    do(shop, orders.RestorePrice(order, 1), None)
    assert counts(shop, "offer-uses:TEN", "order-number:C-1\n1") == (1, 1)
    cancel(shop, order, 1)
    assert counts(shop, "offer-uses:TEN", "order-number:C-1\n1") == (0, 1)
    cancel(shop, order, 2)
    assert counts(shop, "offer-uses:TEN", "order-number:C-1\n1") == (0, 0)


def test_a_charge_that_an_offer_lowered_has_its_use_as_long_as_it_stands_as_ruled(open_shop: Any) -> None:
    """Half off the freight: set by hand, restored, set by hand and taken off, with goods that keep nothing."""
    half = pricing.PercentOff(Decimal(50), scope=pricing.promotions.Scope.SHIPPING)
    shop = open_shop(
        book=tea_book(
            offers=(pricing.Offer("TEN", half, limits=OfferLimits(total=1)),),
            charges=(
                pricing.AutoCharge(
                    "freight", "EUR", (pricing.ChargeTier(5),), category=pricing.ChargeCategory.SHIPPING
                ),
            ),
        )
    )
    order = place(shop)
    assert counts(shop, "offer-uses:TEN") == (1,)
    cancel(shop, order, 1)
    do(shop, orders.OverrideCharge(order, "freight", euro("1.00")))
    assert counts(shop, "offer-uses:TEN") == (0,)
    do(shop, orders.RestoreCharge(order, "freight"), None)
    assert counts(shop, "offer-uses:TEN") == (1,)
    do(shop, orders.RemoveCharge(order, "freight"))
    assert counts(shop, "offer-uses:TEN") == (0,)


def test_a_use_that_somebody_gave_back_by_hand_stays_back(open_shop: Any) -> None:
    shop = open_shop(book=tea_book(offers=(TEN,)))
    order = place(shop)
    do(shop, redemptions.GiveBackCoupons(shop.order(order).quote.id), None)
    by_hand(shop, order, 1, "3.00")
    do(shop, orders.RestorePrice(order, 1), None)
    assert counts(shop, *TEN_COUNTERS) == (0, 0, 0)
    cancel(shop, order, 1)


def test_an_order_of_before_a_limit_counts_as_long_as_it_has_the_offer(open_shop: Any) -> None:
    """Three orders of before: one has the offer, one lost it with its tea, one to a price set by hand."""
    offer = pricing.Offer("TEN", TENTH, target=TEA)
    shop = open_shop(book=tea_book(offers=(offer,)))
    _kept, canceled, overridden = (place(shop) for _ in range(3))
    cancel(shop, canceled, 1)
    by_hand(shop, overridden, 1, "3.00")
    limited = pricing.Offer("TEN", TENTH, target=TEA, limits=OfferLimits(per_customer=2))
    shop.core.use_book(tea_book("2", offers=(limited,)))
    assert shop.agent.quote(shop.cart(1)).offer_uses[0].uses_before == 1


def test_a_command_reads_the_redemption_once_and_only_where_it_matters(open_shop: Any) -> None:
    """An order of a limited offer, of a code, of a first order: once each; one of an offer without limits: never."""
    free = pricing.Offer("FREE", TENTH, target=POT)
    first = pricing.Offer("FIRST", TENTH, target=POT, conditions=(NthOrder(1),))
    shop = open_shop(LoadingStore(), book=tea_book(offers=(TEN, free), coupons=(coupon(),)))

    def loads(command: Any) -> int:
        shop.store.loads.clear()
        canceling = isinstance(command, orders.CancelLine | orders.CancelOrder)
        assert shop.manager.check(command, reason="customer_request" if canceling else "damage") == ()
        return int(shop.store.loads["redemption"])

    def placing(*codes: str, item: str = "tea") -> orders.PlaceOrder:
        quote = shop.agent.quote(shop.cart(1, item=item, codes=codes))
        return orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))

    assert [loads(placing()), loads(placing("may10")), loads(placing(item="pot"))] == [1, 1, 0]
    order = place(shop)
    assert loads(orders.OverridePrice(order, 1, euro("3.00"))) == loads(orders.CancelLine(order, 1)) == 1
    assert loads(orders.OverridePrice(order, 2, euro("19.00"))) == loads(orders.CancelLine(order, 2)) == 0
    assert loads(orders.CancelOrder(order)) == 1
    shop.core.use_book(tea_book("2", offers=(first,)))
    assert shop.agent.quote(shop.cart(1, item="pot")).offer_uses == ()
    new = orders.PlaceOrder(
        quote=shop.agent.quote(pricing.Cart("C-3", "EUR", (pricing.CartLine("pot", Decimal(1)),))),
        tenders=(orders.OnAccount(),),
    )
    assert loads(new) == 1


def test_a_redemption_of_an_earlier_release_let_nothing_go(open_shop: Any) -> None:
    shop = open_shop(book=tea_book(offers=(TEN,)))
    order = shop.order(place(shop))
    codec = shop.core.runtime.journal.codec
    redemption = shop.agent.get(order.quote.id, "redemption")
    plain = codec.to_object(codec.encode(redemption))
    plain.pop("let_go", None)
    assert codec.from_plain(redemptions.Redemption, plain) == redemption
