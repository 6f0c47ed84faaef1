"""Tests of the values that a line or a cart has at a dotted path."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from enum import Enum

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.pricing.promotions.situation import OfferLine


class Operator(Enum):
    """How the values of a path are compared; numbers as numbers, everything else as text.

    - ``IN``: a value is one of those given; ``CONTAINS_ANY`` says the same of a path with several values.
    - ``NE``: no value is one of those given.
    - ``GT``, ``GTE``, ``LT``, ``LTE``: a value is above, at least, below, at most every one of those given.
    """

    IN = "in"
    CONTAINS_ANY = "contains_any"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple([str(value) for value in values])


@frozen(field_transformer=checked_fields)
class PathTest:
    """One comparison.

    Attributes:
        path: dotted; of a line also ``sku``, ``categories``, ``unit_price`` and ``discounted``
            (``true`` where a catalogue promotion or an earlier offer lowered it, else ``false``).
        op: how.
        values: with what; an empty list is met by ``NE`` only.

    """

    path: str
    op: Operator
    values: tuple[str, ...] = field(converter=_texts)

    def holds(self, given: Iterable[str]) -> bool:
        """Return whether the values ``given`` at the path pass."""
        if self.op is Operator.NE:
            return not any(_same(value, wanted) for value in given for wanted in self.values)
        if self.op in {Operator.IN, Operator.CONTAINS_ANY}:
            return any(_same(value, wanted) for value in given for wanted in self.values)
        return bool(self.values) and any(self._beyond_all(value) for value in given)

    def holds_for(self, line: OfferLine, *, lowered: bool = False) -> bool:
        """Return whether ``line`` passes; ``lowered`` is whether an offer lowered it already."""
        if self.path == "unit_price":
            return self.holds((str(line.unit_price),))
        if self.path == "discounted":
            return self.holds((str(lowered or line.discounted).lower(),))
        return self.holds(_values_at(line, self.path))

    def _beyond_all(self, value: str) -> bool:
        number = _number(value)
        bounds = [_number(each) for each in self.values]
        if number is None or any(bound is None for bound in bounds):
            return False
        return all(_compare(self.op, number, bound) for bound in bounds if bound is not None)


def _values_at(line: OfferLine, path: str) -> tuple[str, ...]:
    if path == "sku":
        return (line.item_id,)
    given = tuple([value for name, value in (*line.attributes, *line.item_attributes) if name == path])
    return (*given, *line.categories) if path == "categories" else given


def _compare(op: Operator, number: Decimal, bound: Decimal) -> bool:
    if op is Operator.GT:
        return number > bound
    if op is Operator.GTE:
        return number >= bound
    return number < bound if op is Operator.LT else number <= bound


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def is_number(text: str) -> bool:
    """Return whether ``text`` is compared as a number."""
    return _number(text) is not None


def _same(value: str, wanted: str) -> bool:
    if value == wanted:
        return True
    left, right = _number(value), _number(wanted)
    return left is not None and right is not None and left == right
