"""Where time and ids come from in a running installation."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PREFIX: Final = {
    "customer": "C",
    "item": "I",
    "order": "O",
    "case": "K",
    "contract": "M",
    "invoice": "V",
    "quote": "Q",
}


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """Return the current instant."""
        return datetime.now(UTC)


class RandomIds:
    """Short ids that sort by the instant of their making: ``O-01JDB6Q0-7XK2M9PT4R``.

    Ten random characters of 32 make 50 bits for each second, so two machines do not meet.
    """

    def next(self, kind: str) -> str:
        """Return a fresh id of ``kind``."""
        seconds = int(datetime.now(UTC).timestamp())
        when = "".join(_ALPHABET[(seconds >> shift) & 31] for shift in range(35, -1, -5))
        chance = "".join(secrets.choice(_ALPHABET) for _ in range(10))
        return f"{_PREFIX.get(kind, kind)}-{when}-{chance}"
