from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from attrs import evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.explain import Explanation, NotApplied, StepKind
from servicecore.kernel.ids import OrderId
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.quote import Margin, MarginLevel, Quote, QuoteLine
from servicecore.pricing.taxes import TaxQuote
from servicecore.storage.codec import JsonCodec
from servicecore.storage.shapes import UnsupportedShape


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@frozen
class Card:
    token: str


@frozen
class Account:
    number: int
    limit: Money | None = None


@frozen
class Everything:
    text: str
    whole: int
    flag: bool
    number: Decimal
    money: Money
    at: datetime
    on: date
    lasts: timedelta
    colour: Colour
    tender: Card | Account | None
    tenders: tuple[Card | Account, ...]
    names: tuple[str, ...]
    pairs: tuple[tuple[str, int], ...]
    roles: frozenset[str]
    order: OrderId
    maybe: Decimal | None
    maybe_card: Card | None
    given: int = field(default=3, converter=int)


SAMPLE = Everything(
    text='quo"te \n è 漢',
    whole=-7,
    flag=True,
    number=Decimal("1E+2"),
    money=Money("12.50", "EUR"),
    at=datetime(2026, 3, 29, 1, 30, 0, 5, tzinfo=UTC),
    on=date(2024, 2, 29),
    lasts=timedelta(days=-1, microseconds=1),
    colour=Colour.BLUE,
    tender=Account(7, Money("0.005", "KWD")),
    tenders=(Card("tok"), Account(1)),
    names=("a", "b"),
    pairs=(("x", 1),),
    roles=frozenset({"b", "a"}),
    order=OrderId("order-1"),
    maybe=None,
    maybe_card=Card("t"),
)


def test_every_shape_comes_back_equal() -> None:
    codec = JsonCodec()

    assert codec.decode(Everything, codec.encode(SAMPLE)) == SAMPLE


def test_the_text_is_canonical_and_each_value_has_its_documented_form() -> None:
    assert JsonCodec().encode(SAMPLE) == (
        '{"at":"2026-03-29T01:30:00.000005Z","colour":"blue","flag":true,"given":3,'
        '"lasts":-86399999999,"maybe":null,"maybe_card":{"token":"t"},"money":{"amount":"12.50","currency":"EUR"},'
        '"names":["a","b"],"number":"1E+2","on":"2024-02-29","order":"order-1","pairs":[["x",1]],"roles":["a","b"],'
        '"tender":{"limit":{"amount":"0.005","currency":"KWD"},"number":7,"type":"Account"},'
        '"tenders":[{"token":"tok","type":"Card"},{"limit":null,"number":1,"type":"Account"}],'
        '"text":"quo\\"te \\n è 漢","whole":-7}'
    )


def test_a_decimal_keeps_its_exponent() -> None:
    codec = JsonCodec()
    for text in ("0.00", "-0", "1E+2", "12.5000", "1E-30"):
        value = codec.decode(Everything, codec.encode(evolve(SAMPLE, number=Decimal(text)))).number
        assert value.as_tuple() == Decimal(text).as_tuple()


def test_an_instant_of_another_zone_is_stored_in_utc() -> None:
    rome = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))

    assert '"at":"2026-07-01T10:00:00Z"' in JsonCodec().encode(evolve(SAMPLE, at=rome))


_INSTANTS = st.datetimes(timezones=st.just(UTC))
_NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
_AMOUNTS = st.decimals(Decimal(-(10**29)), Decimal(10**29), places=4)
_TENDERS = st.one_of(st.builds(Card, st.text()), st.builds(Account, st.integers(), st.just(Money("1", "JPY"))))


@given(
    text=st.text(),
    whole=st.integers(),
    number=_NUMBERS,
    amount=_AMOUNTS,
    at=_INSTANTS,
    on=st.dates(),
    lasts=st.timedeltas(),
    tenders=st.lists(_TENDERS, max_size=3),
    roles=st.frozensets(st.text(max_size=3), max_size=3),
)
def test_any_value_comes_back_equal_and_its_text_is_stable(**parts: Any) -> None:
    amount, tenders = parts.pop("amount"), parts.pop("tenders")
    value = evolve(SAMPLE, money=Money(amount, "EUR"), tenders=tuple(tenders), **parts)
    codec = JsonCodec()
    text = codec.encode(value)
    back = codec.decode(Everything, text)

    assert back == value
    assert codec.encode(back) == text
    assert str(back.number) == str(value.number)


PRICE = StepKind("test.price", en="list price of {item}", it="prezzo di {item}", de="Preis von {item}")
LOST = ProblemKind("test.lost", en="too few: {value}", it="troppo pochi: {value}", de="zu wenige: {value}")


