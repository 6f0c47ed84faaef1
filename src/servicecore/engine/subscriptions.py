"""Subscriptions: each subscriber reads the log from where it stands, and where it stands is kept in the store."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, field, frozen

from servicecore.engine.consumers import Consumer
from servicecore.engine.outbox import Tally, hand_on_each
from servicecore.engine.runtime import Runtime
from servicecore.storage.ports import Reader

_PAGE: Final = 100
_LEASE: Final = timedelta(minutes=5)


@frozen
class Subscriber:
    """A subscriber of this process.

    Attributes:
        consumer: its name and how it is called.
        start: position of the last event that it does not want, for its very first time; None for where the log
            ended when it first came.

    """

    consumer: Consumer
    start: int | None = 0

    @property
    def key(self) -> str:
        """Return the key under which it is kept where it stands."""
        return cursor_key(self.consumer.name.removeprefix("subscriber:"))


@frozen
class Cursor:
    """Where a subscriber stands, and who delivers to it just now.

    Attributes:
        position: of the last event that it has got, or that is kept for it as failed work.
        holder: of the worker that delivers; empty for none.
        until: when that worker's turn ends, aware UTC.

    """

    position: int
    holder: str = ""
    until: datetime | None = field(default=None)


def cursor_key(name: str) -> str:
    """Return the key under which it is kept where the subscriber ``name`` stands."""
    return f"subscription:{name}"


def begin(runtime: Runtime, subscriber: Subscriber) -> None:
    """Keep where a subscriber starts, unless it came before."""
    start = subscriber.start if subscriber.start is not None else end_of_log(runtime)
    with runtime.store.transaction() as transaction:
        if transaction.get(subscriber.key) is None:
            transaction.put(subscriber.key, _written(Cursor(start)))


def move(runtime: Runtime, name: str, position: int) -> None:
    """Let the subscriber ``name`` go on after ``position``; 0 plays everything again."""
    with runtime.store.transaction() as transaction:
        transaction.put(cursor_key(name), _written(Cursor(position)))


def position_of(runtime: Runtime, name: str) -> int:
    """Return the position of the last event that the subscriber ``name`` is through with; 0 where it never came."""
    with runtime.store.reading() as reader:
        cursor = _read(reader, cursor_key(name))
    return cursor.position if cursor is not None else 0


def end_of_log(runtime: Runtime) -> int:
    """Return a position that no event stands beyond, in a few dozen reads whatever the length of the log."""
    high = 1
    while runtime.store.log(after=high, limit=1):
        high *= 2
    low = 0
    while low < high:
        middle = (low + high) // 2
        if runtime.store.log(after=middle, limit=1):
            low = middle + 1
        else:
            high = middle
    return low


def deliver(runtime: Runtime, subscriber: Subscriber, tally: Tally, *, limit: int) -> None:
    """Deliver at most ``limit`` events that ``subscriber`` has not got yet, in log order.

    One worker at a time delivers to a subscriber; its turn ends with its work, or with its lease where it died. What
    a dead worker had delivered since it last said so is delivered again.
    """
    me = secrets.token_hex(8)
    done = 0
    cursor = _take(runtime, subscriber.key, me)
    while cursor is not None:
        page = runtime.store.log(after=cursor.position, limit=min(_PAGE, limit - done))
        if not page:
            _keep(runtime, subscriber.key, me, evolve(cursor, holder="", until=None))
            return
        hand_on_each(runtime, (subscriber.consumer,), page, tally)
        done += len(page)
        tally.events += len(page)
        ended = done >= limit
        reached = Cursor(page[-1].position, "" if ended else me, None if ended else runtime.clock.now() + _LEASE)
        cursor = reached if _keep(runtime, subscriber.key, me, reached) and not ended else None


def _take(runtime: Runtime, key: str, me: str) -> Cursor | None:
    now = runtime.clock.now()
    with runtime.store.reading() as reader:
        cursor = _read(reader, key)
    if cursor is not None and not runtime.store.log(after=cursor.position, limit=1):
        return None
    with runtime.store.transaction() as transaction:
        cursor = _read(transaction, key) or Cursor(0)
        if cursor.holder and cursor.until is not None and now < cursor.until:
            return None
        mine = Cursor(cursor.position, me, now + _LEASE)
        transaction.put(key, _written(mine))
    return mine


def _keep(runtime: Runtime, key: str, me: str, cursor: Cursor) -> bool:
    """Keep ``cursor`` as long as it is still this worker's turn; return whether it is."""
    with runtime.store.transaction() as transaction:
        stored = _read(transaction, key)
        if stored is None or stored.holder != me:
            return False
        transaction.put(key, _written(cursor))
    return True


def _read(reader: Reader, key: str) -> Cursor | None:
    text = reader.get(key)
    if text is None:
        return None
    plain = json.loads(text)
    until = plain["until"]
    return Cursor(plain["position"], plain["holder"], datetime.fromisoformat(until) if until else None)


def _written(cursor: Cursor) -> str:
    until = cursor.until.isoformat() if cursor.until is not None else None
    return json.dumps({"position": cursor.position, "holder": cursor.holder, "until": until})
