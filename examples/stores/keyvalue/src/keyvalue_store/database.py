"""An ordered key-value database in one file, such as many packages offer: sorted keys, batches written whole.

A key is a tuple of texts and numbers, a value anything that JSON has. Each line of the file is one batch, with a
checksum before it; what a crash left of an unfinished last line is cut off when the file is opened.
"""

from __future__ import annotations

import fcntl
import json
import os
from bisect import bisect_left, insort
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from servicecore.storage.ports import StoreBroken, StoreUnavailable

Key = tuple[str | int, ...]


class Batch:
    """Changes on top of a database: seen by whoever holds the batch, written by ``Database.write``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.changes: dict[Key, Any] = {}
        self._added: list[Key] = []

    def get(self, *key: str | int) -> Any:
        """Return the value, or None."""
        return self.changes[key] if key in self.changes else self._database.values.get(key)

    def put(self, *key: str | int, value: Any) -> None:
        """Set the value; None takes the key away."""
        if key not in self.changes and key not in self._database.values:
            insort(self._added, key)
        self.changes[key] = value

    def scan(self, *prefix: str | int, after: Key = ()) -> Iterator[tuple[Key, Any]]:
        """Yield keys and values below ``prefix``, sorted, those above the rest ``after`` of a key only."""
        start, size = prefix + after, len(prefix)
        old, new = _from(self._database.keys, start, size), _from(self._added, start, size)
        left, right = next(old, None), next(new, None)
        while left is not None or right is not None:
            if right is None or (left is not None and left < right):
                assert left is not None
                key, left = left, next(old, None)
            else:
                key, right = right, next(new, None)
            value = self.get(*key)
            if value is not None and (not after or key != start):
                yield key, value


class Database:
    """The file, and all its keys and values in memory; for one process, and one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[Key, Any] = {}
        try:
            self._file = path.open("a+b")
        except OSError as error:
            raise StoreUnavailable(f"{path} cannot be opened: {error}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read()
        except BaseException as error:
            self._file.close()
            if isinstance(error, OSError):
                raise StoreUnavailable(f"{path} cannot be used: {error}", hint="is another process at it?") from error
            raise
        self.keys = sorted(self.values)

    def _read(self) -> None:
        self._file.seek(0)
        whole = 0
        for line in self._file:
            changes = _checked(line)
            if changes is None:
                if self._file.read(1):
                    raise StoreBroken(f"{self.path} is damaged after byte {whole}", hint="restore it from a backup")
                self._file.truncate(whole)
                return
            whole += len(line)
            for key, value in changes:
                self.values[tuple(key)] = value
                if value is None:
                    del self.values[tuple(key)]

    def write(self, batch: Batch) -> None:
        """Write all changes of ``batch``, or none; it survives a power cut when this returns."""
        if not batch.changes:
            return
        text = json.dumps(list(batch.changes.items())).encode()
        place = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(b"%08x %b\n" % (crc32(text), text))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._file.truncate(place)
            raise StoreUnavailable(f"{self.path} cannot be written: {error}") from error
        for key, value in batch.changes.items():
            if value is None:
                if self.values.pop(key, None) is not None:
                    del self.keys[bisect_left(self.keys, key)]
            else:
                if key not in self.values:
                    insort(self.keys, key)
                self.values[key] = value

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


def _from(keys: list[Key], start: Key, size: int) -> Iterator[Key]:
    prefix = start[:size]
    for at in range(bisect_left(keys, start), len(keys)):
        if keys[at][:size] != prefix:
            return
        yield keys[at]


def _checked(line: bytes) -> list[tuple[list[str | int], Any]] | None:
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % crc32(text):
        return None
    changes: list[tuple[list[str | int], Any]] = json.loads(text)
    return changes
