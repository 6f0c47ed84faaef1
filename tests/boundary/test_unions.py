"""A member of a union is told by its ``type``: only its own fields are asked for, and paths name what was written."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from servicecore.boundary import Reader, schema_of
from servicecore.pricing import PriceBook


def _found(*offers: dict[str, Any]) -> list[tuple[str, str]]:
    answer = Reader().read(PriceBook, {"id": "b", "version": "1", "offers": list(offers)})
    assert isinstance(answer, tuple)
    return [(problem.path, problem.code) for problem in answer]


def test_a_wrong_field_of_a_member_is_one_problem_at_its_place() -> None:
    assert _found({"id": "o", "benefits": [{"type": "PercentOff", "percent": "5", "percnt": "5"}]}) == [
        ("offers[0].benefits[0].percnt", "value.unknown_field")
    ]


def test_members_inside_of_members_are_told_apart_too() -> None:
    nested = {"type": "AnyOf", "conditions": [{"type": "Not", "condition": {"type": "InChannel", "chanel": ["web"]}}]}
    offer = {"id": "o", "benefits": [{"type": "PercentOff", "percent": "5"}], "conditions": [nested]}
    path = "offers[0].conditions[0].conditions[0].condition"
    assert sorted(_found(offer)) == [
        (f"{path}.chanel", "value.unknown_field"),
        (f"{path}.channels", "value.missing_field"),
    ]


@pytest.mark.parametrize("benefit", [{"type": "Free"}, {"percent": "5"}])
def test_an_unknown_or_missing_type_is_one_problem(benefit: dict[str, Any]) -> None:
    assert _found({"id": "o", "benefits": [benefit]}) == [("offers[0].benefits[0]", "boundary.wrong_field")]


def test_the_schema_says_the_same() -> None:
    """What an editor checks: a benefit is exactly one of its kinds."""
    validator = jsonschema.Draft202012Validator(schema_of(PriceBook))
    book: dict[str, Any] = {"id": "b", "version": "1", "offers": [{"id": "o", "benefits": [{"type": "PercentOff"}]}]}
    assert not validator.is_valid(book)
    book["offers"][0]["benefits"][0]["percent"] = "5"
    assert validator.is_valid(book)
