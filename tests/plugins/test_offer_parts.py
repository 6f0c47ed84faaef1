"""Plugins add benefits and conditions: named in files, kept in the store, applied, checked, and missed by name."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, cast

import jsonschema
import pytest
from attrs import define, evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from servicecore import Actor, ServiceCore, Settings, cases
from servicecore.boundary.price_books import load_price_book, price_book_schema, read_price_book
from servicecore.catalog import Item
from servicecore.errors import InvalidValue, Refused
from servicecore.kernel.money import Money
from servicecore.plugins import PluginHost
from servicecore.plugins.api import (
    L,
    PartClass,
    PluginBenefit,
    PluginCondition,
    PluginInfo,
    Problem,
    Proposal,
    Share,
    Situation,
    View,
    hookimpl,
)
from servicecore.plugins.doctor import list_plugins
from servicecore.pricing import Cart, CartLine, Combination, Offer, OfferParts, PercentOff, PriceBook, Quote, Selection
from servicecore.storage.codec import JsonCodec

EXAMPLE = Path(__file__).parents[2] / "examples" / "plugins" / "acme_weather" / "src" / "acme_weather" / "__init__.py"
ITEMS = (
    Item("UMBRELLA", "Umbrella", base_price=Money("19.99", "EUR")),
    Item("BOOTS", "Boots", base_price=Money("50.00", "EUR")),
)
FILE = """\
id: shop
version: '1'
items:
  - {id: UMBRELLA, name: Umbrella, base_price: 19.99 EUR}
  - {id: BOOTS, name: Boots, base_price: 50.00 EUR}
offers:
  - id: RAIN
    conditions:
      - type: AnyOf
        conditions:
          - {type: acme-weather.RainAtLeast, millimetres: 2}
    benefits:
      - {type: acme-weather.WeatherDiscount, percent_per_mm: '1.5', most: 20}
