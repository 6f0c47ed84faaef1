"""What running one acceptance vector says: nothing, or where expected and got differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import frozen


@frozen
class Mismatch:
    """One field of a vector that came out differently.

    Attributes:
        field: dotted path below ``expected``.
        expected: as the vector says.
        got: as servicecore answers.

    """

    field: str
    expected: str
    got: str


VectorCheck: TypeAlias = Callable[[Mapping[str, Any]], tuple[Mismatch, ...]]
"""Runs one vector of a kind and returns where it differs; an empty tuple is a pass."""


def compare(field: str, expected: object, got: object) -> tuple[Mismatch, ...]:
    """Return the mismatch of two values, or nothing where they are equal."""
    return () if expected == got else (Mismatch(field, repr(expected), repr(got)),)
