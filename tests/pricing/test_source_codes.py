"""Source codes: prices of a catalogue's groups, its free products, and codes that do not count (A05, CC 5.3)."""

from __future__ import annotations

from datetime import date
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
    AmountOff,
    AutoCharge,
    CartLine,
    Catalogue,
    ChargeCategory,
    ChargeLevel,
    ChargeTier,
    Combination,
    ExchangePolicy,
    ExchangeSource,
    FreeProduct,
    InCustomerGroup,
    Not,
    Offer,
    OfferLimits,
    OfferTrigger,
    PercentOff,
    PriceBook,
    PriceList,
    PriceListType,
    PriceRow,
    Selection,
    SourceCode,
    compile_book,
    selectable_source_codes,
)
from servicecore.pricing.offers_looking_back import offers_looking_back
from servicecore.pricing.promotions.basket import Scope


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS = (
    Item("LAMP", "Lamp", base_price=_eur(20)),
    Item("PEN", "Pen", base_price=_eur(2)),
    Item("LEAFLET", "Leaflet"),
)
SPRING = Catalogue("SPRING", price_groups=("spring",), free_products=(FreeProduct("PEN", 2), FreeProduct("LEAFLET")))
WINTER = Catalogue("WINTER", price_groups=("winter",))
BOOK = PriceBook(
    "b",
    "1",
    items=ITEMS,
    lists=(
        PriceList(
            "mail",
            (PriceRow("LAMP", _eur(15), customer_group="spring"), PriceRow("LAMP", _eur(12), customer_group="winter")),
            PriceListType.SALE,
        ),
    ),
    catalogues=(SPRING, WINTER),
    source_codes=(
        SourceCode("SP-1", "SPRING", date(2026, 1, 1), date(2026, 3, 31)),
        SourceCode("WI-1", "WINTER"),
        SourceCode("OLD", "WINTER", valid_until=date(2026, 1, 14)),
    ),
)


def _lines(desk: Any, *lines: CartLine, book: PriceBook = BOOK, **cart: Any) -> list[tuple[str, str, str]]:
    quote = desk.quote(book, desk.cart(*lines, **cart))
    return [(line.item, str(line.quantity), str(line.net.amount)) for line in quote.lines]


def test_a_carts_source_code_gives_its_catalogues_prices_and_free_products(desk: Any) -> None:
    assert _lines(desk, CartLine("LAMP", 1)) == [("LAMP", "1", "20.00")]
    free = [("PEN", "2", "0.00"), ("LEAFLET", "1", "0.00")]
    assert _lines(desk, CartLine("LAMP", 1), source_code=" sp-1 ") == [("LAMP", "1", "15.00"), *free]


def test_a_line_may_carry_another_source_code(desk: Any) -> None:
    """Each catalogue's free products come once, however many lines carry its code."""
    lines = (CartLine("LAMP", 1), CartLine("LAMP", 1, source_code="SP-1"), CartLine("LAMP", 2, source_code="SP-1"))
    found = _lines(desk, *lines, source_code="WI-1")
    assert found[:3] == [("LAMP", "1", "12.00"), ("LAMP", "1", "15.00"), ("LAMP", "2", "30.00")]
    assert [item for item, _quantity, _net in found[3:]] == ["PEN", "LEAFLET"]


def test_a_free_product_shows_its_list_price_and_who_gives_it(desk: Any) -> None:
    pen = desk.quote(BOOK, desk.cart(CartLine("LAMP", 1, number=7), source_code="SP-1")).lines[1]
    assert (pen.number, pen.list_price, pen.net) == (8, _eur(2), _eur("0.00"))
    assert [step.delta for step in pen.explanation.steps] == [_eur(4), _eur(-4)]
    assert pen.explanation.steps[1].text() == "free with the catalogue SPRING"


def test_offers_for_the_catalogues_groups_count_and_leave_free_products_alone(desk: Any) -> None:
    """15.00 less 10 percent is 13.50; the pens stay at 0."""
    book = evolve(
        BOOK, offers=(Offer("TEN", PercentOff(10, on_order=True), conditions=(InCustomerGroup(("spring",)),)),)
    )
    assert _lines(desk, CartLine("LAMP", 1), book=book) == [("LAMP", "1", "20.00")]
    nets = [net for _item, _quantity, net in _lines(desk, CartLine("LAMP", 1), book=book, source_code="SP-1")]
    assert nets == ["13.50", "0.00", "0.00"]


