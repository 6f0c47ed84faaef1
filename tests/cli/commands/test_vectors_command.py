"""Vectors: one line a file, failures with expected and got, and what is not yet supported is no failure."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def vector(identity: str, due: str, kind: str = "due") -> dict[str, Any]:
    """Mondays from 9 to 17 in UTC; Monday 2 March 2026 16:30 and an hour more is the next Monday at 9:30."""
    return {
        "id": identity,
        "kind": kind,
        "calendar": {"tz": "UTC", "weekly": {"mon": [["09:00", "17:00"]]}},
        "input": {"start": "2026-03-02T16:30:00Z", "seconds": 3600},
        "expected": {"due": due, "due_next_open": due},
    }


def write(name: str, *vectors: dict[str, Any]) -> Path:
    path = Path(name)
    path.write_text(json.dumps({"meta": {"schema_version": 1}, "vectors": vectors}), encoding="utf-8")
    return path


RIGHT = vector("right", "2026-03-09T09:30:00Z")
WRONG = vector("wrong", "2026-03-02T17:30:00Z")
UNKNOWN = vector("unknown", "", kind="astrology")


def test_one_line_a_file(run: Run) -> None:
    answer = run("vectors", "run", write("a.json", RIGHT), write("b.json", RIGHT, UNKNOWN))
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "a.json: 1 passed, 0 refused, 0 failed, 0 not yet supported",
        "b.json: 1 passed, 0 refused, 0 failed, 1 not yet supported",
    ]


def test_failures_are_listed_with_expected_and_got(run: Run) -> None:
    answer = run("vectors", "run", write("a.json", WRONG))
    assert answer.code == 1
    assert "a.json: 0 passed, 0 refused, 1 failed, 0 not yet supported" in answer.out
    assert "wrong (due)" in answer.out
    assert "2026-03-02T17:30:00" in answer.out
    assert "2026-03-09T09:30:00" in answer.out
    answer = run("vectors", "run", write("a.json", WRONG, RIGHT), "--json")
    assert answer.code == 1
    (report,) = answer.json
    assert (report["passed"], report["failed"]) == (1, 1)
    assert report["failures"][0]["id"] == "wrong"


def test_why_a_vector_was_set_aside_is_told_where_somebody_asks(run: Run) -> None:
    path = write("a.json", RIGHT, UNKNOWN)
    told = "unknown (astrology) not supported: no check runs vectors of this kind"
    assert run("vectors", "run", path, "--reasons").out.splitlines()[1:] == [told]
    (report,) = run("vectors", "run", path, "--json").json
    assert [(each["id"], each["outcome"]) for each in report["set_aside"]] == [("unknown", "not_supported")]


@pytest.mark.parametrize("text", ["{", '{"schema": "astrology/1"}', "null", '{"meta": {"schema_version": 1}}'])
def test_a_file_that_is_no_vector_file_is_refused(run: Run, text: str) -> None:
    Path("a.json").write_text(text, encoding="utf-8")
    answer = run("vectors", "run", "a.json", "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "vectors.unknown_format"
    assert "a.json" in run("vectors", "run", "a.json").err


def test_without_a_file_it_is_a_usage_error(run: Run) -> None:
    assert run("vectors", "run", "--json").code == 2
