"""Mapping files: exact numbers, every wrong field named, and a schema that says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from servicecore.boundary.mapping import BadMapping, load_mapping, load_plain, mapping_schema

GOOD = """
version: 1
title: Teas
currency: EUR
sources:
  - {file: items.csv, into: item, record: {id: "{id}", name: "{name}"}}
book: {id: teas, version: "1", margin: {acceptable_percent: 12.50}}
"""
EXAMPLE = Path(__file__).parents[2] / "examples" / "adventureworks" / "mapping.yaml"


def written(folder: Path, text: str, name: str = "mapping.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_is_read_and_keeps_numbers_and_days_as_they_are_written(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path, GOOD))
    assert mapping.title == "Teas"
    assert mapping.book["margin"] == {"acceptable_percent": "12.50"}
    plain = load_plain(written(tmp_path, "day: 2026-03-02\nshare: 1.10\ncount: 7\n"))
    assert plain == {"day": "2026-03-02", "share": "1.10", "count": 7}
    assert load_plain(written(tmp_path, '{"share": 1.10}', "a.json")) == {"share": "1.10"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("version: 1", "version: 2"), "version"),
        (("into: item", "into: teapot"), r"sources\.0\.into"),
        (("title: Teas", "titel: Teas"), "titel"),
        (("file: items.csv, ", ""), r"sources\.0\.file"),
        (("into: item", "into: price"), "names no price_list"),
        (("into: item", "into: collection"), "names no name and no key"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, change: tuple[str, str], field: str) -> None:
    with pytest.raises(BadMapping, match=field):
        load_mapping(written(tmp_path, GOOD.replace(*change)))


GATHERING = """
version: 1
title: Teas
currency: EUR
sources:
  - {file: lines.csv, into: collection, name: lines, key: "{order}", record: {item: "{item}"}}
  - {file: orders.csv, into: order, record: {id: "{id}", lines: {$collection: lines, key: "{id}"}, state: "{state}"}}
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("$collection: lines", "$collection: linse"), r"'linse' is gathered by no source before; accepted: lines"),
        (('lines, key: "{id}"', "lines"), r"sources\.1\.record: \$collection 'lines' names no key"),
        (('"{state}"', '[{$translate: "{state}"}]'), r"\$translate '\{state\}' names no `to`"),
        (("into: order,", "into: order, incomplete: keep,"), r"sources\.1: .*order rows are part of nothing"),
        (("into: order,", "into: order, incomplete: maybe,"), r"sources\.1\.incomplete"),
    ],
)
def test_a_record_that_no_row_could_fill_is_refused_before_a_row_is_read(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    """An order whose collection is misspelled would come in without its lines."""
    assert load_mapping(written(tmp_path, GATHERING)).sources[1].incomplete == "refuse"
    assert change[0] in GATHERING
    with pytest.raises(BadMapping, match=said):
        load_mapping(written(tmp_path, GATHERING.replace(*change)))


def test_a_collection_is_gathered_before_it_is_taken_in(tmp_path: Path) -> None:
    lines = GATHERING.splitlines()
    turned = "\n".join([*lines[:-2], lines[-1], lines[-2]])
    with pytest.raises(BadMapping, match=r"sources\.0\.record: .* by no source before; accepted: none"):
        load_mapping(written(tmp_path, turned))


@pytest.mark.parametrize("text", ["a: [", "{", "\t"])
def test_what_is_no_yaml_is_refused_by_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadMapping, match=r"mapping\.yaml cannot be read"):
        load_mapping(written(tmp_path, text))


def test_a_missing_file_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="cannot be read"):
        load_mapping(tmp_path / "nowhere.yaml")
    (tmp_path / "a.json").write_bytes(b"\xff")
    with pytest.raises(BadMapping, match=r"a\.json cannot be read"):
        load_plain(tmp_path / "a.json")


def test_the_schema_takes_the_example_and_refuses_what_loading_refuses() -> None:
    schema: dict[str, Any] = mapping_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    plain = load_plain(EXAMPLE)
    validator.validate(plain)
    assert load_mapping(EXAMPLE).title == plain["title"]
    assert not validator.is_valid(json.loads(json.dumps(plain)) | {"extra": 1})
