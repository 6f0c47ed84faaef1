"""Where time and ids come from."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from servicecore.engine import RandomIds, SystemClock, draw_gift_card_number


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_random_ids_name_their_kind_and_do_not_repeat() -> None:
    ids = [RandomIds().next("order") for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert all(re.fullmatch(r"O-[0-9A-HJKMNP-TV-Z]{8}-[0-9A-HJKMNP-TV-Z]{10}", each) for each in ids)
    assert RandomIds().next("visit").startswith("visit-")


def test_every_letter_of_an_id_is_as_likely_as_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """All 256 bytes once, ten at a time: each of the 32 letters 8 times; the system is asked once for each id."""
    asked: list[int] = []
    drawn = iter(range(260))

    def drawing(count: int) -> bytes:
        asked.append(count)
        return bytes(next(drawn) % 256 for _ in range(count))

    monkeypatch.setattr(secrets, "token_bytes", drawing)
    letters = "".join(RandomIds().next("order").split("-")[2] for _ in range(26))
    assert asked == [10] * 26
    assert Counter(letters[:256]) == dict.fromkeys("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 8)


def test_a_gift_card_number_is_twenty_letters_in_groups() -> None:
    numbers = {draw_gift_card_number() for _ in range(200)}
    assert len(numbers) == 200
    assert all(re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", each) for each in numbers)


def test_random_ids_sort_by_the_second_of_their_making() -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    before = int(datetime.now(UTC).timestamp())
    stamp = RandomIds().next("order").split("-")[1]
    value = 0
    for letter in stamp:
        value = value * 32 + alphabet.index(letter)
    assert before <= value <= before + 60
    assert list(alphabet) == sorted(alphabet)
