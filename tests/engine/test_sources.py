"""Where time and ids come from."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from servicecore.engine import RandomIds, SystemClock


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_random_ids_name_their_kind_and_do_not_repeat() -> None:
    ids = [RandomIds().next("order") for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert all(re.fullmatch(r"O-[0-9A-HJKMNP-TV-Z]{8}-[0-9A-HJKMNP-TV-Z]{10}", each) for each in ids)
    assert RandomIds().next("visit").startswith("visit-")


def test_random_ids_sort_by_the_second_of_their_making() -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    before = int(datetime.now(UTC).timestamp())
    stamp = RandomIds().next("order").split("-")[1]
    value = 0
    for letter in stamp:
        value = value * 32 + alphabet.index(letter)
    assert before <= value <= before + 60
    assert list(alphabet) == sorted(alphabet)
