"""The codec writes what a plain one does: every document and event of a call-centre day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from io import StringIO
from pathlib import Path
from threading import Barrier
from types import UnionType
from typing import Any, Union, get_args, get_origin

import attrs
import pytest
from rich.console import Console

from servicecore.cli.demonstration.day import run_day
from servicecore.engine.service import KINDS
from servicecore.kernel.problems import Text
from servicecore.storage.codec import JsonCodec
from servicecore.storage.event_types import EventTypes
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Store


def plain(value: Any, annotation: Any = None) -> Any:
    """Return ``value`` as JSON has it, by looking at it; the annotation tells who is stored with the class's name."""
    if value is None or (isinstance(value, str | bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return round(value / timedelta(microseconds=1))
    if isinstance(value, Text):
        return [value.en, value.it, value.de]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        items = get_args(next((each for each in options(annotation) if get_origin(each) is tuple), annotation))
        return [plain(each, items[0] if items[1:] == (Ellipsis,) else items[n]) for n, each in enumerate(value)]
    attrs.resolve_types(type(value))
    found = {each.name: plain(getattr(value, each.name), each.type) for each in attrs.fields(type(value))}
    several = [each for each in options(annotation) if isinstance(each, type) and attrs.has(each)]
    return {"type": type(value).__name__, **found} if len(several) > 1 else found


def options(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)


def text_of(value: Any) -> str:
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("day") / "shop.db"
    run_day(f"sqlite:///{path}?synchronous=off", Console(file=StringIO()))
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()


def test_every_document_of_a_day_is_written_plainly_and_read_back(day: Store) -> None:
    codec, states = JsonCodec(), {each.name: each.state for each in KINDS}
    kinds = set()
    for document in day.documents():
        state = codec.decode(states[document.kind], document.data)
        assert document.data == text_of(state) == codec.encode(state) == codec.encode_like(state, None).text
        kinds.add(document.kind)
    assert {"order", "case", "contract", "customer"} <= kinds


def test_threads_that_meet_every_class_for_the_first_time_together_read_and_write_the_same(day: Store) -> None:
    """Readers and writers are built when they are first needed, also where eight threads need them at once."""
    documents, states = tuple(day.documents()), {each.name: each.state for each in KINDS}
    codec, together = JsonCodec(), Barrier(8)

    def written(first: int) -> set[str]:
        together.wait()
        mixed = (*documents[first:], *documents[:first])
        return {codec.encode(codec.decode(states[each.kind], each.data)) for each in mixed}

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(written, range(8)))
    assert answers == [{each.data for each in documents}] * 8


def test_every_event_of_a_day_is_written_plainly_and_read_back(day: Store) -> None:
    types = EventTypes.of(KINDS)
    seen = set()
    for logged in day.log(limit=100_000):
        event = types.decode_event(logged.event.type_name, logged.event.type_version, logged.event.data)
        assert logged.event.data == text_of(event) == types.codec.encode(event)
        seen.add(logged.event.type_name)
    assert len(seen) > 20
