"""Reading what comes from outside: every wrong field is named at once, then the value is built."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

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
    en="{value} does not fit: {reason}; accepted: {accepted}",
    it="{value} non è adatto: {reason}; valori ammessi: {accepted}",
    de="{value} passt nicht: {reason}; zulässig: {accepted}",
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
            fields = {each.path: str(each.param("accepted")) for each in self._codec.problems(cls, plain)}
            return tuple(_problem(each, plain, fields) for each in error.errors(include_url=False))
        try:
            return self._codec.from_plain(cls, plain)
        except InvalidValue as error:
            return self._codec.problems(cls, plain) or (error.problem,)


def _problem(error: Any, plain: Any, fields: Mapping[str, str]) -> Problem:
    location = _without_tags(plain, error["loc"])
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else str(part)
    name = repr(location[-1]) if location else "the whole"
    if error["type"] == "extra_forbidden":
        return UNKNOWN_FIELD.at(path, value=name, accepted=fields.get(path, "a field that the schema names"))
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
