"""Repairing a refused command by what its problems say they accept, so that random commands get further."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from servicecore.kernel.authority import Reason
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command
from servicecore.kernel.problems import Problem

_BETWEEN: Final = re.compile(r", | or |; ")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_PART: Final = re.compile(r"(\w+)|\[(\d+)\]")


def repaired(command: Command, reason: Reason | None, problems: tuple[Problem, ...]) -> tuple[Command, Reason | None]:
    """Return ``command`` and ``reason`` with each refused field set to a value that its problem accepts.

    A problem tells by its path which field is wrong and by ``accepted`` what would be taken; where that cannot be
    read as a value of the field, the field stays.
    """
    for problem in problems:
        accepted = problem.param("accepted") or ""
        if problem.path == "reason":
            codes = (each.strip() for each in _BETWEEN.split(accepted))
            reason = next((Reason(code) for code in codes if code and " " not in code), reason)
        elif problem.path and problem.path != command.target:
            parts = [name or int(index) for name, index in _PART.findall(problem.path)]
            command = next(_changed(command, type(command), parts, accepted), command)
    return command, reason


def _changed(value: Any, hint: Any, parts: list[str | int], accepted: str) -> Iterator[Any]:
    """Yield ``value`` with the field that ``parts`` lead to set to each value that ``accepted`` names."""
    if not parts:
        yield from _values(hint, value, accepted)
        return
    first, *rest = parts
    if isinstance(first, int):
        if isinstance(value, tuple) and first < len(value):
            inner = next(iter(typing.get_args(hint)), Any)
            for changed in _changed(value[first], inner, rest, accepted):
                yield (*value[:first], changed, *value[first + 1 :])
    elif attrs.has(type(value)) and first in {each.name for each in attrs.fields(type(value))}:
        for changed in _changed(getattr(value, first), typing.get_type_hints(type(value))[first], rest, accepted):
            try:
                yield attrs.evolve(value, **{first: changed})
            except ValueError:
                continue


def _values(hint: Any, before: Any, accepted: str) -> Iterator[Any]:
    numbers = reversed(_NUMBER.findall(accepted))
    classes = {hint, *typing.get_args(hint)}
    if str in classes:
        words = (each.strip() for each in _BETWEEN.split(accepted))
        yield from (each for each in words if each and " " not in each)
    elif int in classes:
        yield from (int(each) for each in numbers if each.isdecimal())
    elif Decimal in classes:
        yield from (Decimal(each) for each in numbers)
    elif Money in classes and isinstance(before, Money):
        yield from (Money(each, before.currency) for each in numbers)
