from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve

from servicecore.customers import Address
from servicecore.orders import ApplyHold, ChangeShipTo, ShipLines
from servicecore.pricing.quote import Quote

MILAN = Address("A. Rossi", "Via Roma 1", "Milano", "IT", "20121", "MI")
TURIN = Address("A. Rossi", "Via Po 2", "Torino", "IT", "10124", "TO")
VIENNA = Address("A. Rossi", "Graben 3", "Wien", "AT", "1010")


def test_what_was_not_sent_goes_to_the_new_address(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote()
    desk = make_desk()
    desk.place(evolve(quote, cart=evolve(quote.cart, ship_to_country="IT")))
    assert desk.do(ChangeShipTo("order-1", MILAN)).ship_to == MILAN
    before = len(desk.history)
    desk.do(ChangeShipTo("order-1", MILAN))
    assert len(desk.history) == before


def test_another_tax_area_needs_another_quote(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    quote = make_quote()
    desk = make_desk()
    desk.place(evolve(quote, cart=evolve(quote.cart, ship_to_country="IT", ship_to_region="MI")))
    assert desk.refused(ChangeShipTo("order-1", VIENNA)) == ("orders.other_tax_area",)
    assert desk.refused(ChangeShipTo("order-1", TURIN)) == ("orders.other_tax_area",)
    desk.do(ChangeShipTo("order-1", MILAN))


def test_after_the_last_unit_left_or_under_a_fraud_hold_it_is_too_late(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer()
    desk.do(ApplyHold("order-1", "fraud"), reason="suspicion")
    assert desk.refused(ChangeShipTo("order-1", MILAN)) == ("orders.on_hold",)
    sent = make_desk()
    sent.place(make_quote())
    sent.answer()
    sent.do(ShipLines("order-1"))
    assert sent.refused(ChangeShipTo("order-1", MILAN)) == ("orders.nothing_open",)
