"""Pydantic models made from the attrs classes of the floors: one shape, checked at the edge, published as schema."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import attrs
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from servicecore.errors import ServiceCoreError
from servicecore.kernel.problems import Text
from servicecore.storage.hooks import NOTHING_ADDED
from servicecore.storage.shapes import TAG, AddedClasses, chosen_word, is_open

_DECIMAL_SCHEMA: Final = {
    "type": ["string", "integer"],
    "pattern": r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$",
    "description": "an exact decimal as text, or a whole number; never a floating-point number",
}
_INSTANT_SCHEMA: Final = {"type": "string", "format": "date-time", "description": "an instant with its offset"}


WORD: Final = "a word"
"""What stands for the words of an enumeration in the place of an error, beside classes that plugins add."""
NO_SUCH_WORD: Final = "no_such_word"
"""The type of pydantic's error for a word that is none of an enumeration's."""
NO_SUCH_CLASS: Final = "no_such_class"
"""The same for an object that carries the name of no class."""


class UnsupportedType(ServiceCoreError, TypeError):
    """Raised when a field's type has no place in the published schemas: a bug in the class that has it."""

    code = "boundary.unsupported_type"


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError(  # noqa: TRY004 - pydantic turns only a ValueError into a finding
            f"{value!r} is a floating-point number; accepted: an exact decimal as text, such as '12.50'"
        )
    return value


def _told(value: object) -> str:
    """Return which branch of a choice ``value`` is of: the class that it names, or the words."""
    return str(value.get(TAG)) if isinstance(value, dict) else WORD


def _one_of(words: Sequence[str], classes: Sequence[str]) -> Callable[[object], object]:
    """Return the check that a value is one of ``words``, or an object that carries the name of one of ``classes``."""
    accepted = ", ".join([*words, *classes])

    def check(value: object) -> object:
        if isinstance(value, dict) and value.get(TAG) not in classes:
            told = {"name": value.get(TAG), "accepted": accepted}
            raise PydanticCustomError(NO_SUCH_CLASS, "it is none of {accepted}", told)
        if not isinstance(value, dict) and value not in words:
            raise PydanticCustomError(NO_SUCH_WORD, "it is none of {accepted}", {"accepted": accepted})
        return value

    return check


_PLAIN: Final[Mapping[Any, Any]] = {
    str: Annotated[str, Field(strict=True)],
    bool: Annotated[bool, Field(strict=True)],
    int: Annotated[int, Field(strict=True)],
    Decimal: Annotated[Decimal, BeforeValidator(_exact), WithJsonSchema(dict(_DECIMAL_SCHEMA))],
    datetime: Annotated[AwareDatetime, WithJsonSchema(dict(_INSTANT_SCHEMA))],
    date: date,
    timedelta: Annotated[
        int, Field(strict=True), WithJsonSchema({"type": "integer", "description": "a duration in microseconds"})
    ],
    types.NoneType: None,
    Text: tuple[str, str, str],
}


