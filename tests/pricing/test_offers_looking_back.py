"""Which offers need to know what orders did before: found by what a cart has, in a book compiled or changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from servicecore import pricing
from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    Cart,
    CartLine,
    CompiledBook,
    Coupon,
    HasFlag,
    InChannel,
    NthOrder,
    Offer,
    OfferLimits,
    OfferTrigger,
    PercentOff,
    Target,
    compile_book,
)
from servicecore.pricing.change_book import with_offer, without_offer
from servicecore.pricing.offers_looking_back import offers_looking_back

DAY = date(2026, 3, 2).toordinal()
TENTH = PercentOff(Decimal(10))
LIMITED = OfferLimits(total=5)
TEA = Item("tea", "Tea", base_price=Money("4.50", "EUR"), categories=("food",))
POT = Item("pot", "Pot", base_price=Money("20.00", "EUR"))


def compiled(*offers: Offer, coupons: tuple[Coupon, ...] = ()) -> CompiledBook:
    return compile_book(pricing.PriceBook(id="b", version="1", items=(TEA, POT), offers=offers, coupons=coupons))


def found(book: CompiledBook, *items: str, day: int = DAY, **more: object) -> list[str]:
    cart = Cart("C-1", "EUR", tuple(CartLine(each, Decimal(1)) for each in items), **more)  # type: ignore[arg-type]
    return [each.id for each in offers_looking_back(book, cart, day)]


def test_a_book_without_limits_and_history_files_nothing() -> None:
    book = compiled(Offer("A", TENTH), Offer("B", TENTH, limits=OfferLimits(per_basket=1)))
    assert book.offers.looking_back is None
    assert found(book, "tea") == []


def test_offers_with_limits_and_those_that_ask_for_the_customer_are_found_by_what_the_cart_has() -> None:
    book = compiled(
        Offer("by-item", TENTH, target=Target(items=("tea",)), limits=LIMITED),
        Offer("by-category", TENTH, target=Target(categories=("food",)), limits=LIMITED),
        Offer("by-channel", TENTH, conditions=(InChannel("web"), NthOrder(1))),
        Offer("flag", TENTH, target=Target(items=("pot",)), conditions=(HasFlag("staff"),)),
        Offer("unlimited", TENTH),
        Offer("over", TENTH, limits=LIMITED, valid_until=date(2026, 3, 1)),
    )
    assert found(book, "tea") == ["by-category", "by-item"]
    assert found(book, "pot", channel="web") == ["by-channel", "flag"]
    assert found(book, "unknown") == []
    assert found(book, "pot", day=DAY - 1) == ["flag", "over"]


def test_offers_that_are_named_or_released_by_a_code_are_found_too() -> None:
    direct = Offer("direct", TENTH, trigger=OfferTrigger.DIRECT, limits=LIMITED)
    coded = Offer("coded", TENTH, trigger=OfferTrigger.CODE, limits=LIMITED)
    own = Offer("own", TENTH, trigger=OfferTrigger.CODE, codes=(pricing.OfferCode("OWN"),), limits=LIMITED)
    only = pricing.OfferCode("ONLY", uses_total=1)
    code = Offer("code", TENTH, trigger=OfferTrigger.CODE, codes=(only, pricing.OfferCode("ALL")))
    book = compiled(direct, coded, own, code, coupons=(Coupon("MAY", codes=("MAY10",), offer="coded"),))
    assert found(book, "tea") == []
    assert found(book, "tea", offers=("direct", "gone")) == ["direct"]
    assert found(book, "tea", codes=("may 10", "OWN", "nothing")) == ["coded", "own"]
    assert found(book, "tea", codes=("only",)) == ["code"]
    assert [(each.offer, each.key) for each in book.offers.limited_codes(("only", "ALL", "own", " On ly"))] == [
        ("code", "ONLY")
    ]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(("none", "limit", "order", "gone"))), max_size=12))
def test_a_changed_book_finds_what_the_book_compiled_afresh_finds(changes: list[tuple[str, str]]) -> None:
    book = compiled()
    offers: dict[str, Offer] = {}
    for name, kind in changes:
        if kind == "gone":
            offers.pop(name, None)
            book = without_offer(book, name, "1")
            continue
        conditions = (NthOrder(1),) if kind == "order" else ()
        limits = LIMITED if kind == "limit" else OfferLimits()
        offers[name] = Offer(name, TENTH, target=Target(items=("tea",)), conditions=conditions, limits=limits)
        book = with_offer(book, offers[name], "1")
    expected = sorted(name for name, each in offers.items() if each.conditions or each.limits.counted)
    assert found(book, "tea") == found(compiled(*offers.values()), "tea") == expected
    assert found(book, "pot") == []
