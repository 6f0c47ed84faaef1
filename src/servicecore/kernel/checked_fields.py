"""Checked fields: the constructor of a class that developers build by hand refuses what its annotations do not say."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import update_wrapper
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from servicecore.errors import InvalidValue
from servicecore.kernel.problems import WRONG_TYPE

T = TypeVar("T")

_Check: TypeAlias = Callable[[Any, str], Any]
"""Returns a value as the field holds it, or raises; takes the value and its path."""

_PAIRS: Final = 'a tuple of pairs, such as (("name", "value"),)'
_NO_ROWS: Final = (str, bytes, dict, set, frozenset)
_SHOWN: Final = 60
_WORDS: Final = {
    "str": "text",
    "bool": "true or false",
    "int": "a whole number",
    "Money": 'Money, such as Money("12.50", "EUR")',
}


def checked_fields(cls: type, fields: list[Any]) -> list[Any]:
    """Return the fields of a class whose constructor holds each value against the field's annotation.

    It is given to attrs, as ``@frozen(field_transformer=checked_fields)``, and works after a field's own converter and
    before every validator, which can trust the types. A tuple may be given as any row of values; of one text it has
    that text, never its letters. What an annotation says beyond plain values, enumerations, classes and tuples of
    them is not looked at, and fields that a class inherits are its base's affair.

    Raises, in the constructor:
        InvalidValue: ``value.wrong_type``, naming the field, the value and what is accepted.

    """
    return [each if each.inherited or not each.init else _checked(cls, each) for each in fields]


def must_be(value: object, cls: type[T], path: str) -> T:
    """Return ``value``, an argument that has to be a ``cls``.

    Raises:
        InvalidValue: ``value.wrong_type``, naming the argument, the value and the class.

    """
    if isinstance(value, cls):
        return value
    raise _wrong(value, path, _told(cls))


def check_of(annotation: Any) -> _Check:
    """Return the check of values that ``annotation`` describes, which takes a value and its path.

    It returns the value as a checked field holds it, or raises `InvalidValue` (``value.wrong_type``).
    """
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, types.UnionType}:
        return _one_of(annotation, parts)
    if origin is tuple:
        return _row_of(parts[0]) if parts[-1] is Ellipsis else _fixed(parts)
    if origin is frozenset:
        return _instance_of((frozenset,), f"a set of {_told(parts[0])}")
    if origin is None and isinstance(annotation, type) and annotation is not object and not _is_protocol(annotation):
        return _instance_of((annotation,), _told(annotation))
    return _anything


def _checked(cls: type, attribute: Any) -> Any:
    name, own = attribute.name, attribute.converter
    if isinstance(own, attrs.Converter):
        return attribute
    check: _Check | None = None

    def hold(value: Any) -> Any:
        nonlocal check
        if check is None:
            check = check_of(typing.get_type_hints(cls)[name])
        if own is None:
            return check(value, name)
        try:
            converted = own(value)
        except (AttributeError, TypeError):
            check(value, name)
            raise
        return check(converted, name)

    hold.__annotations__ = {"value": _taken_by(own) or attribute.type}
    return attribute.evolve(converter=hold if own is None else update_wrapper(hold, own, assigned=(), updated=()))


def _taken_by(converter: Callable[..., Any] | None) -> Any:
    """Return the annotation of what a converter takes; None where it says nothing."""
    annotations = getattr(converter, "__annotations__", {})
    return next((annotations[name] for name in annotations if name != "return"), None)


def _one_of(annotation: Any, parts: tuple[Any, ...]) -> _Check:
    classes = tuple(each for each in parts if isinstance(each, type) and typing.get_origin(each) is None)
    if any(map(_is_protocol, classes)):
        return _anything
    if len(classes) == len(parts):
        return _instance_of(_common_base(classes) or classes, _told(annotation))
    some = [each for each in parts if each is not types.NoneType]
    if len(some) > 1:
        return _anything
    check = check_of(some[0])
    return lambda value, path: None if value is None else check(value, path)


def _common_base(classes: tuple[type, ...]) -> tuple[type, ...]:
    """Return the class that all of them derive from: an application that prices by pure functions may add to them."""
    return next(((base,) for base in classes[0].__mro__[1:-1] if all(issubclass(each, base) for each in classes)), ())


def _row_of(member: Any) -> _Check:
    check = check_of(member)
    accepted = _PAIRS if typing.get_origin(member) is tuple else f"a tuple of {_told(member)}"

    def row(value: Any, path: str) -> Any:
        if value.__class__ is not tuple:
            if member is str and isinstance(value, str):
                return (value,)
            if isinstance(value, _NO_ROWS) or not hasattr(value, "__iter__"):
                raise _wrong(value, path, accepted)
            value = tuple(value)
        try:
            return tuple([check(each, path) for each in value])
        except InvalidValue:
            for place, each in enumerate(value):
                check(each, f"{path}[{place}]")
            raise

    return row


def _fixed(members: tuple[Any, ...]) -> _Check:
    checks = [check_of(each) for each in members]
    accepted = f"a tuple of {', '.join(_told(each) for each in members)}"

    def fixed(value: Any, path: str) -> Any:
        if not isinstance(value, tuple | list) or len(value) != len(checks):
            raise _wrong(value, path, accepted)
        held = enumerate(zip(checks, value, strict=True))
        return tuple([check(each, f"{path}[{place}]") for place, (check, each) in held])

    return fixed


def _instance_of(classes: tuple[type, ...], accepted: str) -> _Check:
    not_these: tuple[type, ...] = ()
    if int in classes and bool not in classes:
        not_these += (bool,)
    if date in classes and datetime not in classes:
        not_these += (datetime,)

    def instance(value: Any, path: str) -> Any:
        if value.__class__ in classes or (isinstance(value, classes) and not isinstance(value, not_these)):
            return value
        raise _wrong(value, path, accepted)

    return instance


def _is_protocol(annotation: type) -> bool:
    return bool(getattr(annotation, "_is_protocol", False))


def _anything(value: Any, _path: str) -> Any:
    return value


def _told(annotation: Any) -> str:
    """Return what a developer would write: names of classes, and of an enumeration its members."""
    parts = typing.get_args(annotation)
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        told = ", ".join(_told(each) for each in parts if each is not types.NoneType)
        return f"{told}; none" if types.NoneType in parts else told
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(f"{annotation.__name__}.{each.name}" for each in annotation)
    name = str(getattr(annotation, "__name__", annotation))
    return _WORDS.get(name, name)


def _wrong(value: Any, path: str, accepted: str) -> InvalidValue:
    return WRONG_TYPE.error(path, value=_short(value), type=type(value).__name__, accepted=accepted)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
