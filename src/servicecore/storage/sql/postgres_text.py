"""Text as PostgreSQL can hold it: any character, and keys of any length."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final
from zlib import crc32

_LONGEST_KEY: Final = 1000
_LONG: Final = b"\x01\x03"
_BUCKETS: Final = 256


def to_bytes(text: str) -> bytes:
    """Return ``text`` in UTF-8 without NUL, which PostgreSQL does not take; the order of code points stays.

    The characters U+0000 and U+0001 become two bytes each, all others stay what they are.
    """
    raw = text.encode()
    if b"\x00" in raw or b"\x01" in raw:
        raw = raw.replace(b"\x01", b"\x01\x02").replace(b"\x00", b"\x01\x01")
    return raw


def from_bytes(raw: bytes) -> str:
    """Return the text that ``to_bytes`` was given."""
    if b"\x01" in raw:
        raw = raw.replace(b"\x01\x01", b"\x00").replace(b"\x01\x02", b"\x01")
    return raw.decode()


def to_key(text: str) -> bytes:
    """Return ``text`` as ``to_bytes`` does, or a digest of it where it is too long for an index of PostgreSQL.

    A digest begins with two bytes that ``to_bytes`` never gives.
    """
    raw = to_bytes(text)
    return raw if len(raw) <= _LONGEST_KEY else _LONG + hashlib.sha256(raw).hexdigest().encode()


def to_bucket(*keys: bytes) -> bytes:
    """Return the number of the lock, one of 256, that stands for a row that is not there yet."""
    return b"%d" % (crc32(b"\x00".join(keys)) % _BUCKETS)


def to_array(values: Iterable[bytes]) -> bytes:
    """Return ``values`` as the text of an array."""
    quoted = (value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') for value in values)
    return b"{" + b",".join(b'"%b"' % value for value in quoted) + b"}"


def to_vector(words: Iterable[str]) -> bytes:
    """Return ``words`` as the text of a ``tsvector``: each with its places, from 1."""
    places: dict[bytes, list[bytes]] = {}
    for place, word in enumerate(words, start=1):
        places.setdefault(to_key(word), []).append(b"%d" % place)
    return b" ".join(b"'%b':%b" % (word, b",".join(found)) for word, found in places.items())


def to_query(words: Iterable[str]) -> bytes:
    """Return ``words`` as the text of a ``tsquery`` that wants every one."""
    return b" & ".join(b"'%b'" % to_key(word) for word in words)
