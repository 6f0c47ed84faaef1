"""The kit for parts of offers: the example passes it, and a part that breaks a rule does not."""

from __future__ import annotations

import importlib.util
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest
from attrs import frozen

from servicecore.plugins.api import (
    Contest,
    L,
    PartClass,
    Pick,
    PluginBenefit,
    PluginCondition,
    PluginInfo,
    PluginSelection,
    Problem,
    ProblemKind,
    Proposal,
    Situation,
    View,
    hookimpl,
    share,
)
from servicecore.testing.offer_parts import BaseOfferPartContract, Part

EXAMPLE = Path(__file__).parents[3] / "examples" / "plugins" / "acme_weather" / "src" / "acme_weather" / "__init__.py"


def _example() -> ModuleType:
    """Return the example as an import would have it: annotations are resolved through its module."""
    spec = importlib.util.spec_from_file_location("acme_weather_in_kit", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ACME = _example()


class TestAcmeWeather(BaseOfferPartContract):
    attributes = (("rain_mm", ("", "0", "1", "4", "99")),)

    def make_plugin(self) -> object:
        return ACME

    def make_parts(self) -> tuple[Part, ...]:
        return (
            ACME.AtMost(),
            ACME.AtMost(0, 3),
            ACME.RainAtLeast(Decimal(2)),
            ACME.WeatherDiscount(Decimal("1.5")),
            ACME.WeatherDiscount(Decimal("3.333"), Decimal(20)),
        )


@frozen
class Drifting(PluginBenefit):
    """Divides in the thread's context."""

    plugin: ClassVar[str] = "drifting"

    def give(self, view: View) -> Proposal:
        lines = self.lines(view)
        return Proposal(tuple(share(view, line, view.room(line) / 3, Decimal(0)) for line in lines))

    def describe(self) -> str:
        return "-1/3"


class DriftingPlugin:
    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="drifting", version="1.0", api="1.1")

    @hookimpl
    def servicecore_offer_parts(self) -> tuple[type[PluginBenefit], ...]:
        return (Drifting,)


class _DriftingContract(BaseOfferPartContract):
    def make_plugin(self) -> object:
        return DriftingPlugin()

    def make_parts(self) -> tuple[Part, ...]:
        return (Drifting(),)


def test_a_part_that_rounds_by_the_thread_does_not_pass() -> None:
    with pytest.raises(AssertionError, match=r"decimal context does not matter|cannot be used"):
        _DriftingContract().test_no_cart_breaks_a_part()


class _Coin:
    """Counts how often it was tossed: what a pure part must not know."""

    tossed: ClassVar[int] = 0


@frozen
class Fickle(PluginSelection):
    """Takes another offer each time."""

    plugin: ClassVar[str] = "fickle"

    def choose(self, contest: Contest) -> Pick | None:
        if contest.applied:
            return None
        _Coin.tossed += 1
        return Pick(contest.bids[_Coin.tossed % len(contest.bids)].offer.id)

    def describe(self) -> str:
        return "?"


class FicklePlugin:
    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="fickle", version="1.0", api="1.1")

    @hookimpl
    def servicecore_offer_parts(self) -> tuple[PartClass, ...]:
        return (Fickle,)


class _FickleContract(BaseOfferPartContract):
    def make_plugin(self) -> object:
        return FicklePlugin()

    def make_parts(self) -> tuple[Part, ...]:
        return (Fickle(),)


def test_a_selection_that_depends_on_more_than_the_cart_does_not_pass() -> None:
    with pytest.raises(AssertionError, match=r"the same cart gives the same quote"):
        _FickleContract().test_no_cart_breaks_a_part()


TOO_NEW = ProblemKind(
    "loyal.too_new",
    en="{value} orders before; accepted: {accepted}",
    it="{value} ordini prima; valori ammessi: {accepted}",
    de="{value} Bestellungen zuvor; zulässig: {accepted}",
)


@frozen
class Silent(PluginCondition):
    """Looks at the orders before, and does not say so: nobody would ask it again."""

    plugin: ClassVar[str] = "loyal"

    def keep(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        before = situation.customer.orders_before
        return lines if before else TOO_NEW.at("customer", value=before, accepted="1 or more")


@frozen
class Loyal(Silent):
    """Says so."""

    looks_back: ClassVar[bool] = True


class LoyalPlugin:
    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="loyal", version="1.0", api="1.1")

    @hookimpl
    def servicecore_offer_parts(self) -> tuple[PartClass, ...]:
        return (Silent, Loyal)


class _LoyalContract(BaseOfferPartContract):
    parts: ClassVar[tuple[Part, ...]] = ()

    def make_plugin(self) -> object:
        return LoyalPlugin()

    def make_parts(self) -> tuple[Part, ...]:
        return self.parts


class _LoudContract(_LoyalContract):
    parts = (Loyal(),)


class _SilentContract(_LoyalContract):
    parts = (Silent(),)


def test_a_condition_that_looks_back_has_to_say_so() -> None:
    _LoudContract().test_no_cart_breaks_a_part()
    with pytest.raises(AssertionError, match=r"whatever the customer did"):
        _SilentContract().test_no_cart_breaks_a_part()
