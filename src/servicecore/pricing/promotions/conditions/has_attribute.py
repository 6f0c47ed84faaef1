"""The condition that an attribute of cart, line or item has one of several values."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.scene import Lines, Scene, Term

WRONG_ATTRIBUTE: Final = ProblemKind(
    "pricing.condition_attribute",
    en="the attribute {name} is {value}; accepted: {accepted}",
    it="l'attributo {name} è {value}; valori ammessi: {accepted}",
    de="das Merkmal {name} ist {value}; zulässig: {accepted}",
)


class AttributeOf(Enum):
    """Whose attribute is tested."""

    CART = "cart"
    LINE = "line"
    ITEM = "item"


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


@frozen
class HasAttribute(Condition):
    """The attribute ``name`` of cart, line or item is one of ``values``."""

    name: str
    values: tuple[str, ...] = field(converter=_names)
    of: AttributeOf = AttributeOf.CART

    @values.validator
    def _check_values(self, _attribute: object, value: tuple[str, ...]) -> None:
        if not value:
            raise NOT_ACCEPTED.error("values", value=value, accepted="at least one value")

    def narrow(self, lines: Lines, scene: Scene) -> Lines | Problem:
        """Keep all lines of a cart with the attribute, or the lines that have it (``pricing.condition_attribute``)."""
        if self.of is AttributeOf.CART:
            given = self._given(scene.cart.attributes)
            return lines if self._met(given) else self._problem(given)
        kept = tuple([line for line in lines if self._met(self._given(self._pairs(line)))])
        return kept or self._problem(self._given(self._pairs(lines[0])))

    def terms(self) -> tuple[Term, ...] | None:
        """Return the pairs of the cart; attributes of lines and items are not filed."""
        if self.of is not AttributeOf.CART:
            return None
        return tuple(("attribute", f"{self.name}={each}") for each in self.values)

    def _pairs(self, line: LineInProgress) -> tuple[tuple[str, str], ...]:
        return line.cart_line.attributes if self.of is AttributeOf.LINE else line.item.attributes

    def _given(self, pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        return tuple([value for name, value in pairs if name == self.name])

    def _met(self, given: tuple[str, ...]) -> bool:
        return any(value in self.values for value in given)

    def _problem(self, given: tuple[str, ...]) -> Problem:
        value = ", ".join(given) or "not given"
        return WRONG_ATTRIBUTE.at("attributes", name=self.name, value=value, accepted=", ".join(self.values))