def quote() -> Quote:
    price = Money("10.00", "EUR")
    explanation = Explanation("line 1", price, (PRICE.step(price, item="I-1"),))
    line = QuoteLine(
        number=1,
        item="I-1",
        description="Lamp",
        quantity=Decimal(1),
        unit="pc",
        list_price=price,
        unit_price=price,
        gross=price,
        discounts=(),
        net=price,
        net_exact=price,
        tax=Money.zero("EUR"),
        margin=Margin(MarginLevel.OK, Decimal("33.3"), Money("6.67", "EUR")),
        tax_category="standard",
        overridden=False,
        explanation=explanation,
    )
    return Quote(
        id="quote-1",
        cart=Cart("C-1", "EUR", (CartLine("I-1", Decimal(1), number=1),), codes=("SPRING",)),
        at=datetime(2026, 1, 1, tzinfo=UTC),
        book="1",
        lines=(line,),
        charges=(),
        subtotal=price,
        tax=Money.zero("EUR"),
        total=price,
        tax_quote=TaxQuote("none", (), Money.zero("EUR")),
        not_applied=(NotApplied("offer-1", LOST.at("lines[0].quantity", value=1)),),
        explanation=Explanation("total", price, (PRICE.step(price, item="all"),)),
    )


@pytest.mark.parametrize("locale", ["en", "it", "de"])
def test_a_stored_quote_comes_back_equal_and_still_explains_itself(locale: str) -> None:
    codec = JsonCodec()
    back = codec.decode(Quote, codec.encode(quote()))

    assert back == quote()
    assert back.explain(locale) == quote().explain(locale)


