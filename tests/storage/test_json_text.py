"""Canonical text is the same whoever writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.storage import json_text
from servicecore.storage.json_text import fastest_reader, fastest_writer, standard_reader, standard_writer

TEXTS = st.text(st.characters(codec="utf-8"))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_the_fastest_writer_writes_what_the_standard_library_writes(plain: Any) -> None:
    text = fastest_writer()(plain)
    assert text == standard_writer()(plain)
    assert json.loads(text) == plain


def test_every_character_is_written_alike() -> None:
    for first in range(0, 0x110000, 0x800):
        if first != 0xD800:  # surrogates alone cannot be stored
            text = "".join(map(chr, range(first, first + 0x800)))
            assert fastest_writer()([text]) == standard_writer()([text])


def test_it_is_sorted_by_code_point_and_without_blanks() -> None:
    assert (
        fastest_writer()({"\U00010000": 1, "\uffff": 2, "b": [], "a": {}})
        == '{"a":{},"b":[],"\uffff":2,"\U00010000":1}'
    )


def test_without_msgspec_the_standard_library_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "find_spec", lambda _name: None)
    assert fastest_writer()({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'


def test_a_lone_surrogate_has_no_text() -> None:
    with pytest.raises(UnicodeEncodeError):
        fastest_writer()(["\ud800"]).encode()


def answer(read: Any, text: str) -> Any:
    """Return what ``read`` makes of ``text``, with the types that JSON has, or the class of what it raises."""
    try:
        return json.dumps(read(text))
    except Exception as error:  # noqa: BLE001 - the class is the answer
        return type(error)


@given(
    PLAIN.map(json.dumps)
    | PLAIN.map(standard_writer())
    | st.text(st.sampled_from('[]{}",:-+.0123456789eE truefalsn\\u'))
)
def test_both_readers_read_the_same(text: str) -> None:
    assert answer(fastest_reader(), text) == answer(standard_reader(), text)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "-Infinity",
        "1e400",
        "-0",
        "123456789012345678901234567890",
        '"\\ud800"',
        '"\\ud83d\\ude42"',
        '{"a":1,"a":2}',
        "[1,]",
        "\ufeff1",
        " 1 ",
        "1 2",
        "00",
        '"\t"',
        "",
        "[" * 100_000,
    ],
)
def test_both_readers_answer_what_is_rarely_written_alike(text: str) -> None:
    assert answer(fastest_reader(), text) == answer(standard_reader(), text)


def test_without_msgspec_the_standard_library_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "find_spec", lambda _name: None)
    assert fastest_reader()(' {"a": [1, null]} ') == {"a": [1, None]}