class Models:
    """Makes the models, each class once; a value object of its owner, not a global table.

    ``added`` are classes that plugins add to unions.
    """

    def __init__(self, added: AddedClasses = NOTHING_ADDED) -> None:
        self._added = added
        self._names = {cls: name for classes in added.values() for name, cls in classes.items()}
        self._made: dict[tuple[type, bool], type[BaseModel]] = {}
        self._open: list[tuple[type, bool]] = []
        self._unfinished: list[type[BaseModel]] = []

    def of(self, cls: type, *, tagged: bool = False) -> type[BaseModel]:
        """Return the model of the attrs class ``cls``; ``tagged`` adds the ``type`` that tells union members apart.

        Raises:
            UnsupportedType: one of its fields has a type that no schema can say.

        """
        known = self._made.get((cls, tagged))
        if known is not None:
            return known
        self._open.append((cls, tagged))
        try:
            model = self._make(cls, tagged=tagged)
        finally:
            self._open.pop()
        self._made[cls, tagged] = model
        if not self._open:
            names = {self._forward_name(*key): each for key, each in self._made.items()}
            for each in self._unfinished:
                each.model_rebuild(force=True, _types_namespace=names)
            self._unfinished.clear()
        return model

    def _make(self, cls: type, *, tagged: bool) -> type[BaseModel]:
        hints = typing.get_type_hints(cls, include_extras=True)
        fields: dict[str, Any] = {}
        if tagged:
            fields["type"] = (Literal[self._name(cls)], ...)
        for attribute in attrs.fields(cls):
            if not attribute.init:
                continue
            kind = self._type(hints[attribute.name], f"{cls.__name__}.{attribute.name}")
            optional = attribute.default is not attrs.NOTHING
            fields[attribute.name.lstrip("_")] = (kind, Field(default=None) if optional else ...)
        model: type[BaseModel] = create_model(
            self._name(cls),
            __config__=ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True),
            __doc__=inspect.getdoc(cls) or "",
            **fields,
        )
        self._unfinished.append(model)
        return model

    def _name(self, cls: type) -> str:
        return self._names.get(cls, cls.__name__)

    def _forward_name(self, cls: type, tagged: bool) -> str:
        return f"{self._name(cls).replace('.', '_').replace('-', '_')}{'Tagged' if tagged else ''}"

    def _model_or_name(self, cls: type, *, tagged: bool) -> Any:
        """Return the model, or its name while it is being made: a class may hold values of its own class."""
        if (cls, tagged) in self._open:
            return typing.ForwardRef(self._forward_name(cls, tagged))
        return self.of(cls, tagged=tagged)

    def _type(self, hint: Any, where: str) -> Any:
        supertype = getattr(hint, "__supertype__", None)
        if supertype is not None:
            return self._type(supertype, where)
        if hint in _PLAIN:
            return _PLAIN[hint]
        origin = get_origin(hint)
        if origin in (Union, types.UnionType):
            return self._union(get_args(hint), where)
        if origin in (tuple, frozenset):
            members = tuple(each for each in get_args(hint) if each is not Ellipsis)
            inner = [self._type(each, where) for each in members]
            if origin is tuple and Ellipsis not in get_args(hint):
                return types.GenericAlias(tuple, tuple(inner))
            return types.GenericAlias(tuple, (inner[0], ...))
        if isinstance(hint, type) and issubclass(hint, Enum):
            return hint
        if isinstance(hint, type) and attrs.has(hint):
            return self._model_or_name(hint, tagged=False)
        raise UnsupportedType(f"{where} is of type {hint!r}, which no schema can say")

    def _opened(self, members: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return ``members`` with the classes that plugins add in the place of those that stand for them."""
        found: list[Any] = []
        for each in members:
            if isinstance(each, type) and is_open(each):
                found.extend(self._added.get(each, {}).values())
            else:
                found.append(each)
        return tuple(found)

    def _choice(self, words: type[Enum], classes: tuple[type, ...]) -> Any:
        """Return a word of ``words``, or an object that carries the name of one of ``classes``."""
        told = [each.value for each in words]
        names = [self._name(each) for each in classes]
        schema = {"type": "string", "enum": told, "title": words.__name__, "description": inspect.getdoc(words) or ""}
        check = BeforeValidator(_one_of(told, names))
        word = Annotated[str, WithJsonSchema(schema)]
        if not classes:
            return Annotated[word, check]
        tagged = [
            Annotated[self._model_or_name(each, tagged=True), Tag(name)]
            for each, name in zip(classes, names, strict=True)
        ]
        branches = (Annotated[word, Tag(WORD)], *tagged)
        return Annotated[Union[branches], Discriminator(_told), check]  # noqa: UP007 - built from a list

    def _union(self, members: tuple[Any, ...], where: str) -> Any:
        words = chosen_word(Union[members])  # noqa: UP007 - built from a list
        members = self._opened(members)
        if words is not None:
            return self._choice(words, tuple(each for each in members if each is not words))
        classes = [each for each in members if isinstance(each, type) and attrs.has(each)]
        several = len(classes) > 1
        parts = [
            self._model_or_name(each, tagged=True) if several and each in classes else self._type(each, where)
            for each in members
        ]
        if several and all(each in classes or each is types.NoneType for each in members):
            told = tuple(part for each, part in zip(members, parts, strict=True) if each in classes)
            chosen: Any = Annotated[Union[told], Field(discriminator="type")]  # noqa: UP007 - built from a list
            return Union[chosen, None] if types.NoneType in members else chosen  # noqa: UP007 - likewise
        return Union[tuple(parts)]  # noqa: UP007 - built from a list
