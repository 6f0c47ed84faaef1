"""A changed book quotes as the same book compiled afresh, and shares what the change does not touch."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    AmountOff,
    Cart,
    CartLine,
    Combination,
    CompiledBook,
    Coupon,
    DraftQuote,
    Exclusivity,
    InChannel,
    InCustomerGroup,
    Offer,
    OfferOrder,
    OfferTrigger,
    PercentOff,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
    SetPrice,
    Target,
    compile_book,
    finish_quote,
    price_cart,
    with_offer,
    with_price_row,
    without_offer,
)
from servicecore.pricing.overlay import Overlay


def _money(cents: int) -> Money:
    return Money(Decimal(cents) / 100, "EUR")


_items = st.sampled_from(["A", "B", "C"])
_cents = st.integers(1, 5000).map(_money)
_names = st.sampled_from([f"o{n}" for n in range(5)])
_benefits = st.one_of(
    st.integers(1, 99).map(PercentOff),
    _cents.map(AmountOff),
    _cents.map(SetPrice),
    _cents.map(lambda amount: AmountOff(amount, on_order=True)),
)
_conditions = st.sampled_from([(), (InChannel(("web",)),), (InCustomerGroup(("gold",)), InChannel(("web", "shop")))])
_targets = st.sampled_from([Target(), Target(("A",)), Target(("A", "B")), Target(categories=("X",))])
_offers = st.builds(
    Offer,
    id=_names,
    benefits=_benefits,
    target=_targets,
    conditions=_conditions,
    trigger=st.sampled_from([OfferTrigger.AUTOMATIC, OfferTrigger.AUTOMATIC, OfferTrigger.DIRECT]),
    priority=st.integers(0, 2),
    exclusive=st.sampled_from(list(Exclusivity)),
)
_rows = st.builds(
    PriceRow,
    item=st.sampled_from(["A", "B", "C", ""]),
    amount=_cents,
    category=st.sampled_from(["", "", "X"]),
    min_quantity=st.sampled_from([0, 2, 5]),
    customer=st.sampled_from(["", "", "C1"]),
    channel=st.sampled_from(["", "web"]),
    valid_from=st.sampled_from([None, date(2026, 1, 1), date(2026, 2, 1)]),
)
_ITEMS = tuple(Item(name, f"Thing {name}", categories=("X",) if name != "C" else ()) for name in "ABC")


@st.composite
def _books(draw: st.DrawFn) -> PriceBook:
    lists = tuple(
        PriceList(f"L{place}", tuple(draw(st.lists(_rows, max_size=6))), type_, mode=draw(st.sampled_from(PriceMode)))
        for place, type_ in enumerate(
            (PriceListType.BASE, PriceListType.SALE, PriceListType.OVERRIDE, PriceListType.FALLBACK)
        )
    )
    offers = draw(st.lists(_offers, max_size=5, unique_by=lambda offer: offer.id))
    return PriceBook("b", "1", _ITEMS, lists, offers=tuple(offers))


def _quoted(desk: Any, compiled: CompiledBook) -> list[object]:
    lines = (CartLine("A", 1), CartLine("B", 3), CartLine("C", 7), CartLine("A", 5))
    carts = [
        Cart("C1", "EUR", lines, channel="web", customer_groups=("gold",)),
        Cart("C2", "EUR", lines[1:], channel="shop"),
    ]
    outcomes: list[object] = []
    for cart in carts:
        draft = price_cart(compiled, cart, desk.facts(), "Q")
        outcomes.append(draft if isinstance(draft, Refusal) else finish_quote(draft, desk.tax(draft)))
    return outcomes


@settings(max_examples=60, deadline=None)
@given(book=_books(), order=st.sampled_from(OfferOrder), data=st.data())
def test_any_chain_of_changes_quotes_as_the_book_compiled_afresh(
    desk: Any, book: PriceBook, order: OfferOrder, data: st.DataObject
) -> None:
    compiled = compile_book(evolve(book, combination=Combination(order=order)))
    row = {offer.id: offer for offer in book.offers}
    for version in map(str, range(2, 2 + data.draw(st.integers(1, 5)))):
        kind = data.draw(st.sampled_from(["offer", "no offer", "row"]))
        if kind == "offer":
            offer = data.draw(_offers)
            row[offer.id] = offer
            compiled = with_offer(compiled, offer, version)
        elif kind == "no offer":
            name = data.draw(_names)
            row.pop(name, None)
            compiled = without_offer(compiled, name, version)
        else:
            prices = data.draw(st.sampled_from(compiled.book.lists))
            old = data.draw(st.sampled_from([None, *prices.rows]))
            compiled = with_price_row(compiled, prices.id, data.draw(_rows), version, instead_of=old)
        assert compiled.book.offers == tuple(row.values())
        assert _quoted(desk, compiled) == _quoted(desk, compile_book(compiled.book))


BOOK = PriceBook(
    "b",
    "1",
    _ITEMS,
    (
        PriceList("list", (PriceRow("A", _money(1000)), PriceRow("B", _money(2000))), PriceListType.BASE),
        PriceList("deal", (PriceRow("B", _money(1500)),), PriceListType.SALE),
    ),
    offers=(Offer("a", PercentOff(10), target=Target(("A",))), Offer("b", PercentOff(5), target=Target(("B",)))),
    coupons=(Coupon("K", ("CODE",), offer="coded"),),
)
CODED = Offer("coded", PercentOff(10), trigger=OfferTrigger.CODE)


def test_a_change_of_an_offer_touches_neither_items_nor_prices_nor_other_offers() -> None:
    compiled = compile_book(evolve(BOOK, offers=(*BOOK.offers, CODED)))
    changed = with_offer(compiled, Offer("a", PercentOff(20), target=Target(("A",))), "2")
    assert changed.version == "b@2"
    assert changed.book.offers[0].benefits == (PercentOff(20),)
    for name in ("items", "prices", "costs", "coupons", "charges", "units", "rounding"):
        assert getattr(changed, name) is getattr(compiled, name), name
    before, after = compiled.offers.index.by_term["item"], changed.offers.index.by_term["item"]
    assert after["B"] is before["B"]
    assert after["A"] == (changed.book.offers[0],)


def test_a_changed_book_is_the_book_with_the_change_and_nothing_else_whenever_it_is_read() -> None:
    book = evolve(BOOK, offers=(*BOOK.offers, CODED), zone="Europe/Rome", order_completion=False)
    offer = Offer("a", PercentOff(20), target=Target(("A",)))
    wanted = evolve(book, version="2", offers=(offer, BOOK.offers[1], CODED))
    changed = with_offer(compile_book(book), offer, "2").book
    assert pickle.loads(pickle.dumps(changed)) == changed == wanted  # noqa: S301 - of this test
    assert changed.offers is changed.offers
    assert evolve(with_offer(compile_book(book), offer, "2").book, version="3") == evolve(wanted, version="3")


def test_a_change_does_not_go_through_the_offers_until_the_book_is_read(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_through: list[object] = []
    all_of = Overlay.__iter__

    def counted(overlay: Overlay[Any, Any]) -> Iterator[Any]:
        gone_through.append(overlay)
        return all_of(overlay)

    monkeypatch.setattr(Overlay, "__iter__", counted)
    changed = compile_book(evolve(BOOK, offers=(*BOOK.offers, CODED)))
    changed = with_offer(changed, Offer("c", PercentOff(20), target=Target(("A",))), "2")
    changed = with_offer(changed, Offer("a", PercentOff(20), target=Target(("A",))), "3")
    changed = with_price_row(without_offer(changed, "b", "4"), "list", PriceRow("A", _money(900)), "5")
    draft = price_cart(changed, Cart("C1", "EUR", (CartLine("A", 1), CartLine("B", 3))), desk.facts(), "Q")
    assert isinstance(draft, DraftQuote)
    assert gone_through == []
    assert [each.id for each in changed.book.offers] == ["a", "coded", "c"]
    assert len(gone_through) == 1


def test_a_change_of_a_row_touches_no_other_list_and_no_other_item() -> None:
    compiled = compile_book(evolve(BOOK, offers=(*BOOK.offers, CODED)))
    old = BOOK.lists[0].rows[0]
    changed = with_price_row(compiled, "list", PriceRow("A", _money(900)), "2", instead_of=old)
    assert [row.amount for row in changed.book.lists[0].rows] == [_money(900), _money(2000)]
    assert changed.offers is compiled.offers
    assert changed.prices.sale is compiled.prices.sale
    assert changed.prices.base[0].rows["B", "EUR", ""] is compiled.prices.base[0].rows["B", "EUR", ""]


def test_a_row_in_a_new_currency_can_be_quoted(desk: Any) -> None:
    compiled = compile_book(evolve(BOOK, offers=(*BOOK.offers, CODED)))
    changed = with_price_row(compiled, "list", PriceRow("A", Money(Decimal(1200), "JPY")), "2")
    draft = price_cart(changed, Cart("C1", "JPY", (CartLine("A", 2),)), desk.facts(), "Q")
    assert not isinstance(draft, Refusal)
    assert draft.subtotal == Money(Decimal(2160), "JPY")


def test_a_row_that_its_list_cannot_have_is_refused_with_its_place() -> None:
    compiled = compile_book(evolve(BOOK, offers=(*BOOK.offers, CODED)))
    formula = PriceRow("A", currency="EUR", formula=PriceFormula(multiplier=Decimal("0.9")))
    with pytest.raises(InvalidValue, match=r"rows\[2\]\.formula: a list of type base has a formula on the list price"):
        with_price_row(compiled, "list", formula, "2")
    with pytest.raises(InvalidValue, match="row: ") as refused:
        with_price_row(compiled, "list", _money(900), "2")  # type: ignore[arg-type]
    assert refused.value.problem.code == "value.wrong_type"


def test_a_list_or_row_that_is_not_there_is_refused_with_what_is() -> None:
    compiled = compile_book(evolve(BOOK, offers=(*BOOK.offers, CODED)))
    row = PriceRow("A", _money(900))
    with pytest.raises(InvalidValue, match="list: there is no price list other; accepted: list, deal"):
        with_price_row(compiled, "other", row, "2")
    with pytest.raises(InvalidValue, match="accepted: a row of the list deal") as refused:
        with_price_row(compiled, "deal", row, "2", instead_of=BOOK.lists[0].rows[0])
    assert refused.value.problem.code == "pricing.unknown_row"


def test_an_offer_that_a_coupon_releases_stays_one_for_codes() -> None:
    compiled = compile_book(evolve(BOOK, offers=(*BOOK.offers, CODED)))
    changed = with_offer(compiled, evolve(CODED, benefits=PercentOff(50)), "2")
    assert changed.offers.by_id["coded"].benefits == (PercentOff(50),)
    with pytest.raises(InvalidValue) as refused:
        with_offer(compiled, evolve(CODED, trigger=OfferTrigger.AUTOMATIC), "2")
    assert refused.value.problem.code == "pricing.coupon_offer"
    with pytest.raises(InvalidValue) as refused:
        without_offer(compiled, "coded", "2")
    assert refused.value.problem.code == "pricing.coupon_offer"


def test_taking_away_an_offer_that_is_not_there_changes_nothing() -> None:
    compiled = compile_book(evolve(BOOK, offers=(*BOOK.offers, CODED)))
    assert without_offer(compiled, "nobody", "2") is compiled
