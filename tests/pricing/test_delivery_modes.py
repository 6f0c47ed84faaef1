from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import CartLine, DeliveryMode, PriceBook, compile_book

ITEMS = tuple(
    Item(name, name, categories=(group,), base_price=Money(Decimal(1), "EUR"))
    for name, group in (("pen", "office"), ("gas", "danger"))
)
MODES = (
    DeliveryMode("GROUND", excluded_places=("US-HI", "US-AK"), excluded_products="danger"),
    DeliveryMode("AIR", channels="phone", products=("office",)),
    DeliveryMode("POST", places=("IT", "US-HI")),
)
BOOK = PriceBook("b", "1", items=ITEMS, delivery_modes=MODES)


def _codes(desk: Any, *lines: tuple[str, str], mode: str = "", place: str = "US-HI", channel: str = "phone") -> Any:
    country, _dash, region = place.partition("-")
    cart = desk.cart(
        *(CartLine(item, 1, delivery_mode=own) for item, own in lines),
        delivery_mode=mode,
        ship_to_country=country,
        ship_to_region=region,
        channel=channel,
    )
    return desk.codes(BOOK, cart)


def test_each_line_is_checked_by_its_own_mode_or_the_carts(desk: Any) -> None:
    """Vector delivery-mode-resolution: GROUND does not reach Hawaii, line 2 flies."""
    found = _codes(desk, ("pen", ""), ("pen", "AIR"), mode="GROUND")
    assert found == [("delivery.mode_not_allowed_for_address", "lines[0].delivery_mode")]


@pytest.mark.parametrize(
    ("item", "mode", "place", "channel", "code"),
    [
        ("gas", "GROUND", "US-NY", "phone", "delivery.mode_not_allowed_for_product"),
        ("gas", "AIR", "US-NY", "phone", "delivery.mode_not_allowed_for_product"),
        ("pen", "AIR", "US-NY", "web", "delivery.mode_not_allowed_for_channel"),
        ("pen", "AIR", "US-NY", "", "delivery.mode_not_allowed_for_channel"),
        ("pen", "POST", "FR", "phone", "delivery.mode_not_allowed_for_address"),
        ("pen", "POST", "", "phone", "delivery.mode_not_allowed_for_address"),
        ("pen", "PIGEON", "IT", "phone", "delivery.unknown_mode"),
    ],
)
def test_a_mode_that_is_not_for_it_is_refused_and_never_replaced(
    desk: Any, item: str, mode: str, place: str, channel: str, code: str
) -> None:
    assert _codes(desk, (item, mode), place=place, channel=channel) == [(code, "lines[0].delivery_mode")]


def test_a_mode_that_is_for_it_or_none_at_all_is_fine(desk: Any) -> None:
    for mode, place in (("GROUND", "US-NY"), ("AIR", "US-HI"), ("POST", "US-HI"), ("POST", "IT"), ("", "FR")):
        country, _dash, region = place.partition("-")
        cart = desk.cart(
            CartLine("pen", 1), delivery_mode=mode, channel="phone", ship_to_country=country, ship_to_region=region
        )
        assert desk.quote(BOOK, cart).subtotal == Money(Decimal(1), "EUR")


def test_a_code_stands_in_the_book_once() -> None:
    with pytest.raises(InvalidValue) as refused:
        compile_book(PriceBook("b", "1", delivery_modes=(MODES[0], MODES[0])))
    assert refused.value.problem.code == "pricing.given_twice"
