"""A payment server that outlives its callers: every request that it ever took stands in a file."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.crash.points import Points

from servicecore.plugins.api import Decline, PaymentRequest, PaymentResult
from servicecore.plugins.builtin.fake_server import FakePaymentServer
from servicecore.storage.codec import JsonCodec

_CODEC = JsonCodec()


class Bank(FakePaymentServer):
    """The fake server, with its memory in a file that is on disk before it answers."""

    def __init__(self, path: Path, points: Points) -> None:
        super().__init__()
        self._path = path
        self._points = points

    def handle(self, request: PaymentRequest, now: datetime, decline: Decline | None = None) -> PaymentResult:
        operation = request.operation.value
        self._points.reach(f"before the bank's {operation}")
        with self._alone() as file:
            known = super().answer_to(request.key) is not None
            answer = super().handle(request, now, decline)
            if not known:
                file.write(json.dumps({"request": _CODEC.encode(request), "now": now.isoformat()}) + "\n")
                file.flush()
                os.fsync(file.fileno())
        self._points.reach(f"after the bank's {operation}")
        return answer

    def answer_to(self, key: str) -> PaymentResult | None:
        self._points.reach("before the bank's query")
        with self._alone():
            answer = super().answer_to(key)
        self._points.reach("after the bank's query")
        return answer

    def moves(self) -> list[str]:
        """Return what the bank did, in order: operation and amount."""
        with self._alone():
            return [f"{each.operation.value} {each.amount}" for each, _answer in self._answers.values()]

    @contextmanager
    def _alone(self) -> Iterator[Any]:
        """Yield the file, locked, after everything that stands in it was taken in again."""
        with self._path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            self._answers.clear()
            self._accounts.clear()
            self._account_of.clear()
            for line in file.read().splitlines():
                entry = json.loads(line)
                request = _CODEC.decode(PaymentRequest, entry["request"])
                super().handle(request, datetime.fromisoformat(entry["now"]))
            yield file
