"""A card's number never stays: a digest finds the card, four characters tell people which one it is."""

from __future__ import annotations

from hashlib import sha256

import pytest

from servicecore.billing import GiftCardCode
from servicecore.errors import InvalidValue


def test_a_number_is_read_as_it_is_spoken() -> None:
    expected = sha256(b"7KQ29XMP4TRA00BDZZ81").hexdigest()
    for number in ("7KQ2-9XMP-4TRA-00BD-ZZ81", "7kq2 9xmp 4tra 00bd zz81", "7KQ29XMP4TRA00BDZZ81"):
        assert GiftCardCode.read(number) == GiftCardCode(expected, "ZZ81")


def test_what_is_shown_has_four_characters_of_it_and_no_digest() -> None:
    code = GiftCardCode.read("7KQ2-9XMP-4TRA-00BD-ZZ81")
    assert code.masked == "**** ZZ81"
    assert code.digest not in repr(code)
    assert "9XMP" not in repr(code)


@pytest.mark.parametrize(
    "number", ["", "7KQ2-9XMP-4TRA-00B", "7KQ2 9XMP 4TRA 00B!", "Ü" * 20, "7" * 41, "7KQ2\n9XMP4TRA00BD"]
)
def test_what_is_too_short_or_no_number_is_refused_without_repeating_it(number: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        GiftCardCode.read(number)
    problem = refused.value.problem
    assert (problem.code, problem.path) == ("value.not_accepted", "number")
    assert "9XMP" not in problem.text()


@pytest.mark.parametrize(
    ("digest", "last_four"), [("ab", "ZZ81"), ("g" * 64, "ZZ81"), ("a" * 64, "ZZ8"), ("a" * 64, "ZZ8-")]
)
def test_a_code_that_was_not_made_by_reading_is_refused(digest: str, last_four: str) -> None:
    with pytest.raises(InvalidValue):
        GiftCardCode(digest, last_four)
