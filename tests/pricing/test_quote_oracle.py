"""Quotes against slow sums written differently: fractions, full scans, one pass a step, no index and no sharing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AmountOff,
    Cart,
    CartLine,
    InChannel,
    InCustomerGroup,
    Offer,
    PercentOff,
    PriceBook,
    PriceList,
    PriceListType,
    PriceRow,
    Quote,
    SetPrice,
    Spread,
    Target,
)

TODAY = date(2026, 1, 15)
ITEMS = tuple(
    Item(
        name,
        f"Thing {name}",
        categories=("even",) if place % 2 == 0 else (),
        base_price=Money(Decimal(100 + place), "EUR"),
        discountable=name != "E",
    )
    for place, name in enumerate("ABCDE")
)


def _money(cents: int) -> Money:
    return Money(Decimal(cents) / 100, "EUR")


_rows = st.builds(
    PriceRow,
    item=st.sampled_from("ABCDE"),
    amount=st.integers(0, 9999).map(_money),
    min_quantity=st.sampled_from([0, 3, 10]),
    channel=st.sampled_from(["", "", "web"]),
    valid_until=st.sampled_from([None, None, date(2026, 1, 14), TODAY]),
)
_offers = st.builds(
    Offer,
    id=st.sampled_from([f"o{n}" for n in range(8)]),
    benefits=st.one_of(
        st.integers(0, 1000).map(lambda tenths: PercentOff(Decimal(tenths) / 10)),
        st.builds(
            AmountOff,
            st.integers(1, 5000).map(_money),
            spread=st.sampled_from((Spread.EACH_UNIT, Spread.EACH_LINE)),
        ),
        st.integers(0, 9999).map(lambda cents: SetPrice(_money(cents))),
    ),
    target=st.sampled_from([Target(), Target(("A", "B")), Target(categories=("even",)), Target((), (), ("C",))]),
    conditions=st.sampled_from([(), (InChannel(("web",)),), (InCustomerGroup(("gold",)),)]),
    priority=st.integers(0, 2),
    valid_from=st.sampled_from([None, None, TODAY, date(2026, 1, 16)]),
)
_books = st.builds(
    lambda base, sale, offers: PriceBook(
        "b",
        "1",
        ITEMS,
        (PriceList("base", tuple(base)), PriceList("sale", tuple(sale), PriceListType.SALE)),
        offers=tuple(offers),
    ),
    st.lists(_rows, max_size=8),
    st.lists(_rows, max_size=4),
    st.lists(_offers, max_size=6, unique_by=lambda offer: offer.id),
)
_lines = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from(["1", "2", "3", "12", "0.5", "2.375"])), min_size=1
)


def _price(price_list: PriceList, item: str, quantity: Fraction, channel: str) -> Fraction | None:
    """Every row is looked at; of those that hold the most specific, the highest break, the latest, the lowest."""
    best: tuple[int, Fraction, Fraction, int] | None = None
    for position, row in enumerate(price_list.rows):
        holds = row.item == item and quantity >= row.min_quantity and row.channel in {"", channel}
        if holds and (row.valid_until is None or row.valid_until >= TODAY):
            assert row.amount is not None
            amount = Fraction(row.amount.amount)
            rank = (int(not row.channel), -Fraction(row.min_quantity), amount, position)
            best = rank if best is None else min(best, rank)
    return None if best is None else best[2]


def _cents(amount: Fraction) -> Fraction:
    return Fraction(floor(amount * 100 + Fraction(1, 2)), 100)


def _off(offer: Offer, left: Fraction, quantity: Fraction) -> Fraction:
    (benefit,) = offer.benefits
    if isinstance(benefit, PercentOff):
        return left * Fraction(benefit.percent) / 100
    if isinstance(benefit, AmountOff):
        return min(Fraction(benefit.amount.amount) * (quantity if benefit.spread is not Spread.EACH_LINE else 1), left)
    assert isinstance(benefit, SetPrice)
    return max(left - Fraction(benefit.price.amount) * quantity, Fraction(0))


def _wanted(offer: Offer, item: Item, cart: Cart) -> bool:
    target = offer.target
    named = item.id in target.items or bool(set(item.categories) & set(target.categories))
    about = (named or not (target.items or target.categories)) and item.id not in target.excluded_items
    released = all(
        cart.channel in each.channels if isinstance(each, InChannel) else bool(set(cart.customer_groups) & {"gold"})
        for each in offer.conditions
    )
    return about and released and item.discountable and (offer.valid_from is None or offer.valid_from <= TODAY)


def _turn(offer: Offer) -> int:
    (benefit,) = offer.benefits
    return 0 if isinstance(benefit, SetPrice) else 1 if isinstance(benefit, AmountOff) else 2


Slow = tuple[Fraction, Fraction, Fraction, Fraction, list[tuple[str, Fraction]], list[tuple[str, Fraction]]]


def _slow_line(book: PriceBook, cart: Cart, line: CartLine) -> Slow:
    item = next(each for each in ITEMS if each.id == line.item)
    quantity = Fraction(line.quantity)
    assert item.base_price is not None
    listed = _price(book.lists[0], item.id, quantity, cart.channel)
    list_price = Fraction(item.base_price.amount) if listed is None else listed
    agreed = _price(book.lists[1], item.id, quantity, cart.channel)
    unit_price = list_price if agreed is None else agreed
    steps = [("pricing.list_price", list_price * quantity)]
    if agreed is not None:
        steps.append(("pricing.agreed_price", (agreed - list_price) * quantity))
    left = unit_price * quantity
    discounts: list[tuple[str, Fraction]] = []
    for offer in sorted(book.offers, key=lambda each: (-each.priority, _turn(each), each.id)):
        off = _off(offer, left, quantity) if _wanted(offer, item, cart) else Fraction(0)
        if off > 0:
            steps.append(("pricing.offer", -off))
            lowered = _cents(left) - _cents(left - off)
            discounts.extend([(offer.id, lowered)] if lowered else [])
            left -= off
    if _cents(left) != left:
        steps.append(("kernel.rounded", _cents(left) - left))
    return list_price, unit_price, _cents(unit_price * quantity), _cents(left), discounts, steps


@settings(max_examples=100, deadline=None)
@given(book=_books, lines=_lines, channel=st.sampled_from(["web", "shop"]), gold=st.booleans())
def test_a_quote_is_what_slow_sums_make_of_it(
    desk: Any, book: PriceBook, lines: Any, channel: str, *, gold: bool
) -> None:
    given_lines = [CartLine(item, quantity) for item, quantity in lines]
    cart = desk.cart(*given_lines, channel=channel, customer_groups=("gold",) if gold else ())
    quote: Quote = desk.quote(book, cart)
    subtotal = tax = Fraction(0)
    for line, asked in zip(quote.lines, cart.lines, strict=True):
        list_price, unit_price, gross, net, discounts, steps = _slow_line(book, cart, asked)
        assert [Fraction(each.amount) for each in (line.list_price, line.unit_price, line.gross, line.net)] == [
            list_price,
            unit_price,
            gross,
            net,
        ]
        assert [(each.offer, Fraction(each.amount.amount)) for each in line.discounts] == discounts
        assert [(step.rule, Fraction(step.delta.amount)) for step in line.explanation.steps] == steps
        assert Fraction(line.tax.amount) == _cents(net * 22 / 100)
        subtotal += net
        tax += _cents(net * 22 / 100)
    assert [Fraction(each.amount) for each in (quote.subtotal, quote.tax, quote.total)] == [
        subtotal,
        tax,
        subtotal + tax,
    ]
    assert [(step.rule, Fraction(step.delta.amount)) for step in quote.explanation.steps] == [
        ("pricing.lines_total", subtotal),
        ("pricing.tax_total", tax),
    ]


def test_a_cart_of_a_thousand_lines_is_what_slow_sums_make_of_it(desk: Any) -> None:
    rows = tuple(PriceRow(name, _money(1000 + place), min_quantity=0) for place, name in enumerate("ABCD"))
    offers = (Offer("a", PercentOff("12.5"), target=Target(("A",))), Offer("b", AmountOff(_money(33))))
    book = PriceBook(
        "b", "1", ITEMS, (PriceList("base", rows), PriceList("sale", (), PriceListType.SALE)), offers=offers
    )
    cart = desk.cart(*[CartLine("ABCDE"[n % 5], 1 + n % 7) for n in range(1000)], channel="web")
    quote: Quote = desk.quote(book, cart)
    nets = [_slow_line(book, cart, line)[3] for line in cart.lines]
    assert [Fraction(line.net.amount) for line in quote.lines] == nets
    assert Fraction(quote.subtotal.amount) == sum(nets)
    assert desk.draft(book, cart).work.offers_tested == 2