def test_an_item_outside_the_catalogue_keeps_its_price(desk: Any) -> None:
    assert _lines(desk, CartLine("PEN", 1), source_code="WI-1") == [("PEN", "1", "2.00")]


def test_the_quote_keeps_the_cart_as_it_was_asked(desk: Any) -> None:
    cart = desk.cart(CartLine("LAMP", 1), source_code="SP-1")
    assert desk.quote(BOOK, cart).cart == cart


@pytest.mark.parametrize(
    ("code", "problem"),
    [("NOBODY", "pricing.unknown_source_code"), ("OLD", "pricing.source_code_inactive")],
)
def test_a_code_that_does_not_count_is_refused_where_it_stands(desk: Any, code: str, problem: str) -> None:
    assert desk.codes(BOOK, desk.cart(CartLine("LAMP", 1), source_code=code)) == [(problem, "source_code")]
    line = CartLine("LAMP", 1, source_code=code)
    assert desk.codes(BOOK, desk.cart(CartLine("PEN", 1), line)) == [(problem, "lines[1].source_code")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source_codes": (SourceCode("A", "NONE"),)}, "pricing.unknown_catalogue"),
        ({"source_codes": (SourceCode("A", "WINTER"), SourceCode("a", "WINTER"))}, "pricing.source_code_given_twice"),
        ({"catalogues": (SPRING, SPRING, WINTER)}, "pricing.given_twice"),
        ({"catalogues": (evolve(SPRING, free_products=(FreeProduct("X"),)), WINTER)}, "pricing.unknown_item"),
    ],
)
def test_a_book_whose_sources_contradict_themselves_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        compile_book(evolve(BOOK, **changes))
    assert refused.value.problem.code == code


@given(quantity=st.integers(1, 50), code=st.sampled_from(("", "SP-1", "WI-1")))
def test_free_products_never_change_the_total(desk: Any, quantity: int, code: str) -> None:
    price = {"": 20, "SP-1": 15, "WI-1": 12}[code]
    quote = desk.quote(BOOK, desk.cart(CartLine("LAMP", quantity), source_code=code))
    assert quote.subtotal == _eur(price * quantity)


def _tenth(group: str, **more: Any) -> Offer:
    return Offer(f"TEN-{group}", PercentOff(10, **more), conditions=(InCustomerGroup((group,)),))


def test_offers_for_the_groups_of_a_lines_code_count_on_that_line_alone(desk: Any) -> None:
    """Spring's lamps are 15.00 less a tenth, winter's 12.00 less a fifth, those without a code 20.00."""
    fifth = Offer("FIFTH", PercentOff(20), conditions=(InCustomerGroup(("winter",)),))
    book = evolve(BOOK, offers=(_tenth("spring"), fifth))
    lines = [CartLine("LAMP", 1, source_code=code) for code in ("", "SP-1", "WI-1")]
    assert [net for _item, _units, net in _lines(desk, *lines, book=book)[:3]] == ["20.00", "13.50", "9.60"]


def test_a_lines_own_code_takes_the_place_of_the_carts_for_offers(desk: Any) -> None:
    """The cart is winter's: its lamp is 12.00 less a tenth; spring's 15.00 is not, though the cart's would be."""
    book = evolve(BOOK, offers=(_tenth("winter"),))
    lines = (CartLine("LAMP", 1), CartLine("LAMP", 1, source_code="SP-1"))
    assert [net for _item, _units, net in _lines(desk, *lines, book=book, source_code="WI-1")[:2]] == ["10.80", "15.00"]


def test_groups_of_the_customer_count_on_every_line(desk: Any) -> None:
    book = evolve(BOOK, offers=(_tenth("trade"),))
    lines = (CartLine("PEN", 5), CartLine("PEN", 5, source_code="WI-1"))
    nets = [net for _item, _units, net in _lines(desk, *lines, book=book, customer_groups=("trade",))]
    assert nets == ["9.00", "9.00"]


