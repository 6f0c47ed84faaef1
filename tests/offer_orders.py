"""Orders of quotes with offers, and a plugin with parts of offers: what tests of limits and conditions share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import define

from servicecore import Refused, orders, pricing
from servicecore.plugins.api import PartClass, PluginInfo, Problem, ProblemKind, hookimpl

NOT_NOW = ProblemKind(
    "acme.not_now",
    en="{value} orders before; accepted: {accepted}",
    it="{value} ordini prima; valori ammessi: {accepted}",
    de="{value} Bestellungen zuvor; zulässig: {accepted}",
)


@define
class AcmePlugin:
    """A plugin that brings parts of offers, and nothing else."""

    parts: tuple[PartClass, ...]

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="acme", version="1.0", api="1.1")

    @hookimpl
    def servicecore_offer_parts(self) -> tuple[PartClass, ...]:
        return self.parts


def placing(offered: pricing.Quote) -> orders.PlaceOrder:
    """Return the command that orders a quote on account."""
    return orders.PlaceOrder(quote=offered, tenders=(orders.OnAccount(),))


def ordered(desk: Any, offered: pricing.Quote) -> str:
    """Order a quote, and return the id of the order."""
    return str(desk.execute(placing(offered)).id)


def refused_codes(desk: Any, offered: pricing.Quote) -> list[str]:
    """Return the codes for which the order of a quote is refused."""
    with pytest.raises(Refused) as caught:
        desk.execute(placing(offered))
    return [each.code for each in caught.value.problems]


def refusals(shop: Any, offered: pricing.Quote, told: Callable[[Problem], str] = lambda each: each.code) -> list[str]:
    """Return why the order is refused, as its check and its execution say alike; it leaves nothing behind."""
    before = shop.snapshot()
    checked = [told(each) for each in shop.agent.check(placing(offered))]
    with pytest.raises(Refused) as caught:
        shop.agent.execute(placing(offered))
    assert [told(each) for each in caught.value.problems] == checked
    assert shop.snapshot() == before
    return checked


def counter(shop: Any, name: str) -> int:
    """Return where a counter of the shop's store stands."""
    with shop.core.runtime.store.reading() as reader:
        return int(reader.counter(name))
