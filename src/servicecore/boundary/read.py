"""Reading what comes from outside: every wrong field is named at once, then the value is built."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from attrs import evolve
from pydantic import ValidationError

from servicecore.boundary.models import NO_SUCH_CLASS, NO_SUCH_WORD, WORD, Models
from servicecore.errors import InvalidValue
from servicecore.kernel.problems import MISSING_FIELD, NOT_ACCEPTED, UNKNOWN_FIELD, Problem, ProblemKind
from servicecore.storage.codec import JsonCodec
from servicecore.storage.hooks import MISSING_PART, missing_part, no_such_class
from servicecore.storage.shapes import TAG

T = TypeVar("T")

WRONG_FIELD: Final = ProblemKind(
    "boundary.wrong_field",
    en="{value} does not fit; accepted: {accepted}",
    it="{value} non è adatto; valori ammessi: {accepted}",
    de="{value} passt nicht; zulässig: {accepted}",
)


class Reader:
    """Builds values of the attrs classes out of plain data (as JSON or YAML is read)."""

    def __init__(self, models: Models | None = None, codec: JsonCodec | None = None) -> None:
        self._models = models or Models()
        self._codec = codec or JsonCodec(whole_numbers=True)

    def read(self, cls: type[T], plain: Any) -> T | tuple[Problem, ...]:
        """Return the value of ``cls`` that ``plain`` says, or every problem with its path.

        Problem codes: ``value.unknown_field``, ``value.missing_field``, ``boundary.wrong_field``, and whatever the
        class itself refuses.
        """
        model = self._models.of(cls)
        try:
            model.model_validate(plain)
        except ValidationError as error:
            shapes = [_problem(each, plain) for each in error.errors(include_url=False)]
            return tuple(_with_rules(shapes, self._codec.problems(cls, plain)))
        try:
            return self._codec.from_plain(cls, plain)
        except InvalidValue as error:
            return self._codec.problems(cls, plain) or (error.problem,)


def _with_rules(shapes: Sequence[Problem], rules: Sequence[Problem]) -> Iterator[Problem]:
    """Yield what is wrong with the shape of the data, each with what would be taken, then what the classes refuse.

    ``rules`` are the problems of building the value. One at, inside or around the place of a wrong shape is about the
    same mistake; where it stands at that place, it knows what is accepted there.
    """
    by_path = {each.path.removesuffix(f".{TAG}"): each for each in reversed(rules)}
    for each in shapes:
        known = by_path.get(each.path)
        accepted = None if known is None else known.param("accepted")
        if accepted is not None and each.code in {UNKNOWN_FIELD.code, WRONG_FIELD.code}:
            others = [(name, text) for name, text in each.params if name != "accepted"]
            yield evolve(each, params=(*others, ("accepted", accepted)))
        else:
            yield each
    places = [each.path for each in shapes]
    for each in rules:
        if not any(_is_within(each.path, place) or _is_within(place, each.path) for place in places):
            yield each


def _is_within(path: str, place: str) -> bool:
    return path == place or path.startswith((f"{place}.", f"{place}["))


def _problem(error: Any, plain: Any) -> Problem:
    location = _without_tags(plain, error["loc"])
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else str(part)
    name = repr(location[-1]) if location else "the whole"
    if error["type"] == "extra_forbidden":
        return UNKNOWN_FIELD.at(path, value=name, accepted="a field that the schema names")
    if error["type"] == "missing":
        return MISSING_FIELD.at(path, value=name, accepted="a value; the field has no default")
    tag = str(error.get("ctx", {}).get("tag", ""))
    if error["type"] == "union_tag_invalid" and "." in tag:
        expected = re.findall(r"'([^']*)'", error["ctx"]["expected_tags"])
        return MISSING_PART.at(f"{path}.{TAG}", **missing_part(tag, expected))
    if error["type"] == NO_SUCH_CLASS:
        return no_such_class(error["ctx"]["name"], error["ctx"]["accepted"]).problem.under(path)
    if error["type"] == NO_SUCH_WORD:
        return NOT_ACCEPTED.at(path, value=_value_at(plain, location), accepted=error["ctx"]["accepted"])
    return WRONG_FIELD.at(path, value=_value_at(plain, location), reason=error["msg"], accepted="see the schema")


def _without_tags(plain: Any, location: tuple[Any, ...]) -> tuple[Any, ...]:
    """Leave out the parts that name the member of a union: in the data no field is called like that."""
    kept: list[Any] = []
    value = plain
    for part in location:
        if isinstance(value, dict) and part not in value and value.get("type") == part:
            continue
        if part == WORD and not isinstance(value, dict):
            continue
        kept.append(part)
        value = value[part] if _holds(value, part) else None
    return tuple(kept)


def _holds(value: Any, part: Any) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list | tuple) and isinstance(part, int) and part < len(value)


def _value_at(plain: Any, location: tuple[Any, ...]) -> str:
    value = plain
    for part in location:
        try:
            value = value[part]
        except (LookupError, TypeError):
            break
    return repr(value)[:80]
