"""The vectors of amounts that are split over lines by their weights: the largest remainder, the sum always exact."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from servicecore.kernel.allocation import allocate
from servicecore.kernel.money import Money
from servicecore.testing.vectors.order_desk import CURRENCY
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck, compare


def check_proration(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the share of each weight, in minor units; ties go to the earlier line."""
    given = vector["input"]
    split = allocate(Money.from_minor(given["total_minor"], CURRENCY), given["weights"])
    return compare("shares", vector["expected"]["shares"], [share.to_minor() for share in split.shares])


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"proration": check_proration})
"""The group of order vectors that this module runs."""
