from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.storage.digest import chain_digest, from_microseconds, to_microseconds
from servicecore.storage.ports import StoredEvent

EVENT = StoredEvent("a.b", 2, '{"é":1}', "{}", datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))


def test_the_digest_is_sha_256_over_the_fields_with_their_lengths() -> None:
    text = b'2:ab,5:order,3:o-1,1:7,3:a.b,1:2,8:{"\xc3\xa9":1},2:{},7:1000005,'

    assert chain_digest("ab", "order", "o-1", 7, EVENT) == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        chain_digest("", "order", "o-1", 7, EVENT),
        chain_digest("ab", "case", "o-1", 7, EVENT),
        chain_digest("ab", "order", "o-2", 7, EVENT),
        chain_digest("ab", "order", "o-1", 8, EVENT),
        chain_digest("ab", "order", "o-1", 7, evolve(EVENT, type_name="a.c")),
        chain_digest("ab", "order", "o-1", 7, evolve(EVENT, type_version=3)),
        chain_digest("ab", "order", "o-1", 7, evolve(EVENT, data="{}")),
        chain_digest("ab", "order", "o-1", 7, evolve(EVENT, meta='{"a":1}')),
        chain_digest("ab", "order", "o-1", 7, evolve(EVENT, at=datetime(1970, 1, 1, tzinfo=UTC))),
    ],
)
def test_every_field_counts(other: str) -> None:
    assert other != chain_digest("ab", "order", "o-1", 7, EVENT)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_microseconds_come_back_exact_and_sort_like_the_instants(first: datetime, second: datetime) -> None:
    assert from_microseconds(to_microseconds(first)) == first
    assert (first < second) == (to_microseconds(first) < to_microseconds(second))
