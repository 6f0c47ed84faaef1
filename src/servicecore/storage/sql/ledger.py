"""The ledger of a SQL store: sums of what its tables hold, kept beside them, so that what is gone is missed.

A row that was changed by hand contradicts its mark. A row that was taken away, added or put back to what it once was
contradicts a sum, since each unit of work adds what it changes. All sums are modulo 2**62, so that both databases
add them as whole numbers. Marks and sums are stored: what is written here can never mean something else.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from attrs import define

MODULUS: Final = 2**62

_WEIGHT: Final = re.compile(r"[0-9a-f]{5}")


def mark_of(*parts: str) -> int:
    """Return a number below 2**62 that stands for ``parts``: of a claim and its owner, of a key and what it keeps."""
    total = hashlib.blake2b(digest_size=8)
    for part in parts:
        raw = part.encode()
        total.update(b"%d:%b," % (len(raw), raw))
    return int.from_bytes(total.digest()) % MODULUS


def counter_mark(name: str, value: int) -> int:
    """Return the mark of a counter: in proportion to ``value``, so that what is added to the one fits the other."""
    return value * (mark_of(name) | 1) % MODULUS


def event_share(position: int, digest: str) -> int:
    """Return what an event adds to the sum of the log: its position times a weight of 20 bits out of its digest."""
    found = _WEIGHT.match(digest)
    return position * (1 + int(found[0], 16) if found else 1) % MODULUS


@define
class Changes:
    """What one unit of work adds to the sums.

    Attributes:
        log: shares of the events that it appended.
        handed_on: shares of the events that it took out of the outbox.
        claims: marks of the claims that it took, less those that it gave back.
        counters: marks of what it added to counters.
        kept: marks of everything that it kept under keys.

    """

    log: int = 0
    handed_on: int = 0
    claims: int = 0
    counters: int = 0
    kept: int = 0

    def values(self) -> tuple[int, int, int, int, int]:
        """Return them in the order of the ledger's columns, each from 0 to below 2**62."""
        return (
            self.log % MODULUS,
            self.handed_on % MODULUS,
            self.claims % MODULUS,
            self.counters % MODULUS,
            self.kept % MODULUS,
        )
