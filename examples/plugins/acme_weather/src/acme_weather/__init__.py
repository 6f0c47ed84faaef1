"""Parts of offers for servicecore: a condition, a benefit and a selection that know how much it rained."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from attrs import field, frozen

from servicecore.plugins.api import (
    EXACT,
    Bid,
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
    percent_of,
    share,
)

TOO_DRY = ProblemKind(
    "acme_weather.too_dry",
    en="it rained {value} mm; accepted: {accepted}",
    it="sono caduti {value} mm di pioggia; valori ammessi: {accepted}",
    de="es fielen {value} mm Regen; zulässig: {accepted}",
)


def rain_in(attributes: tuple[tuple[str, str], ...]) -> Decimal:
    """Return the millimetres that the cart's attribute ``rain_mm`` says; 0 where it says none."""
    text = dict(attributes).get("rain_mm", "0")
    return Decimal(text) if text.isdecimal() else Decimal(0)


@frozen
class RainAtLeast(PluginCondition):
    """It rained ``millimetres`` or more."""

    plugin: ClassVar[str] = "acme-weather"
    millimetres: Decimal = field()

    def keep(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Return all lines, or that it was too dry."""
        rain = rain_in(situation.attributes)
        if rain >= self.millimetres:
            return lines
        return TOO_DRY.at("attributes", value=rain, accepted=f"{self.millimetres} or more")


@frozen
class WeatherDiscount(PluginBenefit):
    """``percent_per_mm`` off each line for every millimetre of rain, ``most`` percent at most."""

    plugin: ClassVar[str] = "acme-weather"
    percent_per_mm: Decimal = field()
    most: Decimal = Decimal(100)

    def give(self, view: View) -> Proposal:
        """Return the percentage of what is left of each line."""
        percent = min(EXACT.multiply(self.percent_per_mm, rain_in(view.attributes)), self.most)
        shares = []
        for line in self.lines(view):
            units = view.available(line)
            off = min(percent_of(view.base(line, units), percent), view.room(line))
            shares.append(share(view, line, off, units))
        return Proposal(tuple(shares))

    def describe(self) -> str:
        """Return ``-1.5 % / mm``."""
        return f"-{self.percent_per_mm} % / mm"


@frozen
class AtMost(PluginSelection):
    """At most so many offers on one cart, those that take most off; more of them when it rains.

    Of offers that take equally much off the one with the lower id is taken.
    """

    plugin: ClassVar[str] = "acme-weather"
    when_dry: int = 1
    when_wet: int = 2

    def choose(self, contest: Contest) -> Pick | None:
        """Return the best offer that is left, until there are enough."""
        most = self.when_wet if rain_in(contest.basket.attributes) else self.when_dry
        if len(contest.applied) >= most:
            return None

        def rank(bid: Bid) -> tuple[Decimal, str]:
            return (-bid.amount, bid.offer.id)

        best = min(contest.bids, key=rank)
        if len(contest.applied) + 1 < most:
            return Pick(best.offer.id)
        return Pick(best.offer.id, beats=tuple(bid.offer.id for bid in contest.bids if bid is not best))

    def describe(self) -> str:
        """Return ``<= 1 / 2``."""
        return f"<= {self.when_dry} / {self.when_wet}"


@hookimpl
def servicecore_plugin_info() -> PluginInfo:
    """Return who the plugin is."""
    return PluginInfo(id="acme-weather", version="1.0.0", api="1.1", title="Weather offers", vendor="Acme")


@hookimpl
def servicecore_offer_parts() -> tuple[PartClass, ...]:
    """Return the classes that price books may name."""
    return (RainAtLeast, WeatherDiscount, AtMost)