"""


@pytest.fixture(scope="module")
def acme() -> Iterator[ModuleType]:
    """Return the example as an import would have it: annotations are resolved through its module."""
    spec = importlib.util.spec_from_file_location("acme_weather_example", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@frozen
class Scripted(PluginBenefit):
    """Does what the test says."""

    plugin: ClassVar[str] = "odd"
    way: str = "nothing"

    def give(self, view: View) -> Proposal:
        return cast("Proposal", WAYS[self.way](self, view))

    def describe(self) -> str:
        return "odd"


@frozen
class Picky(PluginCondition):
    """Answers what the test says."""

    plugin: ClassVar[str] = "odd"
    way: str = "all"

    def keep(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        return cast("tuple[L, ...] | Problem", ANSWERS[self.way](lines, situation))


@define
class OddPlugin:
    parts: tuple[object, ...] = (Scripted, Picky)

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="odd", version="1.0", api="1.1")

    @hookimpl
    def servicecore_offer_parts(self) -> tuple[PartClass, ...]:
        return cast("tuple[PartClass, ...]", self.parts)


def _one(view: View, amount: Any, units: Any = Decimal(1), line: str = "", **change: Any) -> Proposal:
    share = Share(view.offer.id, line or view.basket.lines[0].id, amount, units)
    return Proposal((evolve(share, **change),))


def _leave(_part: Scripted, _view: View) -> Proposal:
    raise SystemExit(3)


def _meddle(_part: Scripted, view: View) -> Proposal:
    view.bench.spend(view.offer, view.basket.lines[0].id, Decimal(1))
    return Proposal()


WAYS: dict[str, Callable[[Scripted, View], Any]] = {
    "nothing": lambda _part, _view: Proposal(),
    "a cent": lambda _part, view: _one(view, Decimal("0.01")),
    "raises": lambda _part, _view: int("rain"),
    "leaves": _leave,
    "meddles": _meddle,
    "None": lambda _part, _view: None,
    "negative": lambda _part, view: _one(view, Decimal(-1)),
    "too much": lambda _part, view: _one(view, Decimal("59.98")),
    "twice too much": lambda _part, view: Proposal(_one(view, Decimal(30)).shares * 2),
    "too many units": lambda _part, view: _one(view, Decimal(1), Decimal(4)),
    "float": lambda _part, view: _one(view, 0.01),
    "infinite": lambda _part, view: _one(view, Decimal("NaN")),
    "no line": lambda _part, view: _one(view, Decimal(1), line="99"),
    "of another": lambda _part, view: _one(view, Decimal(1), offer="OTHER"),
    "on the order": lambda _part, view: _one(view, Decimal(1), on_order=True),
}
ANSWERS: dict[str, Callable[[tuple[Any, ...], Any], Any]] = {
    "all": lambda lines, _situation: lines,
    "raises": lambda _lines, _situation: 1 // 0,
    "a list": lambda lines, _situation: list(lines),
    "nothing": lambda _lines, _situation: (),
    "twice": lambda lines, _situation: (lines[0], lines[0]),
    "turned": lambda lines, _situation: tuple(reversed(lines)),
    "strange": lambda lines, _situation: (object(), *lines),
    "True": lambda _lines, _situation: True,
    "meddles": lambda lines, situation: (situation.bench.closed.update({"1": "X"}), lines)[1],
}


def _core(*plugins: object, book: PriceBook | None = None, url: str = "memory:") -> ServiceCore:
    return ServiceCore.open(url, plugins=plugins, book=book, autoload=False, settings=Settings(tax_engine="none"))


def _quote(core: ServiceCore, *, rain: str = "4", at: str = "EUR") -> Quote:
    cart = Cart("C-1", at, [CartLine("UMBRELLA", 3), CartLine("BOOTS", 1)], attributes=(("rain_mm", rain),))
    return core.acting_as(Actor("agent-7", roles={"agent"})).quote(cart)


def _book(*benefits: Any, conditions: tuple[Any, ...] = (), **change: Any) -> PriceBook:
    return PriceBook("shop", "1", items=ITEMS, offers=(Offer("RAIN", benefits, conditions=conditions),), **change)


def test_a_price_book_file_names_the_parts_of_a_plugin(tmp_path: Path, acme: ModuleType) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(FILE, encoding="utf-8")
    with _core(acme) as core:
        core.use_book(load_price_book(file, core.offer_parts))
        quote = _quote(core)
    # 4 mm are 6 %: 3 x 19.99 = 59.97, less 3.5982 is 56.37; 50.00 less 3.00
    assert [str(line.net.amount) for line in quote.lines] == ["56.37", "47.00"]
    assert all("-1.5 % / mm" in quote.explain(locale) for locale in ("en", "it", "de"))


def test_a_condition_of_a_plugin_says_why_it_does_not_hold(acme: ModuleType) -> None:
    book = _book(PercentOff(10), conditions=(acme.RainAtLeast(Decimal(5)),))
    with _core(acme, book=book) as core:
        (lost,) = _quote(core).not_applied
        assert _quote(core, rain="5").subtotal == Money("98.97", "EUR")  # 53.97 + 45.00
    assert lost.reason.text("de") == "attributes: es fielen 4 mm Regen; zulässig: 5 oder mehr"


def test_the_schema_of_price_books_has_the_parts_and_takes_what_the_reader_takes(acme: ModuleType) -> None:
    parts = OfferParts((acme.RainAtLeast, acme.WeatherDiscount))
    schema = price_book_schema(parts)
    part = {"type": "acme-weather.WeatherDiscount", "percent_per_mm": "1.5"}
    plain = {"id": "b", "version": "1", "offers": [{"id": "O", "benefits": [part]}]}
    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(plain)) == []
    assert list(validator.iter_errors({**plain, "offers": [{"id": "O", "benefits": [{**part, "percent": 1}]}]}))
    assert list(jsonschema.Draft202012Validator(price_book_schema()).iter_errors(plain))
    assert isinstance(read_price_book(plain, parts), PriceBook)


def test_a_file_that_names_a_part_of_no_plugin_is_refused_by_its_name_and_place() -> None:
    part = {"type": "acme-weather.WeatherDiscount", "percent_per_mm": "1.5"}
    (problem,) = cast(
        "tuple[Problem, ...]",
        read_price_book({"id": "b", "version": "1", "offers": [{"id": "O", "benefits": [part]}]}),
    )
    assert (problem.code, problem.path) == ("storage.missing_plugin_part", "offers[0].benefits[0].type")
    assert problem.param("plugin") == "acme-weather"


def test_a_selection_of_a_plugin_stands_in_files_stores_and_quotes(tmp_path: Path, acme: ModuleType) -> None:
    two = (Offer("TEN", PercentOff(10)), Offer("TWENTY", PercentOff(20)))
    book = PriceBook("shop", "1", items=ITEMS, offers=two, combination=Combination(selection=acme.AtMost()))
    parts = OfferParts((acme.AtMost,))
    plain = JsonCodec(added=parts.by_base()).to_plain(book)
    told = {"type": "acme-weather.AtMost", "when_dry": 1, "when_wet": 2}
    assert plain["combination"]["selection"] == told
    assert read_price_book(plain, parts) == book
    validator = jsonschema.Draft202012Validator(price_book_schema(parts))
    assert list(validator.iter_errors(plain)) == []
    assert list(validator.iter_errors({**plain, "combination": {"selection": "optimal"}})) == []
    slips: tuple[Any, ...] = (
        "bset",
        {**told, "when_dry": "one"},
        {**told, "most": 1},
        {"type": "acme-weather.Best"},
        7,
    )
    for wrong in (*slips, None, []):
        answer = {**plain, "combination": {"selection": wrong}}
        assert list(validator.iter_errors(answer)), wrong
        refused = read_price_book(answer, parts)
        assert isinstance(refused, tuple), wrong
        assert all(each.path.startswith("combination.selection") for each in refused)
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with _core(acme, book=book, url=url) as core:
        quote = _quote(core, rain="0")
        # 59.97 + 50.00 less a fifth
        assert quote.subtotal == Money("87.98", "EUR")
        assert [each.reason.code for each in quote.not_applied] == ["pricing.offer_not_selected"]
        assert _quote(core).subtotal == Money("79.18", "EUR")  # and less a tenth, 43.18 + 36.00
    missing = pytest.raises(Refused, match=r"acme-weather\.AtMost needs the plugin acme-weather")
    with _core(url=url) as core, missing:
        _quote(core)
    with _core(acme, url=url) as core:
        assert core.acting_as(Actor("agent-7", roles={"agent"})).replay_quote(quote) == quote


def test_a_stored_word_of_a_selection_is_read_as_ever() -> None:
    codec = JsonCodec()
    text = codec.encode(Combination(selection=Selection.OPTIMAL))
    assert '"selection":"optimal"' in text
    assert codec.decode(Combination, text).selection is Selection.OPTIMAL
    for wrong in ('"best"', "null", "[]", "3", '{"type":"Best"}', "{}"):
        with pytest.raises(InvalidValue, match=r"accepted: all, first_exclusive_else_all, best_single"):
            codec.decode(Combination, text.replace('"optimal"', wrong))


def test_a_stored_book_waits_for_its_plugin_and_nothing_else_does(tmp_path: Path, acme: ModuleType) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    book = _book(acme.WeatherDiscount(Decimal(1)))
    with _core(acme, book=book, url=url) as core:
        before = _quote(core)
    with _core(url=url) as core:
        with pytest.raises(Refused, match=r"acme-weather\.WeatherDiscount needs the plugin acme-weather") as refused:
            _quote(core)
        assert [each.code for each in refused.value.problems] == ["storage.missing_plugin_part"]
        desk = core.acting_as(Actor("agent-7", roles={"agent"}))
        opened = desk.execute(cases.OpenCase(customer="C-1", subject="It rains"))
        assert core.locate(opened.id)[0].name == "case"
    with _core(acme, url=url) as core:
        assert _quote(core).total == before.total
        assert core.acting_as(Actor("agent-7", roles={"agent"})).replay_quote(before) == before


def test_a_book_with_a_part_of_a_plugin_that_is_not_loaded_is_not_put_in_force(acme: ModuleType) -> None:
    with _core(book=_book(PercentOff(10))) as core:
        with pytest.raises(Refused, match="needs the plugin acme-weather"):
            core.use_book(_book(acme.WeatherDiscount(Decimal(1))))
        assert core.book().book == _book(PercentOff(10))


@pytest.mark.parametrize("selection", list(Selection))
@pytest.mark.parametrize("way", [way for way in WAYS if way not in {"nothing", "a cent"}])
def test_a_benefit_that_fails_refuses_the_quote_and_is_named(way: str, selection: Selection) -> None:
    book = _book(Scripted(way=way), combination=Combination(selection=selection))
    with _core(OddPlugin(), book=book) as core, pytest.raises(Refused) as refused:
        _quote(core)
    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == ("pricing.broken_offer_part", "offers")
    assert (problem.param("value"), problem.param("plugin")) == ("odd.Scripted", "odd")


@pytest.mark.parametrize("way", [way for way in ANSWERS if way != "all"])
def test_a_condition_that_fails_refuses_the_quote_and_is_named(way: str) -> None:
    book = _book(PercentOff(10), conditions=(Picky(way=way),))
    with _core(OddPlugin(), book=book) as core, pytest.raises(Refused) as refused:
        _quote(core)
    (problem,) = refused.value.problems
    assert (problem.code, problem.param("value")) == ("pricing.broken_offer_part", "odd.Picky")


@pytest.mark.parametrize("selection", list(Selection))
def test_a_sound_part_is_applied_by_every_selection(selection: Selection) -> None:
    book = _book(Scripted(way="a cent"), conditions=(Picky(),), combination=Combination(selection=selection))
    with _core(OddPlugin(), book=book) as core:
        assert _quote(core).subtotal == Money("109.96", "EUR")  # 3 x 19.99 + 50.00 less 0.01


@given(amount=st.decimals("0.00", "80.00", places=2), units=st.integers(0, 5))
def test_a_share_is_taken_off_exactly_or_the_quote_is_refused(amount: Decimal, units: int) -> None:
    WAYS["drawn"] = lambda _part, view: _one(view, amount, Decimal(units))
    sound = amount <= Decimal("59.97") and units <= 3  # three umbrellas at 19.99
    with _core(OddPlugin(), book=_book(Scripted(way="drawn"))) as core:
        if sound:
            assert _quote(core).subtotal.amount == Decimal("109.97") - amount
        else:
            with pytest.raises(Refused, match=r"odd\.Scripted"):
                _quote(core)


def test_the_parts_of_a_plugin_are_listed_with_it(open_host: Callable[..., PluginHost], acme: ModuleType) -> None:
    (row,) = (each for each in list_plugins(open_host(acme)) if each.id == "acme-weather")
    names = ("acme-weather.RainAtLeast", "acme-weather.WeatherDiscount", "acme-weather.AtMost")
    assert row.offers == tuple(f"offer part {name}" for name in names)


@frozen
class NotItsOwn(Scripted):
    plugin: ClassVar[str] = "other"


class Undecorated(Scripted):
    """Its fields are not its own."""


@frozen
class Greedy(Scripted):
    def propose(self, view: View) -> Proposal:  # type: ignore[misc]  # what the host has to refuse
        return self.give(view)


@frozen
class Speechless(PluginBenefit):
    plugin: ClassVar[str] = "odd"

    give = Scripted.give


@frozen
class Unstorable(Scripted):
    rate: float = 0.5


@frozen
class Tagged(Scripted):
    type: str = field(default="x")


@frozen
class LooksBack(Picky):
    looks_back = "sometimes"  # type: ignore[assignment]  # what the host has to refuse


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (LooksBack, "looks_back is 'sometimes'; accepted: True or False"),
        (NotItsOwn, "its plugin is 'other'; accepted: 'odd'"),
        (Undecorated, "is no frozen attrs class"),
        (Greedy, "overrides propose; accepted: give, describe"),
        (Speechless, "has no method describe of its own"),
        (Unstorable, "cannot be stored exactly"),
        (Tagged, "has a field called 'type'"),
        (PluginBenefit, "is no offer part"),
        (PercentOff, "is no offer part"),
        (Scripted(), "is no offer part"),
    ],
)
def test_a_part_that_no_book_could_hold_is_refused_with_its_plugin(
    open_host: Callable[..., PluginHost], part: object, reason: str
) -> None:
    host = open_host(OddPlugin((part,)))
    (failed,) = host.report.failed
    assert reason in failed.reason
    assert not host.offer_parts
