"""The runner of vector files: what it counts, what it tells, and that nothing stops it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servicecore.testing.vectors import UnknownVectorFormat, run_content, run_file

SEMANTICS = {"plain": {"method": "largest_remainder_floor_first"}}


def allocation(name: str, shares: list[str], **change: object) -> dict[str, object]:
    given = {"weights": ["1", "2"], "amount": "100", "unit": "minor"}
    return {
        "id": name,
        "kind": "allocation",
        "input": given,
        "expected": {"shares": shares},
        "semantics": "plain",
        **change,
    }


# 100 over 1 and 2: 33.3 and 66.7
RIGHT, WRONG = ["33", "67"], ["34", "66"]


def pricing(*vectors: dict[str, object]) -> dict[str, Any]:
    return {"schema": "promo-vectors/1", "semantics": SEMANTICS, "vectors": list(vectors)}


def test_every_vector_is_counted_once_by_what_became_of_it() -> None:
    content = pricing(
        allocation("right", RIGHT),
        allocation("wrong", WRONG),
        allocation("broken", RIGHT, input={}),
        allocation("waived", WRONG),
        allocation("waived-but-right", RIGHT),
        allocation("other", [], kind="unheard_of"),
        allocation("other-waived", [], kind="unheard_of"),
    )
    reason = "a quirk of another system"
    waivers = {"pricing": {"waived": reason, "waived-but-right": reason, "other-waived": reason}}
    report = run_content(content, "pricing.json", waivers)
    assert report.line == "pricing.json: 1 passed, 2 refused, 3 failed, 1 not yet supported"
    assert [failure.id for failure in report.failures] == ["wrong", "broken", "waived-but-right"]
    by_kind = {each.kind: (each.passed, each.refused, each.failed, each.not_supported) for each in report.kinds}
    assert by_kind == {"allocation": (1, 1, 3, 0), "unheard_of": (0, 1, 0, 1)}


def test_a_failure_shows_expected_and_got() -> None:
    wrong, broken, waived = run_content(
        pricing(allocation("wrong", WRONG), allocation("broken", RIGHT, input={}), allocation("waived", RIGHT)),
        "pricing.json",
        {"pricing": {"waived": "no reason"}},
    ).failures
    assert str(wrong).splitlines() == [
        "wrong (allocation)",
        "  shares: expected [Decimal('34'), Decimal('66')]",
        "          got      [Decimal('33'), Decimal('67')]",
    ]
    assert "KeyError" in str(broken)
    assert "take the waiver out" in str(waived)


def test_a_vector_of_a_rule_that_is_not_run_yet_is_neither_passed_nor_failed() -> None:
    content = pricing(
        {"id": "new", "kind": "cart_promotions", "semantics": "new", "input": {"lines": []}, "expected": {}},
        {"id": "waived", "kind": "cart_promotions", "semantics": "new", "input": {"lines": []}, "expected": {}},
    )
    content["semantics"] = {"new": {"profile": "a system that nobody mapped"}}
    report = run_content(content, "pricing.json", {"pricing": {"waived": "a quirk of that system"}})
    assert (report.passed, report.refused, report.failed, report.not_supported) == (0, 1, 0, 1)
    assert [str(each) for each in report.set_aside] == [
        "new (cart_promotions) not supported: the profile a system that nobody mapped",
        "waived (cart_promotions) refused: a quirk of that system",
    ]


def test_waivers_of_one_format_are_none_of_another() -> None:
    report = run_content(pricing(allocation("wrong", WRONG)), "pricing.json", {"orders": {"wrong": "elsewhere"}})
    assert (report.refused, report.failed) == (0, 1)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"schema": "servicecore.anchor-vectors/1", "vectors": [{"id": "a", "group": "holds"}]}, "holds"),
        ({"schema": "callcenter-vectors/1", "vectors": [{"id": "a", "feature": "rfm"}]}, "rfm"),
        ({"schema": "servicecore.contracts.vectors/1", "vectors": [{"id": "a", "kind": "unheard_of"}]}, "unheard_of"),
        ({"meta": {"schema_version": 1}, "vectors": [{"id": "a", "kind": "unheard_of"}]}, "unheard_of"),
    ],
)
def test_each_format_is_recognised_and_names_its_kinds(content: object, kind: str) -> None:
    report = run_content(content, "file.json", {})
    assert [each.kind for each in report.kinds] == [kind]


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"schema": "promo-vectors/2", "vectors": []},
        {"meta": {"schema_version": 2}, "vectors": []},
        {"schema": "promo-vectors/1"},
        {"schema": "promo-vectors/1", "vectors": {}},
        {"schema": "promo-vectors/1", "vectors": [{"kind": "allocation"}]},
    ],
)
def test_what_is_no_vector_file_is_refused_with_what_is(content: object) -> None:
    with pytest.raises(UnknownVectorFormat, match=r"file\.json .*accepted"):
        run_content(content, "file.json")


def test_a_file_is_read_and_its_report_is_json(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    path.write_text(json.dumps(pricing(allocation("wrong", WRONG))), encoding="utf-8")
    plain = json.loads(json.dumps(run_file(path).to_json()))
    assert (plain["name"], plain["failed"]) == ("some.json", 1)
    assert plain["failures"][0]["mismatches"][0]["field"] == "shares"


@pytest.mark.parametrize("text", ["", "{", b"\xff\xfe"])
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "some.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UnknownVectorFormat, match=r"some\.json cannot be read"):
        run_file(path)
    with pytest.raises(UnknownVectorFormat, match=r"nowhere\.json cannot be read"):
        run_file(tmp_path / "nowhere.json")
