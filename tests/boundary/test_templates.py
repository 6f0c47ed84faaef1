"""Templates: every filter, every way to leave something out, and every wrong cell with its field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.boundary.templates import Collections, fill, taken
from servicecore.errors import InvalidValue

NONE = Collections({}, {})


def filled(template: Any, **row: Any) -> Any:
    return fill(template, row, NONE, "EUR")


def refused(template: Any, **row: Any) -> tuple[str, str]:
    with pytest.raises(InvalidValue) as caught:
        filled(template, **row)
    problem = caught.value.problem
    assert problem.param("value")
    assert problem.param("accepted")
    return problem.code, problem.path


@pytest.mark.parametrize(
    ("template", "cell", "expected"),
    [
        ("{a}", " x ", " x "),
        ("{a|text}", " x ", "x"),
        ("no. {a}!", " 7 ", "no. 7!"),
        ("{a|number}", "12.50", "12.50"),
        ("{a|integer}", "12.0", 12),
        ("{a|percent}", "0.05", "5"),
        ("{a|percent}", "0.125", "12.5"),
        ("{a|money}", "4.5", {"amount": "4.5", "currency": "EUR"}),
        ("{a|date}", "2014-05-01 00:00:00", "2014-05-01"),
        ("{a|instant}", "2014-05-01T10:00:00+02:00", "2014-05-01T10:00:00+02:00"),
        ("{a|boolean}", "Yes", True),
        ("{a|boolean}", "0", False),
        ("{a|upper}", " it ", "IT"),
        ("{a|optional|number}", "7", "7"),
        ("constant", "x", "constant"),
        (7, "x", 7),
        (None, "x", None),
    ],
)
def test_a_filter_reads_its_cell(template: Any, cell: str, expected: Any) -> None:
    assert filled(template, a=cell) == expected


@pytest.mark.parametrize(
    ("template", "cell"),
    [
        ("{a|number}", "1,5"),
        ("{a|number}", "NaN"),
        ("{a|money}", ""),
        ("{a|integer}", "1.5"),
        ("{a|percent}", "five"),
        ("{a|date}", "01/05/2014"),
        ("{a|instant}", "2014-05-01T10:00:00"),
        ("{a|instant}", "noon"),
        ("{a|boolean}", "maybe"),
    ],
)
def test_a_cell_that_cannot_be_read_names_its_field(template: str, cell: str) -> None:
    assert refused({"lines": [{"price": template}]}, a=cell) == ("boundary.bad_cell", "lines[0].price")


def test_an_unknown_column_or_filter_names_its_field() -> None:
    assert refused({"id": "{b}"}, a="1") == ("boundary.unknown_column", "id")
    assert refused({"id": "no. {b}"}, a="1") == ("boundary.unknown_column", "id")
    assert refused({"id": "{a|shout}"}, a="1") == ("boundary.unknown_filter", "id")


def test_blank_cells_leave_out_what_is_optional() -> None:
    template = {
        "id": "{a}",
        "max": "{b|optional|number}",
        "tags": ["{a}", "{b|optional}"],
        "rule": {"$when": "b", "type": "{b}"},
    }
    assert filled(template, a="1", b=" ") == {"id": "1", "tags": ["1"]}
    assert filled(template, a="1", b="2") == {"id": "1", "max": "2", "tags": ["1", "2"], "rule": {"type": "2"}}
    assert filled(template, a="1", b=None) == {"id": "1", "tags": ["1"]}


def test_a_translation_knows_its_words() -> None:
    template = {"kind": {"$translate": "{a}", "to": {"R": "reseller", "C": {"name": "{a}"}}}}
    assert filled(template, a="R") == {"kind": "reseller"}
    assert filled(template, a="C") == {"kind": {"name": "C"}}
    assert refused(template, a="X") == ("boundary.bad_cell", "kind")
    other = {"kind": {"$translate": "{a}", "to": {}, "otherwise": "none"}}
    assert filled(other, a="X") == {"kind": "none"}


def test_a_collection_gives_what_was_gathered_unless_a_row_of_it_was_broken() -> None:
    template = {"lines": {"$collection": "lines", "key": "{a}"}}
    collections = Collections({"lines": {"1": ["x", "y"]}}, {"lines": {"2": "lines.csv:3"}})
    assert fill(template, {"a": "1"}, collections, "EUR") == {"lines": ["x", "y"]}
    assert fill(template, {"a": "3"}, collections, "EUR") == {"lines": []}
    with pytest.raises(InvalidValue) as caught:
        fill(template, {"a": "2"}, collections, "EUR")
    assert (caught.value.problem.code, caught.value.problem.path) == ("boundary.incomplete_collection", "lines")
    with pytest.raises(InvalidValue, match=r"3 may lack rows of lines: nobody can read whose these are: lines\.csv:4"):
        fill(template, {"a": "3"}, Collections(strays={"lines": "lines.csv:4"}), "EUR")


def test_rows_are_taken_by_the_text_of_their_cells() -> None:
    assert taken({}, {})
    assert taken({"a": ["1", "2"], "b": ["x"]}, {"a": 2, "b": "x"})
    assert not taken({"a": ["1"]}, {"a": "3"})
    with pytest.raises(InvalidValue) as caught:
        taken({"colour": ["red"]}, {"a": "1"})
    assert (caught.value.problem.code, caught.value.problem.path) == ("boundary.unknown_column", "where")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-10, max_value=10))
@settings(max_examples=50, deadline=None)
def test_a_percent_is_a_hundred_times_its_cell(share: Decimal) -> None:
    assert Decimal(filled("{a|percent}", a=str(share))) == share * 100
