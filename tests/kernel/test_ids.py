"""Ids and where they come from."""

from __future__ import annotations

import pytest

from servicecore.errors import InvalidValue
from servicecore.kernel.ids import CountingIds, check_id


def test_counting_ids_count_for_each_kind_apart() -> None:
    ids = CountingIds()
    assert [ids.next("order"), ids.next("case"), ids.next("order")] == ["order-1", "case-1", "order-2"]


@pytest.mark.parametrize("fine", ["C-1001", "Grüße/7 b", "x" * 100])
def test_printable_text_can_be_an_id(fine: str) -> None:
    assert check_id(fine, "customer") == fine


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("", "value.not_accepted"),
        (" C-1", "value.not_accepted"),
        ("C-1\n", "value.not_accepted"),
        ("C\x001", "value.not_accepted"),
        ("x" * 101, "value.not_accepted"),
        (7, "value.wrong_type"),
        (None, "value.wrong_type"),
    ],
)
def test_what_cannot_be_an_id_is_refused_with_its_path(wrong: object, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_id(wrong, "customer")
    assert (refused.value.problem.code, refused.value.problem.path) == (code, "customer")
