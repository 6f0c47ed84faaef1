"""Which classes can be stored: frozen attrs classes of exact, plain values; anything else is refused by name."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Final, NewType, TypeAlias, Union, get_args, get_origin

import attrs

from servicecore.errors import ServiceCoreError

TAG: Final = "type"
"""Key under which a member of a union carries its class name."""

AddedClasses: TypeAlias = Mapping[type, Mapping[str, type]]
"""Classes that plugins add to unions, by their names, for each open member."""

_PLAIN: Final = (str, int, bool, Decimal, datetime, date, timedelta)


class UnsupportedShape(ServiceCoreError, TypeError):
    """Raised when a class cannot be stored exactly: a bug in the class, found before anything is written."""

    code: ClassVar[str] = "storage.unsupported_shape"


def members(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union annotation without None; the annotation itself where it is no union."""
    if get_origin(annotation) in {Union, types.UnionType}:
        return tuple(each for each in get_args(annotation) if each is not types.NoneType)
    return (annotation,)


def is_tagged_union(annotation: Any) -> bool:
    """Return whether values of ``annotation`` carry their class name: a union of two or more attrs classes."""
    found = members(annotation)
    return len(found) > 1 and all(isinstance(each, type) and attrs.has(each) for each in found)


def is_open(cls: Any) -> bool:
    """Return whether ``cls``, a member of a union, stands for the classes that plugins add, and never for itself."""
    return isinstance(cls, type) and vars(cls).get("open_to_plugins") is True


def chosen_word(annotation: Any) -> type[Enum] | None:
    """Return the enumeration of ``annotation`` where it is one beside classes that plugins add; otherwise None.

    A value is then a word of the enumeration, or an object that carries its class name.
    """
    words = [each for each in members(annotation) if isinstance(each, type) and issubclass(each, Enum)]
    others = [each for each in members(annotation) if each not in words]
    return words[0] if len(words) == 1 and others and all(is_open(each) for each in others) else None


def named_members(annotation: Any, added: AddedClasses) -> dict[str, type]:
    """Return the classes of a tagged union by what they are called in stored text, those that plugins add at last."""
    classes = members(annotation)
    named = {each.__name__: each for each in classes if attrs.has(each) and not is_open(each)}
    for each in classes:
        if is_open(each):
            named.update(added.get(each, {}))
    return named


def check_shape(cls: type) -> None:
    """Check that every field of ``cls``, and of the classes in it, can be stored and read back equal.

    Taken are text, int, bool, Decimal, aware datetime, date, timedelta, Enum, ``tuple[X, ...]``, fixed tuples,
    ``frozenset[str]``, attrs classes, Optional of these, unions of attrs classes, and an Enum beside classes that
    plugins add.

    Raises:
        UnsupportedShape: naming class, field and annotation.

    """
    seen: set[type] = set()
    open_classes = [cls]
    while open_classes:
        current = open_classes.pop()
        if current in seen:
            continue
        seen.add(current)
        if not attrs.has(current):
            raise UnsupportedShape(f"{current.__qualname__} is no attrs class and cannot be stored")
        open_classes.extend(_classes_in(current))


def _classes_in(cls: type) -> Iterator[type]:
    try:
        attrs.resolve_types(cls)
    except NameError as error:
        raise UnsupportedShape(
            f"an annotation of {cls.__qualname__} cannot be resolved at run time: {error}",
            hint="import the name outside of TYPE_CHECKING",
        ) from error
    for attribute in attrs.fields(cls):
        yield from _nested(cls, attribute.name, attribute.type)


def _nested(cls: type, name: str, annotation: Any) -> Iterator[type]:
    if isinstance(annotation, NewType):
        annotation = annotation.__supertype__
    origin = get_origin(annotation)
    if is_tagged_union(annotation) or chosen_word(annotation) is not None:
        yield from _tagged(cls, name, tuple(each for each in members(annotation) if attrs.has(each)))
    elif origin in {Union, types.UnionType} and len(members(annotation)) == 1:
        yield from _nested(cls, name, members(annotation)[0])
    elif origin is tuple:
        for each in get_args(annotation):
            if each is not Ellipsis:
                yield from _nested(cls, name, each)
    elif origin is frozenset and get_args(annotation) == (str,):
        return
    elif isinstance(annotation, type) and origin is None and attrs.has(annotation):
        yield annotation
    elif not (annotation in _PLAIN or (isinstance(annotation, type) and issubclass(annotation, Enum))):
        raise UnsupportedShape(
            f"{cls.__qualname__}.{name} is {annotation!r}, which cannot be stored exactly",
            hint="accepted: text, int, bool, Decimal, datetime, date, timedelta, Enum, tuple, attrs classes",
        )


def _tagged(cls: type, name: str, classes: tuple[type, ...]) -> tuple[type, ...]:
    if len({each.__name__ for each in classes}) != len(classes):
        raise UnsupportedShape(f"{cls.__qualname__}.{name} is a union of classes with the same name")
    for each in classes:
        if TAG in {attribute.name for attribute in attrs.fields(each)}:
            raise UnsupportedShape(
                f"{each.__qualname__} is in a union and has a field called {TAG!r}, which is the tag"
            )
    return classes
