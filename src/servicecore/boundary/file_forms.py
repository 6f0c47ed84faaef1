"""How people may write a value in a file: whole numbers without quotes, and money as ``24.00 EUR``."""

from __future__ import annotations

import re
import typing
from decimal import Decimal
from typing import Any, Final, get_args, get_origin

import attrs
from attrs import evolve

from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.storage.hooks import NOTHING_ADDED
from servicecore.storage.shapes import TAG, AddedClasses, chosen_word, is_tagged_union, named_members

_MONEY: Final = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s+([A-Z]{3})\s*")
_MONEY_PATTERN: Final = r"^\s*-?\d+(\.\d+)?\s+[A-Z]{3}\s*$"
_MONEY_TEXT: Final = {"type": "string", "pattern": _MONEY_PATTERN, "description": "an amount such as 24.00 EUR"}
_PLAIN_NUMBER: Final = {"type": "number", "description": "a number as written; it is read as text, never as float"}
_NUMBER: Final = "an exact decimal as text; never a floating-point number"
_WRITTEN: Final = {
    'an amount such as {"amount": "12.50", "currency": "EUR"}': "an amount and its currency, such as 24.00 EUR",
    "a number as text, such as '12.50'": "a number, such as 12.50",
}
"""What a file may say, by what the strict form may."""


def as_written(problem: Problem) -> Problem:
    """Return ``problem``, found in the strict form of a file, with what is accepted as people write it there."""
    params = [(name, _WRITTEN.get(text, text) if name == "accepted" else text) for name, text in problem.params]
    return evolve(problem, params=tuple(params))


def strict(hint: Any, written: Any, added: AddedClasses = NOTHING_ADDED) -> Any:
    """Return ``written``, a value of the type ``hint`` as a file has it, in the form that the schema of classes asks.

    What is not understood stays as it is, for the reader to refuse at its place. ``added`` are classes that plugins
    add to unions.
    """
    if hint is Decimal:
        return str(written) if type(written) is int else written
    if hint is Money:
        return _money(written)
    arguments = [each for each in get_args(hint) if each is not type(None) and each is not Ellipsis]
    if get_origin(hint) is tuple and isinstance(written, list):
        fixed = Ellipsis not in get_args(hint) and len(arguments) == len(written)
        kinds = arguments if fixed else arguments[:1] * len(written)
        return [strict(kind, each, added) for kind, each in zip(kinds, written, strict=True)]
    if isinstance(written, dict):
        cls = hint if attrs.has(hint) else _member(hint, written, added)
        return written if cls is None else _fields(cls, written, added)
    return strict(arguments[0], written, added) if len(arguments) == 1 else written


def _money(written: Any) -> Any:
    if isinstance(written, dict):
        return {key: strict(Decimal, each) if key == "amount" else each for key, each in written.items()}
    match = _MONEY.fullmatch(written) if isinstance(written, str) else None
    return written if match is None else {"amount": match[1], "currency": match[2]}


def _member(hint: Any, written: dict[Any, Any], added: AddedClasses) -> type | None:
    if is_tagged_union(hint) or chosen_word(hint) is not None:
        return named_members(hint, added).get(str(written.get(TAG)))
    return next((each for each in get_args(hint) if attrs.has(each)), None)


def _fields(cls: type, written: dict[Any, Any], added: AddedClasses) -> dict[Any, Any]:
    if cls is Money:
        return typing.cast("dict[Any, Any]", _money(written))
    hints = typing.get_type_hints(cls)
    return {key: strict(hints[key], each, added) if key in hints else each for key, each in written.items()}


def widened(schema: Any) -> Any:
    """Return the JSON Schema ``schema`` with the forms that files may use beside the strict ones."""
    if isinstance(schema, list):
        return [widened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "string" and schema.get("description") == _NUMBER:
        return {"anyOf": [schema, _PLAIN_NUMBER], **({"title": schema["title"]} if "title" in schema else {})}
    done = {key: widened(each) for key, each in schema.items()}
    definitions = done.get("$defs", {})
    if "Money" in definitions:
        definitions["Money"] = {"anyOf": [_MONEY_TEXT, definitions["Money"]], "title": "Money"}
    return done
