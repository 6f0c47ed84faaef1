"""The parts of offers that plugins add: which classes may stand in a price book beside the built-in ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from attrs import frozen

from servicecore.pricing.promotions.benefits.plugin_benefit import PluginBenefit
from servicecore.pricing.promotions.combination import Combination
from servicecore.pricing.promotions.conditions import AllOf, AnyCondition, AnyOf, Not
from servicecore.pricing.promotions.conditions.plugin_condition import PluginCondition
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.plugin_selection import PluginSelection

PartClass: TypeAlias = type[PluginBenefit] | type[PluginCondition] | type[PluginSelection]
"""A class that a plugin adds."""


@frozen
class OfferParts:
    """The classes that plugins add; given to whatever reads, writes or describes a price book.

    Attributes:
        classes: each once, in the order of loading.

    """

    classes: tuple[PartClass, ...] = ()

    @classmethod
    def named_in(
        cls, offers: Iterable[Offer], combination: Combination, conditions: Iterable[AnyCondition] = ()
    ) -> OfferParts:
        """Return the classes that ``offers``, ``combination`` and ``conditions`` of charges are made of, each once."""
        found: dict[PartClass, None] = {}
        waiting: list[object] = [combination.selection, *conditions]
        for offer in offers:
            waiting.extend((*offer.benefits, *offer.conditions))
        while waiting:
            part = waiting.pop(0)
            if isinstance(part, PluginBenefit | PluginCondition | PluginSelection):
                found[type(part)] = None
            elif isinstance(part, AllOf | AnyOf):
                waiting.extend(part.conditions)
            elif isinstance(part, Not):
                waiting.append(part.condition)
        return cls(tuple(found))

    def __bool__(self) -> bool:
        return bool(self.classes)

    @property
    def tags(self) -> tuple[str, ...]:
        """Return what files call them, sorted."""
        return tuple(sorted(each.tag() for each in self.classes))

    def by_base(self) -> Mapping[type, Mapping[str, type]]:
        """Return the classes by their names in files, for each of the bases."""
        return MappingProxyType(
            {
                base: MappingProxyType({each.tag(): each for each in self.classes if issubclass(each, base)})
                for base in (PluginBenefit, PluginCondition, PluginSelection)
            }
        )


NO_PARTS: Final = OfferParts()
"""The built-in parts alone."""
