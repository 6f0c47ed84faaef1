"""A filing: what a store files a state under."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen


@frozen
class Filing:
    """What a store files a state under, worked out of the state alone; nothing by default.

    Attributes:
        indexes: the values by which it is found: ``{"customer": ("C-1",)}``.
        wakeup: the next instant at which time changes it, aware UTC, or None.
        claims: texts that no other aggregate may hold at the same time.

    """

    indexes: Mapping[str, tuple[str, ...]] = field(factory=dict)
    wakeup: datetime | None = None
    claims: tuple[str, ...] = ()
