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


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", "offers: [1]\nitems: []\noffers: []\n", "line 3: 'offers' stands twice"),
        ("a.yaml", "items:\n  - {id: A, price: 5, id: B}\n", "line 2: 'id' stands twice"),
        ("a.json", '{"offers": [1], "items": {"id": "A", "price": 5, "id": "B"}}', "'id' stands twice"),
    ],
)
def test_what_is_said_twice_is_refused_and_not_half_lost(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(BadMapping, match=rf"{name} cannot be read: {said} in one place; accepted: each name once"):
        load_plain(written(tmp_path, text, name))


def test_a_name_that_yaml_merges_may_be_said_again(tmp_path: Path) -> None:
    text = "tea: &tea {unit: kg, price: 5}\ngreen: {<<: *tea, price: 6}\n"
    assert load_plain(written(tmp_path, text))["green"] == {"unit": "kg", "price": 6}


def test_a_number_is_never_read_in_another_base(tmp_path: Path) -> None:
    """In YAML 1.1 ``010`` is eight and ``1:30`` ninety; a price list means ten, and no number at all."""
    plain = load_plain(written(tmp_path, "a: [010, 1:30, 0x1F, 0b11, 1_000, +5, -7, 0, 12, 0.50]"))
    assert plain == {"a": ["010", "1:30", "0x1F", "0b11", "1_000", "+5", -7, 0, 12, "0.50"]}


@pytest.mark.parametrize(("name", "text"), [("a.yaml", "version: 1"), ("a.json", '{"version": 1}')])
def test_a_mark_that_editors_put_before_a_file_is_no_part_of_it(tmp_path: Path, name: str, text: str) -> None:
    assert load_plain(written(tmp_path, f"\ufeff{text}", name)) == {"version": 1}


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_what_is_nested_beyond_reading_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadMapping, match="nested too deeply"):
        load_plain(written(tmp_path, "[" * 20_000, name))


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
