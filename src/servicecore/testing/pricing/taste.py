"""A taste for a price book: what carts have to hold so that they meet its rules and their neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
from attrs import frozen

from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import AttributeOf, Cart, CartLine, HasAttribute, OfferTrigger, PriceBook
from servicecore.testing.pricing.till import Till
from servicecore.testing.pricing.visit import Visit

ANYBODY: Final = "C-ANYBODY"
_NOON: Final = time(12)
_MOMENT: Final = timedelta(microseconds=1)
_NO_DATES: Final = date(2026, 1, 15)
_MOST: Final = Decimal(2000)
_MANY: Final = 60
_FEW: Final = 24

_NAMES: Final = {
    "channel": "channels",
    "channels": "channels",
    "customer_group": "groups",
    "customer_groups": "groups",
    "groups": "groups",
    "customer": "customers",
    "customers": "customers",
    "code": "codes",
    "codes": "codes",
    "delivery_mode": "delivery_mode",
    "origins": "origin",
}


class NothingToSell(AssertionError):
    """Raised for a book from which no item can be quoted: no property could be tested on it."""


@frozen
class Goods:
    """One item as carts of one currency take it.

    Attributes:
        item: its id.
        quantities: in its own unit: ordinary ones first, then breaks and limits with their neighbours.
        contexts: customer, channel and groups for which it has a price; empty text stands for none.

    """

    item: str
    quantities: tuple[Decimal, ...]
    contexts: tuple[tuple[str, str, str], ...]


@frozen
class Taste:
    """What a book makes interesting.

    Attributes:
        goods: what can be sold, by currency.
        codes: coupon codes of the book.
        direct: ids of offers that lines name.
        channels: sales channels.
        groups: customer groups.
        customers: customers.
        delivery_modes: modes that charges name.
        cart_attributes: pairs of name and value.
        line_attributes: the same for lines.
        days: civil days: one on which most of the book is valid, then the edges of validities and their neighbours.
        zone: the book's zone.

    """

    goods: tuple[tuple[str, tuple[Goods, ...]], ...]
    codes: tuple[str, ...]
    direct: tuple[str, ...]
    channels: tuple[str, ...]
    groups: tuple[str, ...]
    customers: tuple[str, ...]
    delivery_modes: tuple[str, ...]
    cart_attributes: tuple[tuple[str, str], ...]
    line_attributes: tuple[tuple[str, str], ...]
    days: tuple[date, ...]
    zone: str

    def noon(self, day: date) -> datetime:
        """Return noon of ``day`` in the book's zone."""
        return datetime.combine(day, _NOON, ZoneInfo(self.zone)).astimezone(UTC)

    def edges(self, day: date) -> tuple[datetime, datetime]:
        """Return the last instant before ``day`` and its first, in the book's zone."""
        first = datetime.combine(day, time(0), ZoneInfo(self.zone)).astimezone(UTC)
        return first - _MOMENT, first


def taste_of(till: Till, *, channels: Iterable[str] = (), groups: Iterable[str] = (), fractions: bool = False) -> Taste:
    """Return what the till's book makes interesting; ``channels`` and ``groups`` come on top.

    Raises:
        NothingToSell: no item of the book can be quoted.

    """
    book = till.book
    names = _names((book.lists, book.offers, book.coupons, book.charges))
    names["channels"] = [*names["channels"], *channels]
    names["groups"] = [*names["groups"], *groups]
    kept = {key: _some(value) for key, value in names.items()}
    days = _days(book)
    attributes = [each for each in _walk(book.offers) if isinstance(each, HasAttribute)]
    pairs = {
        of: tuple((each.name, value) for each in attributes if each.of is of for value in each.values)
        for of in AttributeOf
    }
    cart_attributes = [("origin", each) for each in kept["origin"]]
    draft = Taste(
        goods=(),
        codes=kept["codes"],
        direct=tuple(each.id for each in book.offers if each.trigger is OfferTrigger.DIRECT)[:_FEW],
        channels=kept["channels"],
        groups=kept["groups"],
        customers=kept["customers"],
        delivery_modes=kept["delivery_mode"],
        cart_attributes=(*pairs[AttributeOf.CART][:_FEW], *cart_attributes),
        line_attributes=pairs[AttributeOf.LINE][:_FEW],
        days=days,
        zone=book.zone,
    )
    goods = _goods(till, draft, fractions=fractions)
    if not any(each for _currency, each in goods):
        raise NothingToSell(f"no item of the book {book.id} has a price on {days[0]} in any currency")
    return attrs.evolve(draft, goods=goods)


