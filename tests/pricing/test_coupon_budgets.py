"""Limits by money: what a coupon gives never passes what its budgets have left, refused or cut as it says."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money, sum_money
from servicecore.pricing import (
    AutoCharge,
    CartLine,
    ChargeCategory,
    ChargeTier,
    Coupon,
    CouponBudget,
    CouponTier,
    CouponUsage,
    CouponValue,
    LimitScope,
    Offer,
    OfferTrigger,
    OverBudget,
    PercentOff,
    PriceBook,
    Quote,
    UsageCount,
)
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.promotions.offer_codes import ALREADY_TYPED
from servicecore.pricing.redemptions import uses_of


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS = (Item("A", "Thing", base_price=_eur(25)), Item("B", "Other", base_price=_eur("9.99")))
TEN = Coupon("ten", ("T1", "T2", "T3"), tiers=(CouponTier(_eur(0), Decimal(10), CouponValue.PERCENT),))
HALF = Offer("half", PercentOff(50), trigger=OfferTrigger.CODE)


def _book(*coupons: Coupon, offers: tuple[Offer, ...] = ()) -> PriceBook:
    return PriceBook("b", "1", items=ITEMS, coupons=coupons, offers=offers)


def _reasons(quote: Quote) -> dict[str, str]:
    return {each.rule: each.reason.code for each in quote.not_applied}


@pytest.mark.parametrize(
    ("over", "discount", "reasons"),
    [(OverBudget.REFUSE, "0", {"T1": "coupon.budget_reached"}), (OverBudget.CUT, "3.00", {})],
)
def test_an_amount_beyond_the_budget_is_refused_or_cut(
    desk: Any, over: OverBudget, discount: str, reasons: dict[str, str]
) -> None:
    """Ten percent of 100.00 is 10.00; of a budget of 20.00, 17.00 are spent."""
    coupon = evolve(TEN, budgets=(CouponBudget(_eur(20)),), over_budget=over)
    facts = desk.facts(others=[CouponUsage((UsageCount("ten", 4, spent=(_eur(17),)),))])
    quote = desk.quote(_book(coupon), desk.cart(CartLine("A", 4), codes=["T1"]), facts)
    assert (quote.discount, _reasons(quote)) == (_eur(discount), reasons)


def test_the_least_of_all_budgets_counts(desk: Any) -> None:
    """The code has 5.00 left, its customer 4.00, all codes 50.00."""
    budgets = (
        CouponBudget(_eur(50)),
        CouponBudget(_eur(5), LimitScope.CODE),
        CouponBudget(_eur(9), LimitScope.CUSTOMER),
    )
    coupon = evolve(TEN, budgets=budgets, over_budget=OverBudget.CUT)
    cart = desk.cart(CartLine("A", 4), codes=["T1"])
    usage = CouponUsage((UsageCount("ten", 1, customer=cart.customer, spent=(_eur(5),)),))
    assert desk.quote(_book(coupon), cart, desk.facts(others=[usage])).discount == _eur(4)


def test_codes_of_one_coupon_in_one_cart_share_its_limits(desk: Any) -> None:
    """Two uses are left of three; the third code of the same cart is one too many."""
    coupon = evolve(TEN, limit=3, limit_per_order=None)
    facts = desk.facts(others=[CouponUsage((UsageCount("ten", 1),))])
    quote = desk.quote(_book(coupon), desk.cart(CartLine("A", 4), codes=["T1", "T2", "T3"]), facts)
    assert _reasons(quote) == {"T3": "coupon.limit_reached"}
    assert quote.discount == _eur(19)  # 10.00 of 100.00, then 9.00 of 90.00


@pytest.mark.parametrize(
    ("limit", "discount", "refused"),
    [(1, "10.00", ["T2", "T3"]), (2, "19.00", ["T3"]), (None, "27.10", []), (0, "0", ["T1", "T2", "T3"])],
)
def test_so_many_codes_of_one_coupon_work_in_one_order(
    desk: Any, limit: int | None, discount: str, refused: list[str]
) -> None:
    """CC 11.3: a coupon is codes and one discount. 10 percent of 100.00, of the 90.00 left, of the 81.00 left."""
    coupon = evolve(TEN, limit_per_order=limit)
    quote = desk.quote(_book(coupon), desk.cart(CartLine("A", 4), codes=["T1", "T2", "T3"]))
    assert (str(quote.discount.amount), list(_reasons(quote))) == (discount, refused)
    assert TEN.limit_per_order == 1
    if refused:
        said = quote.not_applied[-1].reason
        assert said.text() == f"codes: uses of the coupon ten so far: {limit}; accepted: below {limit} for an order"
        assert said.text("de").endswith(f"zulässig: unter {limit} für einen Auftrag")


def test_an_offer_that_gives_more_than_the_budget_is_not_released(desk: Any) -> None:
    """Half of 100.00 is 50.00: the budget of 49.99 refuses the code, that of 50.00 does not; nothing is cut."""
    for most, discount in (("49.99", "0"), ("50.00", "50.00")):
        coupon = Coupon("c", ("T1",), offer="half", budgets=(CouponBudget(_eur(most)),), over_budget=OverBudget.CUT)
        quote = desk.quote(_book(coupon, offers=(HALF,)), desk.cart(CartLine("A", 4), codes=["T1"]))
        assert quote.discount == _eur(discount)
        assert _reasons(quote).get("T1", "") == ("" if quote.discount else "coupon.budget_reached")


def test_goods_and_freight_share_the_budget_of_a_coupon(desk: Any) -> None:
    """Half of 100.00 and of the freight of 20.00 is 60.00: a budget of 60.00 gives it, one of 59.99 gives nothing."""
    both = Offer("both", (PercentOff(50), PercentOff(50, scope=Scope.SHIPPING)), trigger=OfferTrigger.CODE)
    freight = AutoCharge("freight", "EUR", (ChargeTier(20),), category=ChargeCategory.SHIPPING)
    for most, subtotal, charged in (("60.00", 50, 10), ("59.99", 100, 20)):
        coupon = Coupon("c", ("T1",), offer="both", budgets=(CouponBudget(_eur(most)),))
        book = evolve(_book(coupon, offers=(both,)), charges=(freight,))
        quote = desk.quote(book, desk.cart(CartLine("A", 4), codes=["T1"]))
        assert (quote.subtotal, quote.charges[0].amount) == (_eur(subtotal), _eur(charged))


def test_codes_of_coupons_that_release_one_offer_share_its_limit(desk: Any) -> None:
    coupon = Coupon("c", ("T1",), offer="half", limit_per_offer=7)
    used = UsageCount("half", 7, scope=LimitScope.OFFER)
    quote = desk.quote(
        _book(coupon, offers=(HALF,)),
        desk.cart(CartLine("A", 4), codes=["T1"]),
        desk.facts(others=[CouponUsage((used,))]),
    )
    assert _reasons(quote)["T1"] == "coupon.limit_reached"


@pytest.mark.parametrize(
    "changes",
    [
        {"budgets": (CouponBudget(_eur(1)), CouponBudget(_eur(2)))},
        {"limit_per_offer": 1},
        {"budgets": (CouponBudget(_eur(1), LimitScope.OFFER),)},
    ],
)
def test_limits_that_contradict_themselves_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        evolve(TEN, **changes)


def test_a_budget_is_in_whole_minor_units() -> None:
    with pytest.raises(InvalidValue):
        CouponBudget(_eur("1.005"))


CENTS = st.integers(0, 5000).map(lambda cents: Money.from_minor(cents, "EUR"))


@given(
    CENTS,
    CENTS,
    st.sampled_from(OverBudget),
    st.lists(st.sampled_from(["T1", "T2", "T3", "t 1"]), min_size=1),
    st.integers(1, 9),
)
def test_what_is_granted_in_one_quote_never_passes_what_is_left(
    desk: Any, most: Money, spent: Money, over: OverBudget, codes: list[str], quantity: int
) -> None:
    """Pricing property 34, and 36: each code has one reason, or none, however often it is typed."""
    coupon = evolve(TEN, budgets=(CouponBudget(most),), over_budget=over)
    facts = desk.facts(others=[CouponUsage((UsageCount("ten", 1, spent=(spent,)),))])
    cart = desk.cart(CartLine("A", quantity), CartLine("B", 1), codes=codes)
    quote = desk.quote(_book(coupon), cart, facts)
    granted = sum_money((each.amount for line in quote.lines for each in line.discounts), "EUR")
    assert granted <= max(most - spent, _eur(0))
    rules = [each.rule for each in quote.not_applied]
    assert len(rules) == len(set(rules))
    used = {each.code for line in quote.lines for each in line.discounts}
    typed = Counter(code.replace(" ", "").upper() for code in codes)
    for each in quote.not_applied:
        assert each.rule not in used or (typed[each.rule] > 1 and each.reason.code == ALREADY_TYPED.code)
    assert used | set(rules) == set(typed)


def test_what_an_offer_takes_off_delivery_counts_against_the_budget(desk: Any) -> None:
    """Freight is 6.90 and free with the code: a budget of 6.90 has room for it once, one of 6.89 never."""
    freight = AutoCharge("freight", "EUR", (ChargeTier("6.90"),), category=ChargeCategory.SHIPPING)
    free = Offer("free", PercentOff(100, scope=Scope.SHIPPING), trigger=OfferTrigger.CODE)
    for most, paid, reasons in (("6.90", "0.00", {}), ("6.89", "6.90", {"T1": "coupon.budget_reached"})):
        coupon = Coupon("post", ("T1",), offer="free", budgets=(CouponBudget(_eur(most)),))
        book = evolve(_book(coupon, offers=(free,)), charges=(freight,))
        quote = desk.quote(book, desk.cart(CartLine("A", 1), codes=["T1"]))
        assert (quote.charges[0].amount, _reasons(quote)) == (_eur(paid), reasons)
        uses = {each.counter: each.amount for each in uses_of(quote, {"T1": coupon}, CouponUsage())}
        assert uses.get("money:EUR:coupon:post") == (690 if paid == "0.00" else None)


@given(freight=st.integers(1, 5000), most=CENTS, spent=CENTS)
def test_a_code_frees_the_freight_exactly_where_the_budget_has_left_what_it_costs(
    desk: Any, freight: int, most: Money, spent: Money
) -> None:
    """Pricing property 34 for charges: all of it, or nothing."""
    free = Offer("free", PercentOff(100, scope=Scope.SHIPPING), trigger=OfferTrigger.CODE)
    charge = AutoCharge("f", "EUR", (ChargeTier(Decimal(freight).scaleb(-2)),), category=ChargeCategory.SHIPPING)
    coupon = Coupon("c", ("T1",), offer="free", budgets=(CouponBudget(most),))
    facts = desk.facts(others=[CouponUsage((UsageCount("c", 1, spent=(spent,)),))])
    book = evolve(_book(coupon, offers=(free,)), charges=(charge,))
    quote = desk.quote(book, desk.cart(CartLine("A", 1), codes=["T1"]), facts)
    fits = freight <= most.to_minor() - spent.to_minor()
    assert quote.charges[0].amount.to_minor() == (0 if fits else freight)
