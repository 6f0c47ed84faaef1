"""The codec: frozen attrs states, commands and events as canonical JSON text and back, equal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from operator import attrgetter, is_
from typing import Any, Final, Protocol, TypeAlias, TypeVar

import attrs
from attrs import frozen
from cattrs import Converter
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError

from servicecore.errors import InvalidValue
from servicecore.kernel.problems import MISSING_FIELD, NOT_ACCEPTED, UNKNOWN_FIELD, WRONG_TYPE, Problem, ProblemKind
from servicecore.storage.hooks import NOTHING_ADDED, add_hooks
from servicecore.storage.json_text import fastest_reader, fastest_writer
from servicecore.storage.shapes import AddedClasses, check_shape

T = TypeVar("T")

_FieldWriter: TypeAlias = tuple[str, Callable[[Any], Any]]
"""What a field's part begins with, and what makes the field plain."""

NOT_JSON: Final = ProblemKind(
    "storage.not_json",
    en="{value} is not JSON: {reason}; accepted: {accepted}",
    it="{value} non è JSON: {reason}; valori ammessi: {accepted}",
    de="{value} ist kein JSON: {reason}; zulässig: {accepted}",
)
_SHOWN: Final = 60


class Codec(Protocol):
    """Turns frozen attrs values into text and back; the same value always gives the same text."""

    def encode(self, value: Any) -> str:
        """Return ``value`` as canonical JSON: keys sorted, no blanks.

        Raises:
            InvalidValue: a value in it has no stored form.
            UnsupportedShape: its class has none.

        """

    def decode(self, cls: type[T], data: str) -> T:
        """Return the value of class ``cls`` that ``data`` says; unknown fields are refused.

        Raises:
            InvalidValue: naming the field, its value and what is accepted.

        """


@frozen
class Encoded:
    """A value with its text, and what that was made of.

    Attributes:
        value: an instance of an attrs class.
        text: canonical JSON of it.
        held: what each field holds.
        parts: each field's name and text, as they stand in ``text``.

    """

    value: Any
    text: str
    held: tuple[Any, ...]
    parts: tuple[str, ...]


@frozen
class _Fields:
    """How the fields of a class are written, by their names.

    Attributes:
        get: gets what all of them hold.
        writers: one a field.

    """

    get: Callable[[Any], tuple[Any, ...]]
    writers: tuple[_FieldWriter, ...]


