"""What running one acceptance vector says: nothing, or where expected and got differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeAlias

from attrs import frozen

from servicecore.errors import ServiceCoreError


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


class NotSupported(ServiceCoreError):
    """Raised by a check whose kind is run for vectors of other semantics only; such a vector counts as not supported.

    The message names what is missing: a switch, a benefit, a field.
    """

    code: ClassVar[str] = "vectors.not_supported"


VectorCheck: TypeAlias = Callable[[Mapping[str, Any]], tuple[Mismatch, ...]]
"""Runs one vector of a kind and returns where it differs; an empty tuple is a pass. It may raise `NotSupported`."""


def compare(field: str, expected: object, got: object) -> tuple[Mismatch, ...]:
    """Return the mismatch of two values, or nothing where they are equal."""
    return () if expected == got else (Mismatch(field, repr(expected), repr(got)),)
