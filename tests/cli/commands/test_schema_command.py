"""Schema: every name gives a valid JSON Schema 2020-12, and the files that we ship fit theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from servicecore.boundary.mapping import load_plain
from servicecore.engine import KINDS

Run = Callable[..., Any]
ROOT = Path(__file__).parents[3]
MAPPINGS = [
    ROOT / "examples" / "adventureworks" / "mapping.yaml",
    ROOT / "tests" / "data" / "tea_shop" / "mapping.yaml",
]


def test_the_names_are_all_commands_all_events_a_cart_and_three_files(run: Run) -> None:
    expected = {operation.name for kind in KINDS for operation in kind.operations}
    expected |= {event.type_name for kind in KINDS for event in kind.events()}
    assert set(run("schema").out.split()) == expected | {"cart", "price-book", "settings", "mapping"}


def test_every_schema_is_valid(run: Run) -> None:
    schemas = run("schema", "--json").json
    assert set(schemas) == set(run("schema").out.split())
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"].endswith("2020-12/schema"), name


@pytest.mark.parametrize(
    "name", ["cart", "price-book", "settings", "mapping", "orders.place_order", "cases.case_opened"]
)
def test_one_schema_alone_is_the_same_as_among_all(run: Run, name: str) -> None:
    assert run("schema", name).json == run("schema", name, "--json").json == run("schema", "--json").json[name]


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: str(path.parent.name))
def test_a_mapping_fits_its_schema_and_an_unknown_field_does_not(run: Run, path: Path) -> None:
    validator = Draft202012Validator(run("schema", "mapping").json)
    mapping = load_plain(path)
    assert list(validator.iter_errors(mapping)) == []
    assert [error.validator for error in validator.iter_errors({**mapping, "titel": "x"})] == ["additionalProperties"]
    assert list(validator.iter_errors({**mapping, "version": 2})) != []


def test_a_cart_fits_its_schema(run: Run) -> None:
    validator = Draft202012Validator(run("schema", "cart").json)
    cart = yaml.safe_load("{customer: C, currency: EUR, lines: [{item: tea, quantity: '3'}]}")
    assert list(validator.iter_errors(cart)) == []
    cart["lines"][0]["quantity"] = 3.5
    assert list(validator.iter_errors(cart)) != [], "no floats"


def test_an_unknown_name_is_a_wrong_argument(run: Run) -> None:
    answer = run("schema", "nonsense", "--json")
    assert answer.code == 2
    assert "'nonsense' has no schema" in answer.json["error"]["message"]