def test_an_offer_for_others_keeps_off_the_lines_of_a_code(desk: Any) -> None:
    """A tenth for whoever does not order from winter's catalogue: of two lines of 10.00 one is 9.00."""
    others = Offer("OTHERS", PercentOff(10), conditions=(Not(InCustomerGroup(("winter",))),))
    lines = (CartLine("PEN", 5), CartLine("PEN", 5, source_code="WI-1"))
    assert [net for *_rest, net in _lines(desk, *lines, book=evolve(BOOK, offers=(others,)))] == ["9.00", "10.00"]


def test_who_gets_nothing_is_told_the_groups_of_the_lines(desk: Any) -> None:
    named = evolve(_tenth("trade"), trigger=OfferTrigger.DIRECT)
    cart = desk.cart(CartLine("LAMP", 1, source_code="SP-1"), offers=(named.id,))
    quote = desk.quote(evolve(BOOK, offers=(named,)), cart)
    (lost,) = quote.not_applied
    assert lost.reason.text() == "customer_groups: the customer is in the groups spring; accepted: trade"


def test_an_offer_on_the_order_shares_over_the_lines_of_the_code(desk: Any) -> None:
    """5.00 off the lines of spring's code alone, 15.00 and 30.00: 1.67 and 3.33."""
    off = Offer("FIVE", AmountOff(_eur(5), on_order=True), conditions=(InCustomerGroup(("spring",)),))
    lines = (CartLine("LAMP", 1), CartLine("LAMP", 1, source_code="SP-1"), CartLine("LAMP", 2, source_code="SP-1"))
    nets = [net for *_rest, net in _lines(desk, *lines, book=evolve(BOOK, offers=(off,)))[:3]]
    assert nets == ["20.00", "13.33", "26.67"]


def test_a_lines_code_frees_the_delivery_of_its_line_and_not_that_of_the_cart(desk: Any) -> None:
    free = Offer("FREE", PercentOff(100, scope=Scope.SHIPPING), conditions=(InCustomerGroup(("spring",)),))
    tier = (ChargeTier(4),)
    charges = (
        AutoCharge("freight", "EUR", tier, category=ChargeCategory.SHIPPING),
        AutoCharge("van", "EUR", tier, category=ChargeCategory.SHIPPING, level=ChargeLevel.LINE),
    )
    book = evolve(BOOK, offers=(free,), charges=charges, catalogues=(evolve(SPRING, free_products=()), WINTER))
    lines = (CartLine("LAMP", 1), CartLine("LAMP", 1, source_code="SP-1"))
    made = desk.quote(book, desk.cart(*lines)).charges
    assert [(each.id, each.line, str(each.amount)) for each in made] == [
        ("freight", 0, "4.00 EUR"),
        ("van", 1, "4.00 EUR"),
        ("van", 2, "0.00 EUR"),
    ]


def test_a_free_product_shows_the_list_price_of_the_code_that_brings_it(desk: Any) -> None:
    """For spring's customers a pen is listed at 1.50, for others at 2.00."""
    pens = PriceList("pens", (PriceRow("PEN", _eur("1.50"), customer_group="spring"),))
    book = evolve(BOOK, lists=(*BOOK.lists, pens))
    by_line = desk.quote(book, desk.cart(CartLine("LAMP", 1, source_code="SP-1"), source_code="WI-1"))
    by_cart = desk.quote(book, desk.cart(CartLine("LAMP", 1), source_code="SP-1"))
    assert [quote.lines[1].list_price for quote in (by_line, by_cart)] == [_eur("1.50"), _eur("1.50")]
    assert [quote.lines[1].net for quote in (by_line, by_cart)] == [_eur("0.00"), _eur("0.00")]


def test_offers_that_look_back_are_found_by_a_lines_code(desk: Any) -> None:
    counted = evolve(_tenth("spring"), limits=OfferLimits(total=5))
    book = compile_book(evolve(BOOK, offers=(counted,)))
    day = date(2026, 2, 1).toordinal()
    assert offers_looking_back(book, desk.cart(CartLine("LAMP", 1)), day) == ()
    assert offers_looking_back(book, desk.cart(CartLine("LAMP", 1, source_code="SP-1")), day) == (counted,)


