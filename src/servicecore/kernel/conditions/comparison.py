"""What a subject has under a path, and how it is compared; shared by the closures and the explanation."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from servicecore.kernel.conditions.tree import Measure, Measured, Operator
from servicecore.kernel.conditions.values import Value, comparable
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT

Subject: TypeAlias = Mapping[str, Any]
"""Dotted path to a value, to a tuple of values, or for a collection to a tuple of subjects; None is no value."""

_ORDER: Final = MappingProxyType(
    {Operator.GT: operator.gt, Operator.GTE: operator.ge, Operator.LT: operator.lt, Operator.LTE: operator.le}
)


def values_at(subject: Subject, path: str) -> tuple[Any, ...]:
    """Return the values under ``path``: none, one or several."""
    found = subject.get(path)
    if found is None:
        return ()
    return found if isinstance(found, tuple) else (found,)


def measure(condition: Measure, elements: tuple[Subject, ...]) -> Value | None:
    """Return the count or sum over ``elements``; None where amounts and numbers or two currencies mix.

    The sum of no element is 0, in the currency of the value that it is compared with.
    """
    if condition.measured is Measured.COUNT:
        return len(elements)
    found = [value for element in elements for value in values_at(element, condition.of)]
    currency = condition.value.currency if isinstance(condition.value, Money) else None
    total = Decimal(0)
    for value in found:
        kind = comparable(value)
        if kind is None or kind[0] != ("number" if currency is None else f"money {currency}"):
            return None
        total = EXACT.add(total, kind[1])
    return total if currency is None else Money(total, currency)


def comparison(op: Operator, values: tuple[Value, ...]) -> Callable[[tuple[Any, ...]], bool]:
    """Return the test of a comparison on the values that a subject has."""
    if op is Operator.EXISTS:
        return bool
    wanted = [comparable(value) for value in values]
    if op in _ORDER and wanted[0] is not None:
        ordered = _ORDER[op]
        kind, limit = wanted[0]

        def in_order(found: tuple[Any, ...]) -> bool:
            for each in found:
                key = comparable(each)
                if key is not None and key[0] == kind and ordered(key[1], limit):
                    return True
            return False

        return in_order
    accepted = frozenset(wanted)

    def listed(found: tuple[Any, ...]) -> bool:
        return any(comparable(each) in accepted for each in found)

    if op in {Operator.NE, Operator.NOT_IN}:
        return lambda found: not listed(found)
    return listed
