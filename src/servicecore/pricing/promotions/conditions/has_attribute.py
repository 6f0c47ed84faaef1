"""The condition that an attribute of cart, line or item has one of several values."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.path_test import Operator, PathTest, is_number
from servicecore.pricing.promotions.situation import L, OfferLine, Situation, Term

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


@frozen(field_transformer=checked_fields)
class HasAttribute(Condition):
    """The attribute ``name`` of cart, line or item is one of ``values``, or compares with them in another way.

    Attributes:
        name: a name, or a dotted path.
        values: at least one; an empty list is met by ``NE`` only.
        of: whose attribute; of lines and items, those that do not pass are left out.
        op: how it is compared.

    """

    name: str
    values: tuple[str, ...] = field(converter=_names)
    of: AttributeOf = AttributeOf.CART
    op: Operator = Operator.IN

    @values.validator
    def _check_values(self, _attribute: object, value: tuple[str, ...]) -> None:
        if not value and self.op is Operator.IN:
            raise NOT_ACCEPTED.error("values", value=value, accepted="at least one value")

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines of a cart with the attribute, or the lines that have it (``pricing.condition_attribute``)."""
        test = PathTest(self.name, self.op, self.values)
        if self.of is AttributeOf.CART:
            given = self._given(situation.attributes)
            return lines if test.holds(given) else self._problem(given)
        kept = tuple([line for line in lines if test.holds(self._given(self._pairs(line)))])
        return kept or self._problem(self._given(self._pairs(lines[0])) if lines else ())

    def terms(self) -> tuple[Term, ...] | None:
        """Return the pairs of the cart; attributes of lines and items, and numbers, are not filed."""
        exact = self.op in {Operator.IN, Operator.CONTAINS_ANY} and not any(is_number(each) for each in self.values)
        if self.of is not AttributeOf.CART or not exact:
            return None
        return tuple(("attribute", f"{self.name}={each}") for each in self.values)

    def _pairs(self, line: OfferLine) -> tuple[tuple[str, str], ...]:
        return line.attributes if self.of is AttributeOf.LINE else line.item_attributes

    def _given(self, pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        return tuple([value for name, value in pairs if name == self.name])

    def _problem(self, given: tuple[str, ...]) -> Problem:
        value = ", ".join(given) or "not given"
        way = "" if self.op is Operator.IN else f"{self.op.value} "
        return WRONG_ATTRIBUTE.at("attributes", name=self.name, value=value, accepted=way + ", ".join(self.values))