def edited(change: Callable[[dict[str, Any]], object]) -> str:
    codec = JsonCodec()
    plain = codec.to_object(codec.encode(SAMPLE))
    change(plain)
    return codec.to_text(plain)


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (lambda plain: plain.update(colr="red"), "value.unknown_field", "colr"),
        (lambda plain: plain["tenders"][1].update(extra=1), "value.unknown_field", "tenders[1].extra"),
        (lambda plain: plain.pop("whole"), "value.missing_field", "whole"),
        (lambda plain: plain.update(whole="7"), "value.wrong_type", "whole"),
        (lambda plain: plain.update(whole=True), "value.wrong_type", "whole"),
        (lambda plain: plain.update(flag=1), "value.wrong_type", "flag"),
        (lambda plain: plain.update(text=5), "value.wrong_type", "text"),
        (lambda plain: plain.update(number=1), "value.wrong_type", "number"),
        (lambda plain: plain.update(number="NaN"), "value.not_accepted", "number"),
        (lambda plain: plain.update(number="one"), "value.not_accepted", "number"),
        (lambda plain: plain.update(money="12 EUR"), "value.wrong_type", "money"),
        (lambda plain: plain["money"].update(currency="EURO"), "money.unknown_currency", "money.currency"),
        (lambda plain: plain.update(at="2026-01-01T00:00:00"), "time.naive_instant", "at"),
        (lambda plain: plain.update(at="yesterday"), "value.not_accepted", "at"),
        (lambda plain: plain.update(on="2026-02-30"), "value.not_accepted", "on"),
        (lambda plain: plain.update(on="20260228"), "value.not_accepted", "on"),
        (lambda plain: plain.update(lasts=1.5), "value.wrong_type", "lasts"),
        (lambda plain: plain.update(lasts=10**30), "value.not_accepted", "lasts"),
        (lambda plain: plain.update(colour="green"), "value.not_accepted", "colour"),
        (lambda plain: plain["tender"].update(type="Cash"), "value.not_accepted", "tender.type"),
        (lambda plain: plain.update(tender=[]), "value.wrong_type", "tender"),
        (lambda plain: plain["pairs"][0].append(2), "value.wrong_type", "pairs[0]"),
        (lambda plain: plain.update(names=None), "value.wrong_type", "names"),
        (lambda plain: plain.update(maybe_card="t"), "value.wrong_type", "maybe_card"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change: Callable[[dict[str, Any]], object], code: str, path: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        JsonCodec().decode(Everything, edited(change))

    assert (caught.value.problem.code, caught.value.problem.path) == (code, path)
    assert caught.value.problem.param("accepted")
    assert caught.value.problem.param("value")


@pytest.mark.parametrize("text", ["", "{", '{"a":NaN}', "[" * 100_000, '{"a":1}x'])
def test_text_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        JsonCodec().decode(Card, text)

    assert caught.value.problem.code == "storage.not_json"


@pytest.mark.parametrize("text", ["[]", "5", "null", '"x"'])
def test_json_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        JsonCodec().decode(Card, text)

    assert caught.value.problem.code == "value.wrong_type"


def test_text_that_no_file_can_hold_is_refused() -> None:
    with pytest.raises(InvalidValue, match="UTF-8"):
        JsonCodec().encode(Card("\ud800"))


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(InvalidValue, match="finite"):
        JsonCodec().encode(evolve(SAMPLE, number=Decimal("NaN")))


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(InvalidValue, match="time zone"):
        JsonCodec().encode(evolve(SAMPLE, at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the naive instant is the case


@frozen
class WithFloat:
    price: float


@frozen
class WithDict:
    names: dict[str, str]


@frozen
class WithLooseUnion:
    value: int | str


@frozen
class Tagged:
    type: str


@frozen
class WithTakenTag:
    value: Tagged | Card


@frozen
class WithUnknownName:
    value: Missing  # type: ignore[name-defined] # noqa: F821 - the missing name is the case


@pytest.mark.parametrize("cls", [WithFloat, WithDict, WithLooseUnion, WithTakenTag, WithUnknownName, int])
def test_a_class_that_cannot_be_stored_exactly_is_refused_before_anything_is_written_or_read(cls: type) -> None:
    codec, named = JsonCodec(), cls.__name__ if cls is not WithTakenTag else "Tagged"
    value = 0 if cls is int else object.__new__(cls)
    with pytest.raises(UnsupportedShape, match=named):
        codec.encode(value)
    with pytest.raises(UnsupportedShape, match=named):
        codec.encode_like(value, None)
    with pytest.raises(UnsupportedShape, match=named):
        codec.decode(cls, "{}")


@frozen
class GoldCard(Card):
    perks: str


@frozen
class Wallet:
    card: Card


def test_a_subclass_in_a_field_is_refused_rather_than_cut_down() -> None:
    with pytest.raises(InvalidValue, match="GoldCard"):
        JsonCodec().encode(Wallet(GoldCard("t", "lounge")))


def test_a_problem_comes_back_equal_with_its_sentence() -> None:
    codec = JsonCodec()
    problem = LOST.at("lines[2]", value=3)
    back = codec.decode(Problem, codec.encode(problem))

    assert back == problem
    assert back.text("de") == "lines[2]: zu wenige: 3"


_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(max_size=3),
        "tender": st.sampled_from((None, Card("new"), Account(8))),
        "tenders": st.lists(st.sampled_from((Card("new"), Account(8))), max_size=2).map(tuple),
        "maybe": st.sampled_from((None, Decimal("1.50"))),
        "maybe_card": st.sampled_from((None, Card("new"))),
        "roles": st.frozensets(st.sampled_from("abc")),
        "money": st.sampled_from((Money("12.50", "EUR"), Money("1.00", "EUR"))),
        "pairs": st.sampled_from(((), (("y", 2),))),
    },
)


@given(st.lists(_CHANGES, max_size=4))
def test_what_a_value_shares_with_the_one_before_is_written_alike(changes: list[dict[str, Any]]) -> None:
    codec = JsonCodec()
    encoded = codec.encode_like(SAMPLE, None)
    assert encoded.text == codec.encode(SAMPLE)
    for change in changes:
        value = evolve(encoded.value, **change)
        encoded = codec.encode_like(value, encoded)
        assert encoded.text == codec.encode(value)
    assert codec.encode_like(Card("x"), encoded).text == codec.encode(Card("x"))


def test_only_what_changed_is_written_anew() -> None:
    codec = JsonCodec()
    before = codec.encode_like(SAMPLE, None)
    after = codec.encode_like(evolve(SAMPLE, text="new"), before)
    fresh = [part for part, old in zip(after.parts, before.parts, strict=True) if part is not old]
    assert fresh == ['"text":"new"']


def test_a_field_that_utf_8_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidValue):
        JsonCodec().encode_like(evolve(SAMPLE, text="\ud800"), None)


@frozen
class Priced:
    price: Money


AMOUNTS = st.sampled_from(["4.50", "4.5", "0", "-0", "0.00", "1E+2", "", "x", "NaN", "1e40", 4, 4.5, None])
CURRENCIES = st.sampled_from(["EUR", "JPY", "eur", "XXX1", "", None, 1])


@given(st.lists(st.fixed_dictionaries({"amount": AMOUNTS, "currency": CURRENCIES}), max_size=8))
def test_money_that_was_read_before_is_read_alike(values: list[dict[str, Any]]) -> None:
    """The constructor is the oracle: one codec reads all, also what is refused, again and again."""
    codec = JsonCodec()
    for value in (*values, *values):
        try:
            wanted: object = Money(Decimal(value["amount"]), value["currency"])
            assert isinstance(value["amount"], str)
            assert isinstance(value["currency"], str)
        except (InvalidValue, ArithmeticError, TypeError, ValueError, AssertionError):
            wanted = InvalidValue
        try:
            found: object = codec.from_plain(Priced, {"price": value}).price
        except InvalidValue:
            found = InvalidValue
        assert str(found) == str(wanted)
        assert repr(found) == repr(wanted)
