"""Gift cards on an order: one a line, at the list price, each with what is known of it (CC 12.7)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore.billing import GiftCardRecipient
from servicecore.kernel.money import Money
from servicecore.orders import GiftCardSale, LineQuantity, OrderPolicy, VoidedGiftCards, gift_card_source
from servicecore.orders.gift_card_sales import check_sales, check_voided
from servicecore.pricing.quote import Quote

POLICY = OrderPolicy(gift_card_items=("ITEM-2",))
SALE = GiftCardSale(2, GiftCardRecipient("Anna"))


def codes(quote: Quote, *sales: GiftCardSale) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in check_sales(quote, sales, POLICY)]


def changed(quote: Quote, **fields: Any) -> Quote:
    return evolve(quote, lines=(quote.lines[0], evolve(quote.lines[1], **fields)))


@pytest.fixture
def quote(make_quote: Callable[..., Quote]) -> Quote:
    return make_quote(("1", "10.00", "0.00"), ("1", "50.00", "0.00"))


def test_a_line_with_its_sale_is_fine_and_so_is_an_order_without_gift_cards(quote: Quote) -> None:
    assert codes(quote, SALE) == []
    assert check_sales(quote, (), OrderPolicy()) == ()


def test_a_gift_card_that_nobody_says_anything_of_is_refused(quote: Quote) -> None:
    assert codes(quote) == [("gift_card.sale_missing", "gift_cards")]


def test_a_sale_of_another_line_or_of_the_same_line_twice_is_refused(quote: Quote) -> None:
    assert codes(quote, SALE, GiftCardSale(1)) == [("gift_card.no_card_line", "gift_cards[1].line")]
    assert codes(quote, SALE, GiftCardSale(7)) == [("gift_card.no_card_line", "gift_cards[1].line")]
    assert codes(quote, SALE, SALE) == [("gift_card.no_card_line", "gift_cards[1].line")]


def test_two_cards_take_two_lines(quote: Quote) -> None:
    two = changed(quote, quantity=Decimal(2))
    assert codes(two, SALE) == [("gift_card.one_per_line", "quote.lines[2].quantity")]


@pytest.mark.parametrize(
    "fields",
    [
        {"overridden": True},
        {"net": Money("49.99", "EUR")},
        {"list_price": Money("0", "EUR"), "net": Money("0", "EUR")},
        {"list_price": Money("50.001", "EUR"), "net": Money("50.001", "EUR")},
    ],
)
def test_money_is_not_sold_below_or_above_its_value(quote: Quote, fields: dict[str, Any]) -> None:
    assert codes(changed(quote, **fields), SALE) == [("gift_card.price_fixed", "quote.lines[2]")]


def test_a_card_that_could_be_spent_does_not_come_back() -> None:
    lines = (LineQuantity(1, Decimal(1)), LineQuantity(2, Decimal(1)))
    (problem,) = check_voided((SALE,), lines, VoidedGiftCards(frozenset()))
    assert (problem.code, problem.path) == ("gift_card.not_voided", "lines[1]")
    assert check_voided((SALE,), lines, VoidedGiftCards(frozenset({2}))) == ()


def test_every_line_has_a_key_of_its_own() -> None:
    assert gift_card_source("order-1", 2) == "order-1/line/2"
