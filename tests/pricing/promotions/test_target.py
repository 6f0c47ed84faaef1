"""Targets by unit of measure: an offer for boxes is for lines in boxes, and nothing is converted (CC 7.2)."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.quantity import Conversion
from servicecore.pricing import CartLine, Offer, OfferLimits, PercentOff, PriceBook, Target

BOOK = PriceBook(
    "b",
    "1",
    items=(Item("TEA", "Tea", base_price=Money("1.00", "EUR")),),
    conversions=(Conversion("box", "each", 10, 1),),
)


@pytest.mark.parametrize("limits", [OfferLimits(), OfferLimits(per_basket=5)])
def test_an_offer_for_boxes_leaves_single_units_alone(desk: Any, limits: OfferLimits) -> None:
    """One box is 10.00 less a tenth; ten single units are as much tea, and keep their price."""
    offer = Offer("BOX", PercentOff(10), target=Target(units=("box",)), limits=limits)
    book = PriceBook("b", "2", BOOK.items, offers=(offer,), conversions=BOOK.conversions)
    quote = desk.quote(book, desk.cart(CartLine("TEA", 1, "box"), CartLine("TEA", 10)))
    assert [str(line.net.amount) for line in quote.lines] == ["9.00", "10.00"]
    (alone,) = desk.quote(book, desk.cart(CartLine("TEA", 10))).not_applied
    assert (alone.rule, alone.reason.code) == ("BOX", "pricing.offer_no_line")
    assert "in box" in alone.reason.text()


def test_items_and_units_have_to_fit_both() -> None:
    target = Target(items=("TEA",), units=("box",))
    assert str(target) == "item TEA; in box"
    assert target.only_item == ""
