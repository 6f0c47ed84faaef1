from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AmountOff,
    CartLine,
    InChannel,
    InCustomerGroup,
    IsCustomer,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    Target,
)

ITEM = Item("A", "Thing", base_price=Money(Decimal(10), "EUR"))
BOOK = PriceBook("b", "1", items=(ITEM,), offers=(Offer("own", PercentOff(5), target=Target(("A",))),))


def _strangers(count: int) -> list[Offer]:
    """Offers that cannot touch the cart: other items, channels, groups, customers, days, codes, currencies."""
    kinds = (
        {"target": Target(("X", "Y"))},
        {"target": Target(categories=("none",))},
        {"conditions": (InChannel(("moon",)),)},
        {"conditions": (InCustomerGroup(("nobody",)), InChannel(("moon",)))},
        {"conditions": (IsCustomer(("C0",)),)},
        {"target": Target(("A",)), "valid_until": date(2026, 1, 14)},
        {"target": Target(("A",)), "valid_from": date(2026, 1, 16)},
        {"trigger": OfferTrigger.CODE},
        {"trigger": OfferTrigger.DIRECT},
        {"benefits": AmountOff(Money(Decimal(1), "USD"))},
    )
    made: list[Any] = [{"benefits": PercentOff(50), **kinds[n % len(kinds)]} for n in range(count)]
    return [Offer(id=f"other-{n}", **arguments) for n, arguments in enumerate(made)]


def test_candidates_do_not_grow_with_the_offers_that_exist(desk: Any) -> None:
    """Property 44, by counter."""
    for count in (0, 10, 1000):
        book = evolve(BOOK, offers=(*BOOK.offers, *_strangers(count)))
        assert desk.draft(book, desk.cart(CartLine("A", 1))).work.offers_tested == 1


def test_an_offer_is_filed_under_the_condition_that_fewest_share(desk: Any) -> None:
    """All name the channel web; each names an item of its own, so a cart on the web tests one of them."""
    web = (InChannel(("web",)),)
    offers = [Offer(f"o{n}", PercentOff(5), target=Target((f"I{n}",)), conditions=web) for n in range(50)]
    items = tuple(Item(f"I{n}", "Thing", base_price=ITEM.base_price) for n in range(50))
    book = PriceBook("b", "1", items=items, offers=tuple(offers))
    assert desk.draft(book, desk.cart(CartLine("I7", 1), channel="web")).work.offers_tested == 1


@settings(max_examples=30)
@given(count=st.integers(0, 25), at=st.integers(0, 25))
def test_offers_that_cannot_match_change_nothing(desk: Any, count: int, at: int) -> None:
    """Properties 12 and 43: neither figures nor explanation, wherever they stand in the book."""
    strangers = _strangers(count)
    mixed = evolve(BOOK, offers=(*strangers[:at], *BOOK.offers, *strangers[at:]))
    cart = desk.cart(CartLine("A", 3))
    assert desk.quote(mixed, cart) == desk.quote(BOOK, cart)
