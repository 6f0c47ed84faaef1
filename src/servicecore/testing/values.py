"""Random values of any class that commands are made of, drawn with a taste for what a state already holds."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Union, get_args, get_origin

import attrs
from hypothesis import reject
from hypothesis import strategies as st

from servicecore.billing.gift_cards.codes import SHORTEST_NUMBER, GiftCardCode
from servicecore.errors import ServiceCoreError
from servicecore.kernel.explain import Explanation, Step
from servicecore.kernel.money import Money
from servicecore.kernel.workcalendar import WorkCalendar

_NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_ATTEMPTS: Final = 8
_CALENDARS: Final = tuple(
    WorkCalendar.from_json({"tz": zone, "weekly": {day: [[start, end]] for day in ("mon", "tue", "fri")}})
    for zone, start, end in (("UTC", "00:00", "24:00"), ("Europe/Rome", "09:00", "17:30"))
)
_CARD_CODES: Final = tuple(GiftCardCode.read(letter * SHORTEST_NUMBER) for letter in "AB7")
_TEXTS: Final = ("", "x", "no such thing", "ü€ ", "0", "IT", "EUR", "en", "Europe/Rome", "someone@example.org")


def leaves(value: Any) -> Iterator[Any]:
    """Yield every plain value inside ``value``: text, numbers, money, dates, members of enumerations."""
    if isinstance(value, Money):
        yield value
        yield value.currency
    elif attrs.has(type(value)):
        for attribute in attrs.fields(type(value)):
            yield from leaves(getattr(value, attribute.name))
    elif isinstance(value, tuple | frozenset):
        for each in value:
            yield from leaves(each)
    elif value is not None:
        yield value


@attrs.frozen
class Pool:
    """Values to draw from, by class: those of a state, so that random commands hit what exists.

    Attributes:
        texts: any text.
        numbers: whole numbers.
        decimals: exact numbers.
        money: amounts.
        currency: ISO 4217 of drawn amounts.
        now: drawn instants and days lie around it.

    """

    texts: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    decimals: tuple[Decimal, ...] = ()
    money: tuple[Money, ...] = ()
    currency: str = "EUR"
    now: datetime = _NOW

    @classmethod
    def of(cls, *held: Any, now: datetime = _NOW) -> Pool:
        """Return the pool of everything that the values ``held`` hold: a state, policies."""
        found = [each for value in held for each in leaves(value)]
        money = tuple(dict.fromkeys(each for each in found if isinstance(each, Money)))
        return cls(
            texts=tuple(dict.fromkeys(each for each in found if type(each) is str)),
            numbers=tuple(dict.fromkeys(each for each in found if type(each) is int)),
            decimals=tuple(dict.fromkeys(each for each in found if type(each) is Decimal)),
            money=money,
            currency=money[0].currency if money else "EUR",
            now=now,
        )


def values(hint: Any, pool: Pool | None = None) -> st.SearchStrategy[Any]:
    """Return a strategy for values of the type ``hint``, valid and invalid ones, as a caller may send them.

    A class whose constructor refuses the drawn fields is drawn again.
    """
    pool = pool or Pool()
    supertype = getattr(hint, "__supertype__", None)
    if supertype is not None:
        return values(supertype, pool)
    plain = _plain(pool).get(hint)
    if plain is not None:
        return plain
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return st.one_of([values(each, pool) for each in get_args(hint)])
    if origin is tuple and Ellipsis in get_args(hint):
        return st.lists(values(get_args(hint)[0], pool), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(each, pool) for each in get_args(hint)))
    if origin is frozenset:
        return st.frozensets(values(get_args(hint)[0], pool), max_size=3)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    # A class may hold values of its own class, as a target that is one of several targets.
    return st.deferred(lambda: instances(hint, pool)) if attrs.has(hint) else instances(hint, pool)


def _plain(pool: Pool) -> Mapping[Any, st.SearchStrategy[Any]]:
    amounts = st.one_of(
        st.sampled_from((Decimal(0), Decimal("0.01"), Decimal(1), Decimal(10), Decimal("19.99"), Decimal(-1))),
        *((st.sampled_from(pool.decimals),) if pool.decimals else ()),
    )
    money = amounts.map(lambda amount: Money(amount, pool.currency))
    return {
        types.NoneType: st.none(),
        str: st.sampled_from((*pool.texts, *_TEXTS)),
        bool: st.booleans(),
        int: st.one_of(st.integers(-1, 5), *((st.sampled_from(pool.numbers),) if pool.numbers else ())),
        Decimal: amounts,
        Money: st.one_of(money, st.sampled_from(pool.money)) if pool.money else money,
        WorkCalendar: st.sampled_from(_CALENDARS),
        GiftCardCode: st.sampled_from(_CARD_CODES),
        Explanation: money.map(lambda figure: Explanation("drawn", figure, (Step("test.drawn", figure),))),
        datetime: st.integers(-100, 100).map(lambda hours: pool.now + timedelta(hours=hours)),
        date: st.integers(-100, 400).map(lambda days: pool.now.date() + timedelta(days=days)),
        timedelta: st.integers(-1, 72).map(lambda hours: timedelta(hours=hours)),
    }


def instances(cls: type, pool: Pool | None = None, **fixed: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for instances of an attrs class; ``fixed`` fields keep their values.

    A field with a default is left to it half of the time.
    """
    hints = typing.get_type_hints(cls)
    drawn = [each for each in attrs.fields(cls) if each.init and each.name not in fixed]
    required = {each.alias: values(hints[each.name], pool) for each in drawn if each.default is attrs.NOTHING}
    optional = {each.alias: values(hints[each.name], pool) for each in drawn if each.default is not attrs.NOTHING}
    fields = st.fixed_dictionaries(required, optional=optional)

    @st.composite
    def build(draw: st.DrawFn) -> Any:
        for _ in range(_ATTEMPTS):
            given = draw(fields)
            try:
                return cls(**given, **fixed)
            except (ValueError, ServiceCoreError):
                continue
        return reject()

    return build()
