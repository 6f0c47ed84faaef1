"""Refusals as values: text in three languages, paths, and the exception that carries them."""

from __future__ import annotations

import pickle

import pytest

from servicecore.errors import InvalidValue, Refused
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind

TOO_HEAVY = ProblemKind(
    "test.too_heavy",
    en="{value} kg is too heavy; accepted: {accepted}",
    it="{value} kg è troppo pesante; valori ammessi: {accepted}",
    de="{value} kg ist zu schwer; zulässig: {accepted}",
)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "weight: 40 kg is too heavy; accepted: up to 30"),
        ("it_CH", "weight: 40 kg è troppo pesante; valori ammessi: fino a 30"),
        ("de-AT", "weight: 40 kg ist zu schwer; zulässig: bis 30"),
        ("fr", "weight: 40 kg is too heavy; accepted: up to 30"),
    ],
)
def test_a_problem_speaks_the_readers_language_or_english(locale: str, expected: str) -> None:
    assert TOO_HEAVY.at("weight", value=40, accepted="up to 30").text(locale) == expected


def test_a_missing_parameter_shows_as_a_question_mark_and_braces_in_values_stay() -> None:
    assert TOO_HEAVY.at(value="{accepted}").text() == "{accepted} kg is too heavy; accepted: ?"


def test_a_problem_told_by_another_is_told_in_the_readers_language() -> None:
    """As the reason that a tax engine gives; braces in it stay as they are."""
    kind = ProblemKind(
        "test.no_answer", en="no answer: {reason}", it="nessuna risposta: {reason}", de="keine: {reason}"
    )
    told = kind.at("tax", reason=TOO_HEAVY.at("weight", value="{40}", accepted="1 or more"))
    assert told.text("it") == "tax: nessuna risposta: weight: {40} kg è troppo pesante; valori ammessi: 1 o più"
    assert told.text("de") == "tax: keine: weight: {40} kg ist zu schwer; zulässig: 1 oder mehr"
    assert told.param("reason") == "weight: {40} kg is too heavy; accepted: 1 or more"
    assert told.text().endswith("accepted: 1 or more")


@pytest.mark.parametrize(("name", "said"), [("autumn sale", "offer A autumn sale: given"), ("", "offer A: given")])
def test_a_spaced_parameter_shows_nothing_where_it_is_empty(name: str, said: str) -> None:
    kind = ProblemKind("test.given", en="offer {offer}{name:spaced}: given", it="-", de="-")
    assert kind.at(offer="A", name=name).text() == said


def test_a_problem_without_sentence_shows_its_code() -> None:
    assert Problem("plugin.said_no", "lines[0]").text() == "lines[0]: plugin.said_no"


@pytest.mark.parametrize(
    ("path", "expected"),
    [("", "lines"), ("[2]", "lines[2]"), ("quantity", "lines.quantity"), ("[2].quantity", "lines[2].quantity")],
)
def test_a_path_is_placed_below_a_prefix(path: str, expected: str) -> None:
    problem = TOO_HEAVY.at(path, value=1).under("lines")
    assert TOO_HEAVY.at(path).under("").path == path
    assert (problem.path, problem.param("value"), problem.param("other")) == (expected, "1", None)
    assert problem.text().startswith(f"{expected}: 1 kg")


def test_problems_are_equal_by_code_path_and_parameters() -> None:
    assert TOO_HEAVY.at("a", value=1) == Problem("test.too_heavy", "a", (("value", "1"),))
    assert TOO_HEAVY.at("a", value=1) != TOO_HEAVY.at("b", value=1)


def test_the_exceptions_carry_the_problems_through_pickling() -> None:
    error = pickle.loads(pickle.dumps(NOT_ACCEPTED.error("mode", value="x", accepted="y")))  # noqa: S301 - our own bytes
    assert isinstance(error, InvalidValue)
    assert isinstance(error, ValueError)
    assert error.problem == NOT_ACCEPTED.at("mode", value="x", accepted="y")
    assert str(error) == "mode: x is not accepted; accepted: y"
    refused = pickle.loads(pickle.dumps(Refused((error.problem, error.problem))))  # noqa: S301 - our own bytes
    assert refused.problems == (error.problem, error.problem)
