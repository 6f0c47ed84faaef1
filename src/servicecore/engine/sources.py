"""Where time and ids come from in a running installation."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import lru_cache
from time import time
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS: Final = (_ALPHABET * (256 // len(_ALPHABET))).encode("ascii")
"""What each byte stands for; 256 is 8 times 32, so that every letter is as likely as the others."""
_CHANCE_LENGTH: Final = 10
_NUMBER_GROUPS: Final = 5
_GROUP_LENGTH: Final = 4
_PREFIX: Final = {
    "customer": "C",
    "item": "I",
    "order": "O",
    "case": "K",
    "contract": "M",
    "invoice": "V",
    "quote": "Q",
    "gift_card": "G",
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
        return f"{_PREFIX.get(kind, kind)}-{_stamp(int(time()))}-{_random_letters(_CHANCE_LENGTH)}"


def draw_gift_card_number() -> str:
    """Return a fresh number for a gift card: twenty random characters of 32, in groups, ``7KQ2-9XMP-...``.

    It makes 100 bits, so that nobody finds one by trying. Only who calls this ever has it: the store keeps what
    ``billing.GiftCardCode.read`` makes of it.
    """
    return "-".join(_random_letters(_GROUP_LENGTH) for _ in range(_NUMBER_GROUPS))


@lru_cache(1)
def _stamp(second: int) -> str:
    """Return eight characters that sort by ``second``; most ids are made in the second of the one before."""
    return "".join(_ALPHABET[(second >> shift) & 31] for shift in range(35, -1, -5))


def _random_letters(count: int) -> str:
    # One call of the system for all of them: the calls are what a random letter costs.
    return secrets.token_bytes(count).translate(_LETTERS).decode("ascii")