@given(
    lines=st.lists(
        st.tuples(st.sampled_from(("LAMP", "PEN")), st.integers(1, 9), st.sampled_from(("", "SP-1", "WI-1"))),
        min_size=1,
        max_size=5,
    ),
    header=st.sampled_from(("", "SP-1", "WI-1")),
    percents=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    selection=st.sampled_from(Selection),
)
def test_a_line_costs_what_it_costs_alone_under_its_own_code(
    desk: Any,
    *,
    lines: list[tuple[str, int, str]],
    header: str,
    percents: tuple[int, int],
    selection: Selection,
) -> None:
    """Offers of line groups reach no other line: each costs what a cart of its own with that code does (oracle)."""
    offers = tuple(
        Offer(group, PercentOff(percent), conditions=(InCustomerGroup((group,)),))
        for group, percent in zip(("spring", "winter"), percents, strict=True)
    )
    book = evolve(BOOK, offers=offers, combination=Combination(selection=selection))
    together = _lines(
        desk, *(CartLine(item, units, source_code=code) for item, units, code in lines), book=book, source_code=header
    )
    alone = [
        _lines(desk, CartLine(item, units), book=book, source_code=code or header)[0] for item, units, code in lines
    ]
    assert together[: len(lines)] == alone


def test_only_codes_of_the_day_may_be_chosen() -> None:
    """CC 5.3: a code that is not yet or no longer active does not appear; both ends of its days count."""

    def names(*day: int) -> list[str]:
        return [code.id for code in selectable_source_codes(compile_book(BOOK), date(*day))]

    assert names(2026, 1, 14) == ["SP-1", "WI-1", "OLD"]
    assert names(2026, 1, 15) == ["SP-1", "WI-1"]
    assert names(2026, 3, 31) == ["SP-1", "WI-1"]
    assert names(2026, 4, 1) == ["WI-1"]
    assert names(2025, 12, 31) == ["WI-1", "OLD"]


def test_an_exchange_carries_the_configured_code_or_that_of_the_original_order(desk: Any) -> None:
    """CC 5.3: the default takes the place of all codes; an expired original one needs leave."""
    lines = (CartLine("LAMP", 1), CartLine("LAMP", 1, source_code="SP-1"))
    again = {"source_code": "OLD", "exchange": True}
    default = evolve(BOOK, exchanges=ExchangePolicy(ExchangeSource.DEFAULT, "WI-1"))
    quote = desk.quote(default, desk.cart(*lines, **again))
    assert quote.cart.source_code == "WI-1"
    assert [str(line.net.amount) for line in quote.lines] == ["12.00", "12.00"]
    nothing = evolve(BOOK, exchanges=ExchangePolicy(ExchangeSource.DEFAULT))
    assert _lines(desk, CartLine("LAMP", 1), book=nothing, **again) == [("LAMP", "1", "20.00")]
    allowed = evolve(BOOK, exchanges=ExchangePolicy(allow_expired=True))
    assert _lines(desk, CartLine("LAMP", 1), book=allowed, **again) == [("LAMP", "1", "12.00")]
    assert desk.quote(allowed, desk.cart(lines[0], **again)).cart.source_code == "OLD"
    refused = [("pricing.source_code_inactive", "source_code")]
    assert desk.codes(BOOK, desk.cart(lines[0], **again)) == refused
    # leave is for exchanges, and for codes that were valid once
    assert desk.codes(allowed, desk.cart(lines[0], source_code="OLD")) == refused
    early = evolve(allowed, source_codes=(SourceCode("NEW", "WINTER", date(2026, 1, 16)),))
    assert desk.codes(early, desk.cart(lines[0], source_code="NEW", exchange=True)) == refused


def test_a_default_of_exchanges_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidValue) as refused:
        compile_book(evolve(BOOK, exchanges=ExchangePolicy(ExchangeSource.DEFAULT, "NOBODY")))
    problem = refused.value.problem
    assert (problem.code, problem.path) == ("pricing.unknown_source_code", "exchanges.default")