class JsonCodec:
    """The codec of every store: cattrs, and the standard library's JSON or what reads and writes the same faster.

    Hooks are built once a class, when it is first written or read, and a class that cannot be stored is refused then;
    an instance may be shared by threads. Reading runs without bookkeeping first; only where that fails is it run again
    to find which field is wrong. ``added`` are classes that plugins add to unions.
    """

    def __init__(self, *, whole_numbers: bool = False, added: AddedClasses = NOTHING_ADDED) -> None:
        self._fast = Converter(detailed_validation=False, forbid_extra_keys=True)
        self._exact = Converter(detailed_validation=True, forbid_extra_keys=True)
        for converter in (self._fast, self._exact):
            add_hooks(converter, whole_numbers=whole_numbers, added=added)
        self._writers: dict[type, Callable[[Any], Any]] = {}
        self._fields: dict[type, _Fields] = {}
        self._readers: dict[type, Callable[[Any, Any], Any]] = {}
        self._text = fastest_writer()
        self._plain = fastest_reader()

    def encode(self, value: Any) -> str:
        """Return ``value`` as canonical JSON: keys sorted, no blanks."""
        return self.to_text(self.to_plain(value))

    def decode(self, cls: type[T], data: str) -> T:
        """Return the value of class ``cls`` that ``data`` says; unknown fields are refused."""
        return self.from_plain(cls, self.to_object(data))

    def to_plain(self, value: Any) -> Any:
        """Return ``value``, an instance of an attrs class, as dicts, lists, text, whole numbers and booleans."""
        cls = type(value)
        if cls not in self._writers:
            check_shape(cls)
            self._writers[cls] = self._fast.get_unstructure_hook(cls)
        return self._writers[cls](value)

    def encode_like(self, value: Any, before: Encoded | None) -> Encoded:
        """Return ``value`` with the text that ``encode`` gives.

        The text of fields that ``before`` has too, the same object, is taken from there: they are never changed.
        """
        cls = type(value)
        fields = self._fields.get(cls) or self._fields_of(cls)
        held = fields.get(value)
        if before is None or type(before.value) is not cls:
            parts = [self._part(writer, each) for writer, each in zip(fields.writers, held, strict=True)]
        else:
            parts = list(before.parts)
            for place, is_same in enumerate(map(is_, held, before.held)):
                if not is_same:
                    parts[place] = self._part(fields.writers[place], held[place])
        return Encoded(value, f"{{{','.join(parts)}}}", held, tuple(parts))

    def from_plain(self, cls: type[T], plain: Any) -> T:
        """Return the value of class ``cls`` that ``plain`` (as JSON is read) says; see ``decode``."""
        if cls not in self._readers:
            check_shape(cls)
            self._readers[cls] = self._fast.get_structure_hook(cls)
        try:
            value: T = self._readers[cls](plain, cls)
        except Exception as error:
            raise InvalidValue(self._first_problem(cls, plain, error)) from error
        return value

    def to_text(self, plain: Any) -> str:
        """Return ``plain`` as canonical JSON text.

        Raises:
            InvalidValue: ``value.not_accepted`` for text that no file can hold (a lone surrogate).

        """
        try:
            return self._text(plain)
        except UnicodeEncodeError as error:
            raise NOT_ACCEPTED.error(
                value=repr(error.object[error.start : error.end]), accepted="text that UTF-8 can hold"
            ) from None

    def to_object(self, data: str) -> Any:
        """Return what the JSON text ``data`` says.

        Raises:
            InvalidValue: ``storage.not_json``.

        """
        try:
            return self._plain(data)
        except (ValueError, RecursionError, TypeError) as error:
            shown = repr(data if len(data) <= _SHOWN else data[:_SHOWN] + "...")
            raise NOT_JSON.error(value=shown, reason=str(error), accepted="JSON text") from error

    def problems(self, cls: type[T], plain: Any) -> tuple[Problem, ...]:
        """Return everything that is wrong with ``plain`` as a value of class ``cls``, each thing with its path."""
        try:
            self._exact.structure(plain, cls)
        except Exception as error:  # noqa: BLE001 - whatever a constructor raises is the answer
            return tuple(_problems(error, ""))
        return ()

    def _part(self, writer: _FieldWriter, held: Any) -> str:
        name, write = writer
        return f"{name}{self.to_text(write(held))}"

    def _fields_of(self, cls: type) -> _Fields:
        check_shape(cls)
        fields = sorted(attrs.fields(cls), key=attrgetter("name"))
        getters = tuple(attrgetter(each.name) for each in fields)
        together: Callable[[Any], tuple[Any, ...]] = attrgetter(*(each.name for each in fields))
        found = _Fields(
            get=together if len(getters) > 1 else lambda value: tuple([get(value) for get in getters]),
            writers=tuple((f"{json.dumps(each.name)}:", self._fast.get_unstructure_hook(each.type)) for each in fields),
        )
        self._fields[cls] = found
        return found

    def _first_problem(self, cls: type, plain: Any, error: Exception) -> Problem:
        return (*self.problems(cls, plain), *_plain_problems(error, ""))[0]


def _problems(error: BaseException, path: str) -> Iterator[Problem]:
    if isinstance(error, ClassValidationError):
        fields, others = error.group_exceptions()
        for inner, note in fields:
            yield from _problems(inner, f"{path}.{note.name}" if path else note.name)
        for inner in others:
            yield from _problems(inner, path)
    elif isinstance(error, IterableValidationError):
        items, others = error.group_exceptions()
        for inner, place in items:
            yield from _problems(inner, f"{path}[{place.index}]")
        for inner in others:
            yield from _problems(inner, path)
    else:
        yield from _plain_problems(error, path)


def _plain_problems(error: BaseException, path: str) -> Iterator[Problem]:
    if isinstance(error, InvalidValue):
        yield error.problem.under(path) if path else error.problem
    elif isinstance(error, ForbiddenExtraKeysError):
        accepted = ", ".join(attribute.name for attribute in attrs.fields(error.cl) if attribute.init)
        for name in sorted(map(str, error.extra_fields)):
            yield UNKNOWN_FIELD.at(f"{path}.{name}" if path else name, value=repr(name), accepted=accepted)
    elif isinstance(error, KeyError):
        yield MISSING_FIELD.at(path, value=repr(error.args[0]), accepted="a value; the field has no default")
    else:
        yield WRONG_TYPE.at(path, value=str(error), type=type(error).__name__, accepted="a value of the field's shape")
