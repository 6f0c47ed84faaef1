"""The typed tree of a condition, its bounds, and its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

from attrs import field, frozen

from servicecore.kernel.conditions.values import Value, check_value, show_value
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED, WRONG_TYPE, Problem, ProblemKind

MAX_DEPTH: Final = 32
"""How deep a condition may nest; the outermost node is at depth 1."""
MAX_NODES: Final = 1000
"""How many nodes a condition may have."""
MAX_VALUES: Final = 10_000
"""How many values all comparisons of a condition may list together."""

TOO_DEEP: Final = ProblemKind(
    "condition.too_deep",
    en="the condition nests {value} deep; accepted: up to {accepted}",
    it="la condizione ha {value} livelli; valori ammessi: fino a {accepted}",
    de="die Bedingung ist {value} Ebenen tief; zulässig: bis {accepted}",
)
TOO_LARGE: Final = ProblemKind(
    "condition.too_large",
    en="the condition has {value} {what}; accepted: up to {accepted}",
    it="la condizione ha {value} {what}; valori ammessi: fino a {accepted}",
    de="die Bedingung hat {value} {what}; zulässig: bis {accepted}",
)


class Operator(Enum):
    """How a comparison compares.

    A path with several values holds for ``eq``, ``in``, ``contains_any`` and the orderings where one of them does;
    ``ne`` and ``not_in`` are the opposites of ``eq`` and ``in``, so that they hold where there is no value. Values of
    different kinds are never equal and never in order.
    """

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    CONTAINS_ANY = "contains_any"
    EXISTS = "exists"


LISTING: Final = frozenset({Operator.IN, Operator.NOT_IN, Operator.CONTAINS_ANY})
"""The operators that take one value or more; ``exists`` takes none, every other exactly one."""
MEASURING: Final = frozenset(
    {Operator.EQ, Operator.NE, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE},
)
"""The operators that a count or a sum can be compared by."""


class Quantifier(Enum):
    """Over how many elements of a collection a condition has to hold; ``ALL`` holds for an empty one."""

    ANY = "any"
    ALL = "all"


class Measured(Enum):
    """What is measured of the elements of a collection."""

    COUNT = "count"
    SUM = "sum"


def _path(value: object, name: str = "path") -> str:
    if not isinstance(value, str):
        raise WRONG_TYPE.error(name, value=repr(value), type=type(value).__name__, accepted="a dotted path")
    if not value.isprintable() or not all(part == part.strip() and part for part in value.split(".")):
        raise NOT_ACCEPTED.error(name, value=repr(value), accepted="a dotted path such as customer.group")
    return value


def _collection(value: object) -> str:
    return _path(value, "collection")


def _values(given: Iterable[object]) -> tuple[Value, ...]:
    return tuple(check_value(value, f"values[{index}]") for index, value in enumerate(given))


def _conditions(given: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(given)


@frozen
class AllOf:
    """Holds where each of its conditions holds; an empty one holds."""

    of: tuple[Condition, ...] = field(converter=_conditions)


@frozen
class AnyOf:
    """Holds where one of its conditions holds; an empty one does not."""

    of: tuple[Condition, ...] = field(converter=_conditions)


@frozen
class Not:
    """Holds where its condition does not."""

    condition: Condition


@frozen
class Compare:
    """Compares what the subject has under a path with given values.

    Attributes:
        path: dotted, ``customer.group``.
        op: how.
        values: one, or several for ``in``, ``not_in`` and ``contains_any``, or none for ``exists``.

    Raises:
        InvalidValue: ``value.wrong_type`` or ``value.not_accepted``.

    """

    path: str = field(converter=_path)
    op: Operator
    values: tuple[Value, ...] = field(converter=_values, default=())

    @values.validator
    def _check_count(self, _attribute: object, values: tuple[Value, ...]) -> None:
        wanted = "no value" if self.op is Operator.EXISTS else "one value"
        fits = len(values) == (self.op is not Operator.EXISTS)
        if self.op in LISTING:
            wanted, fits = "one value or more", bool(values)
        if not fits:
            raise NOT_ACCEPTED.error("values", value=f"{len(values)} values", accepted=wanted)


@frozen
class Quantified:
    """Holds where a condition holds for any or for all elements of a collection; it sees the element only."""

    collection: str = field(converter=_collection)
    quantifier: Quantifier
    where: Condition


@frozen
class Measure:
    """Compares how many elements of a collection there are, or what one of their paths sums to.

    Attributes:
        collection: ``lines``.
        measured: count or sum.
        op: one of ``eq ne gt gte lt lte``.
        value: a number, or for a sum also an amount.
        of: the path that is summed, inside an element; empty for a count. Elements without it add nothing.
        where: which elements count; None for all.

    Raises:
        InvalidValue: ``value.wrong_type`` or ``value.not_accepted``.

    """

    collection: str = field(converter=_collection)
    measured: Measured
    op: Operator = field()
    value: Value = field(converter=check_value)
    of: str = field(default="")
    where: Condition | None = None

    @op.validator
    def _check_op(self, _attribute: object, op: Operator) -> None:
        if op not in MEASURING:
            accepted = ", ".join(each.value for each in Operator if each in MEASURING)
            raise NOT_ACCEPTED.error("op", value=op.value, accepted=accepted)

    @value.validator
    def _check_kind(self, _attribute: object, value: Value) -> None:
        allowed = (int, Decimal) if self.measured is Measured.COUNT else (int, Decimal, Money)
        if isinstance(value, bool) or not isinstance(value, allowed):
            raise NOT_ACCEPTED.error("value", value=show_value(value), accepted="a number, or an amount for a sum")

    @of.validator
    def _check_of(self, _attribute: object, of: str) -> None:
        if (self.measured is Measured.SUM) != bool(of):
            raise NOT_ACCEPTED.error("of", value=repr(of), accepted="a path for a sum, nothing for a count")
        if of:
            _path(of, "of")


Condition: TypeAlias = AllOf | AnyOf | Not | Compare | Quantified | Measure


def parts(condition: Condition) -> tuple[tuple[str, Condition], ...]:
    """Return the conditions right below, each with its place in the JSON form: ``all[0]``, ``not``, ``where``."""
    if isinstance(condition, AllOf | AnyOf):
        name = "all" if isinstance(condition, AllOf) else "any"
        return tuple((f"{name}[{index}]", part) for index, part in enumerate(condition.of))
    if isinstance(condition, Not):
        return (("not", condition.condition),)
    if isinstance(condition, Quantified | Measure) and condition.where is not None:
        return (("where", condition.where),)
    return ()


def walk(condition: Condition) -> Iterator[tuple[str, int, Condition]]:
    """Yield each node with its path and depth, parents first, without recursion and so at any depth."""
    waiting: list[tuple[str, int, Condition]] = [("", 1, condition)]
    while waiting:
        path, depth, node = waiting.pop()
        yield path, depth, node
        below = [(f"{path}.{place}" if path else place, depth + 1, part) for place, part in parts(node)]
        waiting.extend(reversed(below))


def check_bounds(condition: Condition) -> tuple[Problem, ...]:
    """Return why ``condition`` is too big (``condition.too_deep``, ``condition.too_large``), or nothing.

    It stops at the bound, so that its own cost is bounded too.
    """
    values = 0
    for count, (path, depth, node) in enumerate(walk(condition), start=1):
        values += len(node.values) if isinstance(node, Compare) else 0
        if depth > MAX_DEPTH:
            return (TOO_DEEP.at(path, value=depth, accepted=MAX_DEPTH),)
        if count > MAX_NODES:
            return (TOO_LARGE.at(path, value=count, what="nodes", accepted=MAX_NODES),)
        if values > MAX_VALUES:
            return (TOO_LARGE.at(path, value=values, what="values", accepted=MAX_VALUES),)
    return ()


def describe(condition: Condition) -> str:
    """Return the condition on one line, in the words of its JSON form: ``customer.group in vip, gold``."""
    if isinstance(condition, AllOf | AnyOf):
        name = "all" if isinstance(condition, AllOf) else "any"
        return f"{name} of ({'; '.join(describe(part) for part in condition.of)})"
    if isinstance(condition, Not):
        return f"not ({describe(condition.condition)})"
    if isinstance(condition, Compare):
        values = ", ".join(show_value(value) for value in condition.values)
        return f"{condition.path} {condition.op.value} {values}".rstrip()
    if isinstance(condition, Quantified):
        return f"{condition.quantifier.value} of {condition.collection} where ({describe(condition.where)})"
    what = condition.collection if condition.measured is Measured.COUNT else f"{condition.collection}.{condition.of}"
    where = "" if condition.where is None else f" where ({describe(condition.where)})"
    return f"{condition.measured.value} of {what}{where} {condition.op.value} {show_value(condition.value)}"
