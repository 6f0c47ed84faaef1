"""Tables out of files: every row with its line, every bad row with its problem, every broken file by name."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.boundary.tables import Row, UnreadableFile, read_rows


def rows(folder: Path, name: str, text: str) -> list[Row]:
    path = folder / name
    data = text.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    return list(read_rows(path))


@pytest.mark.parametrize("name", ["items.csv", "items.csv.gz"])
def test_csv_rows_come_by_column_with_their_line(tmp_path: Path, name: str) -> None:
    found = rows(tmp_path, name, 'id,name\n1,Tea\n\n2,"Pot, large"\n')
    assert [(row.line, row.values) for row in found] == [
        (2, {"id": "1", "name": "Tea"}),
        (4, {"id": "2", "name": "Pot, large"}),
    ]


@pytest.mark.parametrize("name", ["items.jsonl", "items.jsonl.gz"])
def test_json_lines_keep_exact_numbers(tmp_path: Path, name: str) -> None:
    found = rows(tmp_path, name, '{"id": 1, "price": 0.10}\n\n{"id": 2, "price": null}\n')
    assert [(row.line, row.values) for row in found] == [
        (1, {"id": 1, "price": "0.10"}),
        (3, {"id": 2, "price": None}),
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert rows(tmp_path, "a.csv", "\ufeffid\n1\n")[0].values == {"id": "1"}


@pytest.mark.parametrize("line", ["1", "1,2,3", 'x"y",2x"', '"a"b,c'])
def test_a_bad_csv_row_is_named_and_those_after_it_still_come(tmp_path: Path, line: str) -> None:
    found = rows(tmp_path, "a.csv", f"id,name\n1,Tea\n{line}\n3,Pot\n")
    good = [row.values["id"] for row in found if row.problem is None]
    assert good[0] == "1"
    assert good[-1] == "3"
    bad = [row for row in found if row.problem is not None]
    if bad:
        assert [(row.line, row.problem.code) for row in bad if row.problem] == [(3, "boundary.bad_row")]


@pytest.mark.parametrize("line", ["{", "[1]", "7", '{"a": 1}}', "[" * 100_000])
def test_a_bad_json_line_is_named_and_those_after_it_still_come(tmp_path: Path, line: str) -> None:
    found = rows(tmp_path, "a.jsonl", f'{{"id": 1}}\n{line}\n{{"id": 3}}\n')
    assert [(row.line, row.problem is None) for row in found] == [(1, True), (2, False), (3, True)]
    problem = found[1].problem
    assert problem is not None
    assert problem.code == "boundary.bad_row"
    assert problem.param("value")
    assert problem.param("accepted") == "one JSON object a line"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("missing.csv", None, "missing.csv cannot be read"),
        ("a.txt", b"x", "a.txt is of no known format"),
        ("a.csv.zip", b"x", "no known format"),
        ("a.csv", b"id\n\xff\xfe", "a.csv cannot be read"),
        ("a.csv.gz", b"no gzip at all", "a.csv.gz cannot be read"),
        ("a.csv.gz", gzip.compress(b"id\n1\n" * 9000, mtime=0)[:-20], "a.csv.gz cannot be read"),
        ("a.csv", b"id,name,id\n1,2,3\n", "two columns are called 'id'"),
        ("a.csv", b'"id\n', "a.csv: its heading cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(
    tmp_path: Path, name: str, data: bytes | None, reason: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableFile, match=reason):
        list(read_rows(tmp_path / name))


def test_a_damaged_gzip_file_is_refused_and_no_bare_error_of_the_library(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(json.dumps({"id": 1}).encode() * 500))
    data[40:60] = bytes(20)
    (tmp_path / "a.jsonl.gz").write_bytes(bytes(data))
    with pytest.raises(UnreadableFile, match=r"a\.jsonl\.gz cannot be read"):
        list(read_rows(tmp_path / "a.jsonl.gz"))


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert rows(tmp_path, "a.csv", "") == rows(tmp_path, "a.jsonl", "") == []


CELLS = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
@settings(max_examples=40, deadline=None)
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory: Any, table: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("left", "right"))
    writer.writerows(table)
    found = rows(tmp_path_factory.mktemp("csv"), "a.csv", text.getvalue())
    assert [(row.values["left"], row.values["right"]) for row in found] == table
