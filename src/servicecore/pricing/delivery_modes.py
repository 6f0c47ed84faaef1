"""Modes of delivery: which channels, goods and places each may be used for (CC 3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import field, frozen

from servicecore.catalog.items import Item
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.cart import Cart

UNKNOWN_MODE: Final = ProblemKind(
    "delivery.unknown_mode",
    en="there is no delivery mode {value}; accepted: {accepted}",
    it="non esiste la modalità di consegna {value}; valori ammessi: {accepted}",
    de="die Lieferart {value} gibt es nicht; zulässig: {accepted}",
)
NOT_FOR_CHANNEL: Final = ProblemKind(
    "delivery.mode_not_allowed_for_channel",
    en="delivery mode {mode} is not for the channel {value}; accepted: {accepted}",
    it="la modalità di consegna {mode} non vale per il canale {value}; valori ammessi: {accepted}",
    de="die Lieferart {mode} gilt nicht für den Kanal {value}; zulässig: {accepted}",
)
NOT_FOR_PRODUCT: Final = ProblemKind(
    "delivery.mode_not_allowed_for_product",
    en="delivery mode {mode} is not for the product {value}; accepted: {accepted}",
    it="la modalità di consegna {mode} non vale per il prodotto {value}; valori ammessi: {accepted}",
    de="die Lieferart {mode} gilt nicht für das Produkt {value}; zulässig: {accepted}",
)
NOT_FOR_ADDRESS: Final = ProblemKind(
    "delivery.mode_not_allowed_for_address",
    en="delivery mode {mode} does not reach {value}; accepted: {accepted}",
    it="la modalità di consegna {mode} non raggiunge {value}; valori ammessi: {accepted}",
    de="die Lieferart {mode} erreicht {value} nicht; zulässig: {accepted}",
)


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


@frozen(field_transformer=checked_fields)
class DeliveryMode:
    """A way in which goods travel; exclusions beat inclusions, and an empty inclusion takes everything (CC 3.1).

    Attributes:
        code: unique.
        description: for people.
        group: charges may name a group of modes in the place of one.
        channels: the only sales channels; empty for all.
        products: ids or categories of the only items; empty for all.
        excluded_products: ids or categories of items that it does not take.
        places: the only countries (``US``) or regions (``US-HI``); empty for all.
        excluded_places: countries or regions that it does not reach.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted``.

    """

    code: str = field(validator=lambda _self, _attribute, value: check_id(value, "code") and None)
    description: str = ""
    group: str = ""
    channels: tuple[str, ...] = field(converter=_names, default=())
    products: tuple[str, ...] = field(converter=_names, default=())
    excluded_products: tuple[str, ...] = field(converter=_names, default=())
    places: tuple[str, ...] = field(converter=_names, default=())
    excluded_places: tuple[str, ...] = field(converter=_names, default=())

    def refusals(self, cart: Cart, item: Item, path: str) -> list[Problem]:
        """Return why ``item`` cannot travel by it to where the cart goes; empty where it can."""
        problems: list[Problem] = []
        if self.channels and cart.channel not in self.channels:
            value, accepted = cart.channel or "no channel", ", ".join(self.channels)
            problems.append(NOT_FOR_CHANNEL.at(path, mode=self.code, value=value, accepted=accepted))
        names = {item.id, *item.categories}
        if not names.isdisjoint(self.excluded_products) or (self.products and names.isdisjoint(self.products)):
            problems.append(self._refused(NOT_FOR_PRODUCT, item.id, self.products, self.excluded_products, path))
        country, region = cart.ship_to_country, cart.ship_to_region
        places = {country, f"{country}-{region}"}
        if not places.isdisjoint(self.excluded_places) or (self.places and places.isdisjoint(self.places)):
            value = f"{country}-{region}".strip("-") or "an unknown place"
            problems.append(self._refused(NOT_FOR_ADDRESS, value, self.places, self.excluded_places, path))
        return problems

    def _refused(
        self, kind: ProblemKind, value: str, only: tuple[str, ...], excluded: tuple[str, ...], path: str
    ) -> Problem:
        accepted = ", ".join(only) or "every other"
        if excluded:
            accepted = f"{accepted}, not {', '.join(excluded)}"
        return kind.at(path, mode=self.code, value=value, accepted=accepted)


def check_modes(modes: tuple[DeliveryMode, ...], cart: Cart, items: Iterable[Item]) -> list[Problem]:
    """Return which lines cannot travel by their mode, and why; nothing is replaced by another mode (CC 3.1).

    ``items`` are those of the cart's lines, in order. A line without a mode is not checked; a book without modes
    takes every name.
    """
    known = {mode.code: mode for mode in modes}
    problems: list[Problem] = []
    for index, (line, item) in enumerate(zip(cart.lines, items, strict=True)):
        code = cart.mode_of(line)
        if not code:
            continue
        path = f"lines[{index}].delivery_mode"
        mode = known.get(code)
        if mode is None:
            problems.append(UNKNOWN_MODE.at(path, value=code, accepted=", ".join(known)))
        else:
            problems.extend(mode.refusals(cart, item, path))
    return problems
