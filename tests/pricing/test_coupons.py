"""Coupons through a whole quote: what they give, and the one reason why a code is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import (
    CartLine,
    Coupon,
    CouponState,
    CouponTier,
    CouponUsage,
    CouponValue,
    Exclusivity,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    Quote,
    Target,
    UsageCount,
    compile_book,
)
from servicecore.pricing.coupon_limits import normalised


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS = (
    Item("A", "Thing", base_price=_eur(25)),
    Item("B", "Gift card", base_price=_eur(100), coupons_allowed=False),
    Item("C", "Car", base_price=_eur("999.99")),
    Item("D", "Boat", base_price=_eur(1000)),
)


def _tier(minimum: str | int, value: str | int, kind: CouponValue = CouponValue.FIXED) -> CouponTier:
    return CouponTier(_eur(minimum), Decimal(value), kind)


TEN = Coupon("ten", ("SPRING10",), tiers=(_tier(0, 10, CouponValue.PERCENT),))


def _book(*coupons: Coupon, offers: tuple[Offer, ...] = ()) -> PriceBook:
    return PriceBook("b", "1", items=ITEMS, coupons=coupons, offers=offers)


def _refused(quote: Quote) -> dict[str, str]:
    return {each.rule: each.reason.code for each in quote.not_applied}


@pytest.mark.parametrize(
    ("kind", "value", "discount"),
    [
        (CouponValue.PERCENT, 20, 20),
        (CouponValue.PER_UNIT, 2, 8),
        (CouponValue.FIXED, 15, 15),
        (CouponValue.FIXED, 500, 100),
    ],
)
def test_a_tier_gives_a_percentage_an_amount_a_unit_or_an_amount(
    desk: Any, kind: CouponValue, value: int, discount: int
) -> None:
    """Four units at 25.00; never more than they are worth."""
    coupon = evolve(TEN, tiers=(_tier(0, value, kind),))
    quote = desk.quote(_book(coupon), desk.cart(CartLine("A", 4), codes=["spring10"]))
    assert quote.discount == _eur(discount)
    assert quote.lines[0].discounts[0].code == "SPRING10"


def test_the_highest_minimum_reached_counts(desk: Any) -> None:
    """75 off from 750 and 95 off from 1000."""
    coupon = evolve(TEN, tiers=(_tier(1000, 95), _tier(750, 75)))
    below = desk.quote(_book(coupon), desk.cart(CartLine("C", 1), codes=["SPRING10"]))
    at = desk.quote(_book(coupon), desk.cart(CartLine("D", 1), codes=["SPRING10"]))
    none = desk.quote(_book(coupon), desk.cart(CartLine("A", 1), codes=["SPRING10"]))
    assert (below.discount, at.discount, none.discount) == (_eur(75), _eur(95), _eur(0))
    assert _refused(none) == {"SPRING10": "coupon.minimum_not_met"}


@pytest.mark.parametrize(("item", "value"), [("F", "0.00 EUR"), ("P", "0.10 EUR")])
def test_goods_that_nothing_comes_off_are_told_as_that(desk: Any, item: str, value: str) -> None:
    """A percent of 0.10 is a tenth of a cent; a minimum of 0.00 is met, so that it cannot be what is asked for."""
    items = (Item("F", "Free", base_price=_eur(0)), Item("P", "Penny", base_price=_eur("0.10")))
    book = evolve(_book(evolve(TEN, tiers=(_tier(0, 1, CouponValue.PERCENT),))), items=items)
    quote = desk.quote(book, desk.cart(CartLine(item, 1), codes=["SPRING10"]))
    (refused,) = quote.not_applied
    assert refused.reason.code == "coupon.minimum_not_met"
    assert refused.reason.param("value") == value
    assert refused.reason.param("accepted") == "goods worth enough that something comes off"


def test_the_minimum_is_measured_after_discounts_of_lines(desk: Any) -> None:
    coupon = evolve(TEN, tiers=(_tier(100, 10),))
    offers = (Offer("o", PercentOff(1)),)
    cart = desk.cart(CartLine("A", 4), codes=["SPRING10"])
    assert desk.quote(_book(coupon), cart).discount == _eur(10)
    quote = desk.quote(_book(coupon, offers=offers), cart)
    assert (quote.discount, _refused(quote)) == (_eur(1), {"SPRING10": "coupon.minimum_not_met"})


def test_items_and_targets_that_take_no_coupon_do_not_count(desk: Any) -> None:
    cart = desk.cart(CartLine("A", 1), CartLine("B", 1), CartLine("D", 1), codes=["SPRING10"])
    quote = desk.quote(_book(evolve(TEN, target=Target(("A", "B")))), cart)
    assert [str(line.discount.amount) for line in quote.lines] == ["2.50", "0", "0"]


def test_goods_that_the_coupon_is_not_for_are_told_as_that(desk: Any) -> None:
    """Nothing eligible is worth 0.00, which a minimum of 0.00 would allow: the sentence names goods, no amount."""
    quote = desk.quote(_book(evolve(TEN, target=Target(("A",)))), desk.cart(CartLine("D", 1), codes=["SPRING10"]))
    (refused,) = quote.not_applied
    assert refused.reason.code == "coupon.minimum_not_met"
    assert refused.reason.param("accepted") == "goods that the coupon is for, and that take coupons"


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ({"valid_from": date(2026, 1, 16)}, "from 2026-01-16 on"),
        ({"valid_until": date(2026, 1, 14)}, "until 2026-01-14"),
        ({"valid_from": date(2026, 1, 1), "valid_until": date(2026, 1, 14)}, "2026-01-01 to 2026-01-14"),
    ],
)
def test_a_window_is_told_in_words(desk: Any, window: dict[str, Any], said: str) -> None:
    quote = desk.quote(_book(evolve(TEN, **window)), desk.cart(CartLine("A", 1), codes=["SPRING10"]))
    assert quote.not_applied[0].reason.param("accepted") == said


CASES: list[tuple[dict[str, Any], str]] = [
    ({"state": CouponState.DRAFT}, "coupon.not_active"),
    ({"state": CouponState.VOIDED}, "coupon.voided"),
    ({"valid_until": date(2026, 1, 14)}, "coupon.outside_dates"),
    ({"valid_from": date(2026, 1, 16)}, "coupon.outside_dates"),
    ({"origins": ("mail",)}, "coupon.wrong_origin"),
    ({"customers": ("C2",)}, "coupon.customer_not_listed"),
    ({"one_time": True}, "coupon.already_redeemed"),
    ({"limit": 5}, "coupon.limit_reached"),
    ({"limit": 0}, "coupon.limit_reached"),
    ({"limit_per_code": 3}, "coupon.limit_reached"),
    ({"limit_per_customer": 2}, "coupon.limit_reached"),
    ({"limit": 6, "limit_per_code": 4, "limit_per_customer": 3}, ""),
    ({"valid_from": date(2026, 1, 15), "valid_until": date(2026, 1, 15)}, ""),
    ({"origins": ("phone", "mail"), "customers": ("C1",)}, "coupon.wrong_origin"),
    ({"state": CouponState.VOIDED, "limit": 0}, "coupon.voided"),
]


@pytest.mark.parametrize(("changes", "code"), CASES)
def test_the_first_reason_against_a_code_is_stable(desk: Any, changes: dict[str, Any], code: str) -> None:
    """The code was used 3 times, by this customer twice, the coupon 5 times in all."""
    usage = CouponUsage(
        (UsageCount("ten", 5), UsageCount("ten", 3, code="spring 10"), UsageCount("ten", 2, customer="C1"))
    )
    cart = desk.cart(CartLine("A", 4), codes=["SPRING10"])
    quote = desk.quote(_book(evolve(TEN, **changes)), cart, desk.facts(others=[usage]))
    assert _refused(quote) == ({"SPRING10": code} if code else {})
    assert quote.discount == _eur(0 if code else 10)


WIDE = "".join(chr(ord(each) + 0xFEE0) for each in "SPRING10")


@pytest.mark.parametrize(
    "typed", ["spring10", " SPRING 10 ", "Spring\u00a010", "spr\u00ading10\u200b", "\ufeff" + WIDE]
)
def test_a_code_is_read_however_it_is_typed_or_pasted(desk: Any, typed: str) -> None:
    """Blanks, case, wide letters, and marks that nobody sees, such as a soft hyphen or a zero-width space."""
    assert desk.quote(_book(TEN), desk.cart(CartLine("A", 4), codes=[typed])).discount == _eur(10)


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\ufe63")
def test_a_hyphen_is_one_however_a_word_processor_writes_it(desk: Any, dash: str) -> None:
    printed = evolve(TEN, codes=("SPRING\u201310",))
    for book in (_book(evolve(TEN, codes=("SPRING-10",))), _book(printed)):
        assert desk.quote(book, desk.cart(CartLine("A", 4), codes=[f"spring{dash}10"])).discount == _eur(10)


@given(st.text(st.characters(categories=("L", "N", "P", "Z", "Cf")), max_size=8))
def test_what_is_compared_is_compared_as_itself(typed: str) -> None:
    """Comparing once more changes nothing, and the case in which somebody types does not matter."""
    compared = normalised(typed)
    assert normalised(compared) == compared
    assert normalised(typed.upper()) == normalised(typed.casefold()) == compared


@pytest.mark.parametrize("typed", ["\u0390", "\u0130", "\u1e9e", "\u1fb3"])
def test_letters_with_more_than_two_cases_are_compared_too(typed: str) -> None:
    assert normalised(typed.lower()) == normalised(typed) == normalised(normalised(typed))


def test_a_limit_per_code_leaves_the_other_codes_free(desk: Any) -> None:
    coupon = Coupon("batch", ("A", "B"), tiers=TEN.tiers, limit_per_code=1)
    facts = desk.facts(others=[CouponUsage((UsageCount("batch", 1, code="A"),))])
    quote = desk.quote(_book(coupon), desk.cart(CartLine("A", 1), codes=["A", "B"]), facts)
    assert _refused(quote) == {"A": "coupon.limit_reached"}
    assert quote.discount == _eur("2.50")


def test_a_coupon_that_needs_order_completion_is_refused_without(desk: Any) -> None:
    book = evolve(_book(evolve(TEN, needs_order_completion=True)), order_completion=False)
    quote = desk.quote(book, desk.cart(CartLine("A", 1), codes=["SPRING10"]))
    assert _refused(quote) == {"SPRING10": "coupon.requires_order_completion"}


def test_an_exclusive_coupon_stands_beside_no_other_and_no_offer(desk: Any) -> None:
    alone = Coupon("alone", ("ALONE",), tiers=(_tier(0, 5),), exclusive=True)
    cart = desk.cart(CartLine("A", 4), codes=["ALONE", "SPRING10"])
    assert _refused(desk.quote(_book(TEN, alone), cart)) == {"SPRING10": "coupon.exclusive_conflict"}
    turned = evolve(cart, codes=("SPRING10", "ALONE"))
    assert _refused(desk.quote(_book(TEN, alone), turned)) == {"ALONE": "coupon.exclusive_conflict"}
    beside = _book(alone, offers=(Offer("o", PercentOff(1)),))
    assert _refused(desk.quote(beside, evolve(cart, codes=("ALONE",)))) == {"ALONE": "coupon.exclusive_conflict"}


def test_a_code_releases_an_offer_with_all_its_conditions(desk: Any) -> None:
    offer = Offer("o", PercentOff(20), trigger=OfferTrigger.CODE, target=Target(("A",)))
    book = _book(Coupon("c", ("GO",), offer="o"), offers=(offer,))
    quote = desk.quote(book, desk.cart(CartLine("A", 1), CartLine("C", 1), codes=["go"]))
    (discount,) = quote.lines[0].discounts
    assert (discount.offer, discount.amount, discount.code) == ("o", _eur(5), "GO")
    assert desk.quote(book, desk.cart(CartLine("A", 1))).discount == _eur(0)
    in_vain = desk.quote(book, desk.cart(CartLine("C", 1), codes=["go"]))
    assert _refused(in_vain) == {"GO": "pricing.offer_no_line"}


def test_two_codes_do_not_release_one_offer_twice(desk: Any) -> None:
    offer = Offer("o", PercentOff(20), trigger=OfferTrigger.CODE)
    book = _book(Coupon("c", ("GO",), offer="o"), Coupon("d", ("RUN",), offer="o"), offers=(offer,))
    quote = desk.quote(book, desk.cart(CartLine("A", 1), codes=["run", "go"]))
    assert [each.code for each in quote.lines[0].discounts] == ["RUN"]
    assert _refused(quote) == {"GO": "coupon.exclusive_conflict"}


def test_what_a_coupon_releases_is_checked_when_the_book_is_compiled() -> None:
    coupon = Coupon("c", ("GO",), offer="o")
    coded = Offer("o", PercentOff(20), trigger=OfferTrigger.CODE)
    for book in (
        _book(coupon),
        _book(coupon, offers=(evolve(coded, trigger=OfferTrigger.AUTOMATIC),)),
        _book(evolve(coupon, exclusive=True), offers=(coded,)),
    ):
        with pytest.raises(InvalidValue) as refused:
            compile_book(book)
        assert refused.value.problem.code == "pricing.coupon_offer"
    compile_book(_book(evolve(coupon, exclusive=True), offers=(evolve(coded, exclusive=Exclusivity.CART),)))


def test_no_code_and_no_id_stands_in_a_book_twice() -> None:
    for book in (_book(TEN, evolve(TEN, id="other", codes=(" spring 10",))), _book(TEN, TEN)):
        with pytest.raises(InvalidValue) as refused:
            compile_book(book)
        assert refused.value.problem.code == "pricing.given_twice"


@pytest.mark.parametrize(
    "arguments",
    [
        {"codes": (" ",)},
        {"offer": "o"},
        {"tiers": ()},
        {"tiers": (_tier(5, 1), _tier(5, 2))},
        {"limit": -1},
        {"limit_per_code": -1},
        {"limit_per_customer": -1},
        {"limit_per_channel": -1},
        {"limit_per_offer": -1, "offer": "o", "tiers": ()},
        {"valid_from": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_a_coupon_that_contradicts_itself_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        evolve(TEN, **arguments)
    for value, kind in ((0, CouponValue.FIXED), (101, CouponValue.PERCENT)):
        with pytest.raises(InvalidValue):
            _tier(0, value, kind)


@given(st.lists(st.sampled_from(("SPRING10", "spring10", " Spring 10 ", "NOPE", "nope", "OLD")), max_size=6))
def test_every_code_is_refused_at_most_once_however_it_is_typed(desk: Any, typed: list[str]) -> None:
    """Property 36."""
    old = Coupon("old", ("OLD",), tiers=TEN.tiers, state=CouponState.VOIDED)
    quote = desk.quote(_book(TEN, old), desk.cart(CartLine("A", 4), codes=typed))
    seen = {normalised(code) for code in typed}
    reasons = {"NOPE": "coupon.unknown", "OLD": "coupon.voided"}
    expected = {code: reason for code, reason in reasons.items() if code in seen}
    if [normalised(code) for code in typed].count("SPRING10") > 1:
        expected["SPRING10"] = "pricing.code_typed_before"
    assert _refused(quote) == expected
    assert len(quote.not_applied) == len(expected)
    assert quote.discount == _eur(10 if "SPRING10" in seen else 0)


@given(
    quantities=st.lists(st.integers(1, 9), min_size=1, max_size=5), value=st.integers(1, 99999), percent=st.booleans()
)
def test_a_coupon_takes_its_amount_to_the_cent_and_nothing_below_zero(
    desk: Any, quantities: list[int], value: int, percent: bool
) -> None:
    """Properties 1 and 4; the percentage is rounded once for all lines, half up."""
    share = Decimal(value % 101) if percent else Decimal(value) / 100
    tiers = (_tier(0, str(share), CouponValue.PERCENT if percent else CouponValue.FIXED),) if share else TEN.tiers
    quote = desk.quote(
        _book(evolve(TEN, tiers=tiers)), desk.cart(*(CartLine("C", n) for n in quantities), codes=["SPRING10"])
    )
    goods = 99999 * sum(quantities)
    percents = (int(share) or 10) if percent else 0
    expected = (goods * percents * 2 + 100) // 200 if percent else min(value, goods)
    assert quote.discount.to_minor() == expected
    assert all(line.net.amount >= 0 for line in quote.lines)


def test_a_coupon_of_a_price_book_has_a_code() -> None:
    """The codes of campaigns lie in the store; those of a book stand in it."""
    with pytest.raises(InvalidValue) as refused:
        compile_book(_book(evolve(TEN, codes=())))
    assert refused.value.problem.path == "coupons.ten.codes"
