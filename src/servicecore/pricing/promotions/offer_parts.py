"""The parts of offers that plugins add: which classes may stand in a price book beside the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from attrs import frozen

from servicecore.pricing.promotions.benefits.plugin_benefit import PluginBenefit
from servicecore.pricing.promotions.conditions.plugin_condition import PluginCondition

PartClass: TypeAlias = type[PluginBenefit] | type[PluginCondition]
"""A class that a plugin adds."""


@frozen
class OfferParts:
    """The classes that plugins add; given to whatever reads, writes or describes a price book.

    Attributes:
        classes: each once, in the order of loading.

    """

    classes: tuple[PartClass, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.classes)

    @property
    def tags(self) -> tuple[str, ...]:
        """Return what files call them, sorted."""
        return tuple(sorted(each.tag() for each in self.classes))

    def by_base(self) -> Mapping[type, Mapping[str, type]]:
        """Return the classes by their names in files, for each of the two bases."""
        return MappingProxyType(
            {
                base: MappingProxyType({each.tag(): each for each in self.classes if issubclass(each, base)})
                for base in (PluginBenefit, PluginCondition)
            }
        )


NO_PARTS: Final = OfferParts()
"""The built-in parts alone."""