def _walk(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for each in value:
            yield from _walk(each)
    elif attrs.has(type(value)) and not isinstance(value, Money):
        yield value
        for attribute in attrs.fields(type(value)):
            if attribute.init:
                yield from _walk(getattr(value, attribute.name))


def _names(parts: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in _NAMES.values()}
    for each in _walk(parts):
        for attribute in attrs.fields(type(each)):
            kind = _NAMES.get(attribute.name)
            value = getattr(each, attribute.name) if kind else None
            if kind and value:
                found[kind].extend(name for name in ([value] if isinstance(value, str) else value) if type(name) is str)
    return found


def _some(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:_FEW]


def _days(book: PriceBook) -> tuple[date, ...]:
    windows = [
        (each.valid_from, each.valid_until)
        for each in _walk((book.lists, book.offers, book.coupons, book.costs))
        if hasattr(each, "valid_from") and (each.valid_from or each.valid_until)
    ]
    edges = sorted({day for window in windows for day in window if day is not None})
    if not edges:
        return (_NO_DATES,)
    step = timedelta(days=1)
    near = sorted({near for day in edges for near in (day - step, day, day + step)})

    def open_windows(day: date) -> tuple[int, date]:
        return sum((first or day) <= day <= (last or day) for first, last in windows), day

    best = max(near, key=open_windows)
    return tuple(dict.fromkeys((best, *near)))[: 2 * _MANY]


def _goods(till: Till, taste: Taste, *, fractions: bool) -> tuple[tuple[str, tuple[Goods, ...]], ...]:
    book = till.book
    rows = [row for each in book.lists for row in each.rows]
    currencies = dict.fromkeys(row.currency for row in rows)
    currencies.update(dict.fromkeys(item.base_price.currency for item in book.items if item.base_price))
    named = dict.fromkeys(name for each in _walk((book.offers, book.coupons)) for name in getattr(each, "items", ()))
    items = [item.id for item in book.items if item.active]
    ordered = [*(each for each in named if each in set(items)), *(each for each in items if each not in named)]
    general = _quantity_hints((book.offers, *(row for row in rows if not row.item)))
    own = {name: _quantity_hints(row for row in rows if row.item == name) for name in ordered[:_MANY]}
    found: list[tuple[str, tuple[Goods, ...]]] = []
    for currency in currencies:
        goods = []
        for name in ordered[:_MANY]:
            prices = _sellable(till, taste, name, currency)
            if prices:
                hints = [*own[name], *general, *_worth(book, currency, min(prices.values()))]
                goods.append(Goods(name, _quantities(hints, fractions=fractions), tuple(prices)))
        if goods:
            found.append((currency, tuple(goods)))
    return tuple(found)


def _sellable(till: Till, taste: Taste, item: str, currency: str) -> dict[tuple[str, str, str], Decimal]:
    contexts = [(ANYBODY, "", "")]
    contexts += [
        (ANYBODY, channel, group) for channel in ("", *taste.channels[:6]) for group in ("", *taste.groups[:6])
    ]
    contexts += [(customer, "", "") for customer in taste.customers]
    prices: dict[tuple[str, str, str], Decimal] = {}
    for customer, channel, group in dict.fromkeys(contexts):
        groups = (group,) if group else ()
        cart = Cart(customer, currency, (CartLine(item, Decimal(1)),), channel=channel, customer_groups=groups)
        answer = till.answer(Visit(cart, taste.noon(taste.days[0])))
        if not isinstance(answer, Refusal):
            prices[customer, channel, group] = answer.lines[0].unit_price.amount
            if len(prices) >= _FEW or (customer, channel, group) == (ANYBODY, "", ""):
                break
    return prices


def _quantity_hints(parts: Any) -> list[Decimal]:
    hints: list[Decimal] = []
    for each in _walk(tuple(parts)):
        for attribute in attrs.fields(type(each)):
            value = getattr(each, attribute.name)
            is_quantity = any(word in attribute.name for word in ("minimum", "maximum", "quantity", "units", "every"))
            if is_quantity and type(value) is Decimal:
                hints.append(value)
    return hints


def _worth(book: PriceBook, currency: str, price: Decimal) -> Iterator[Decimal]:
    if not price:
        return
    for each in _walk((book.offers, book.coupons)):
        for attribute in attrs.fields(type(each)):
            value = getattr(each, attribute.name)
            if attribute.name == "minimum" and isinstance(value, Money) and value.currency == currency:
                yield value.amount // price
    for charge in book.charges:
        if charge.currency == currency:
            yield from (tier.from_amount // price for tier in charge.tiers)


def _quantities(hints: Iterable[Decimal], *, fractions: bool) -> tuple[Decimal, ...]:
    ordinary = [Decimal(each) for each in (1, 2, 3, 5, 10)]
    step = Decimal("0.01") if fractions else Decimal(1)
    near = [hint + offset for hint in hints for offset in (Decimal(0), -step, step)]
    more = [Decimal("0.5"), Decimal("1.25"), Decimal("0.333")] if fractions else []
    whole = [each for each in near if fractions or each == each.to_integral_value()]
    return tuple(dict.fromkeys(each for each in (*ordinary, *whole, *more) if 0 < each <= _MOST))[:_MANY]
