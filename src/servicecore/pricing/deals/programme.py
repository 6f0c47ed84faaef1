"""The programme: deals, how they stand beside each other, and where a basket finds those that it can release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.pricing.deals.basket import Basket, Scope
from servicecore.pricing.deals.combination import Combination
from servicecore.pricing.deals.conditions import ContainsLine, DealCondition, DistinctItems, UnitCount
from servicecore.pricing.deals.deal import Deal, DealTrigger
from servicecore.pricing.deals.target import DealTarget, Operator


@frozen
class DealProgramme:
    """Deals, and how they stand beside each other.

    Automatic deals that name their items are filed under them, so that a basket never looks at the others; code and
    direct deals are looked at where the basket names them.

    Attributes:
        deals: in their order of creation, each id once.
        settings: the rules of their combination.

    """

    deals: tuple[Deal, ...] = field(default=())
    settings: Combination = Combination()  # noqa: RUF009 - a frozen value

    @deals.validator
    def _check_deals(self, _attribute: object, value: tuple[Deal, ...]) -> None:
        if len({deal.id for deal in value}) != len(value):
            raise NOT_ACCEPTED.error("deals", value=[deal.id for deal in value], accepted="each id once")

    @cached_property
    def _by_item(self) -> Mapping[str, tuple[int, ...]]:
        filed: dict[str, list[int]] = {}
        for place, deal in enumerate(self.deals):
            for item in _necessary_items(deal) or ():
                filed.setdefault(item, []).append(place)
        return {item: tuple(places) for item, places in filed.items()}

    @cached_property
    def _unfiled(self) -> tuple[int, ...]:
        return tuple([place for place, deal in enumerate(self.deals) if _necessary_items(deal) is None])

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {deal.id: place for place, deal in enumerate(self.deals)}

    @cached_property
    def coded(self) -> tuple[Deal, ...]:
        """Return the deals that codes release."""
        return tuple([deal for deal in self.deals if deal.trigger is DealTrigger.CODE])

    def deal(self, name: str) -> Deal:
        """Return the deal with the id ``name``."""
        return self.deals[self._places[name]]

    def candidates(self, basket: Basket, released: Iterable[str]) -> list[Deal]:
        """Return the deals that ``basket`` can release, in order of creation; ``released`` are ids that codes did."""
        places: set[int] = set()
        if not basket.ignore_automatic:
            places.update(self._unfiled)
            for line in basket.lines:
                places.update(self._by_item.get(line.item, ()))
        named = {*released, *basket.direct}
        places.update(self._places[name] for name in named if name in self._places)
        return [self.deals[place] for place in sorted(places)]


def _necessary_items(deal: Deal) -> tuple[str, ...] | None:
    """Return items of which every basket that the deal can lower has one; None where there is no such list."""
    if deal.trigger is not DealTrigger.AUTOMATIC:
        return ()
    if not deal.skip_conditions:
        for condition in deal.conditions:
            items = _items_of(condition)
            if items is not None:
                return items
    found: dict[str, None] = {}
    for benefit in deal.benefits:
        items = None if benefit.scope is not Scope.LINES else _named_items(benefit.target)
        if items is None:
            return None
        found.update(dict.fromkeys(items))
    return tuple(found)


def _items_of(condition: DealCondition) -> tuple[str, ...] | None:
    if isinstance(condition, ContainsLine):
        return _named_items(condition.target)
    if isinstance(condition, UnitCount | DistinctItems) and condition.minimum > 0:
        return _named_items(condition.target)
    return None


def _named_items(target: DealTarget) -> tuple[str, ...] | None:
    for test in target.where:
        if test.path == "sku" and test.op in {Operator.IN, Operator.CONTAINS_ANY}:
            return test.values
    return None
