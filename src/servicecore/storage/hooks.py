"""How each plain value looks in stored JSON, both ways, strictly: nothing is guessed and nothing rounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import ClassValidationError, IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from servicecore.errors import InvalidValue
from servicecore.kernel.clock import as_instant
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED, WRONG_TYPE, ProblemKind, Text
from servicecore.storage.refused_fields import with_refused_fields
from servicecore.storage.shapes import TAG, AddedClasses, chosen_word, is_open, is_tagged_union, members, named_members

MISSING_PART: Final = ProblemKind(
    "storage.missing_plugin_part",
    en="{value} needs the plugin {plugin}, which is not loaded or has no such part; accepted: {accepted}",
    it="{value} richiede il plugin {plugin}, che non è caricato o non ha tale parte; valori ammessi: {accepted}",
    de="{value} braucht das Plugin {plugin}, das nicht geladen ist oder keinen solchen Teil hat; zulässig: {accepted}",
)
NOTHING_ADDED: Final[AddedClasses] = MappingProxyType({})
"""No plugin adds a class."""

_MICROSECOND: Final = timedelta(microseconds=1)
_DATE_LENGTH: Final = len("2026-01-31")
_LANGUAGES: Final = 3
_MONEY_FIELDS: Final = 2
_TEXT: Final = frozenset({str})
_REMEMBERED: Final = 4096
"""Amounts and sentences of explanations that a converter remembers: a document says the same one many times."""


def add_hooks(converter: Converter, *, whole_numbers: bool = False, added: AddedClasses = NOTHING_ADDED) -> None:
    """Teach ``converter`` the stored form of every plain value.

    Decimal is text with its exponent; Money ``{"amount": "12.50", "currency": "EUR"}``; an instant ISO 8601 in UTC
    with ``Z``; a date ISO 8601; a timedelta its whole microseconds; an Enum its value; a Text the list of its three
    sentences; a frozenset its sorted list; a member of a union its fields and ``"type"``, the class name.
    ``added`` are classes that plugins add to unions.

    With ``whole_numbers`` a Decimal may also be read from a whole number, as people write it in files.
    """
    read_decimal = _read_decimal_or_whole if whole_numbers else _read_decimal

    @lru_cache(_REMEMBERED)
    def money_of(amount: str, currency: str) -> Money:
        return Money(read_decimal(amount), currency)

    def read_money(value: object, _cls: Any) -> Money:
        if type(value) is dict and len(value) == _MONEY_FIELDS:
            amount, currency = value.get("amount"), value.get("currency")
            if type(amount) is str and type(currency) is str:
                return money_of(amount, currency)
        return _read_money(value, read_decimal)

    text_of = lru_cache(_REMEMBERED)(Text)

    def read_text(value: object, _cls: Any) -> Text:
        if type(value) is list and len(value) == _LANGUAGES and _TEXT.issuperset(map(type, value)):
            return text_of(*value)
        return _read_text(value)

    for cls, write, read in (
        (Decimal, _write_decimal, read_decimal),
        (Money, _write_money, read_money),
        (datetime, _write_instant, _read_instant),
        (date, date.isoformat, _read_date),
        (timedelta, _write_timedelta, _read_timedelta),
        (Text, _write_text, read_text),
    ):
        converter.register_unstructure_hook(cls, write)
        converter.register_structure_hook(cls, read)
    converter.register_structure_hook(str, _read_str)
    converter.register_structure_hook(int, _read_int)
    converter.register_structure_hook(bool, _read_bool)
    converter.register_unstructure_hook_factory(_is_enum, lambda _cls: attrgetter("value"))
    converter.register_structure_hook_factory(_is_enum, _enum_reader)
    converter.register_unstructure_hook_func(_is_set, sorted)
    converter.register_structure_hook_func(_is_set, _read_set)
    converter.register_structure_hook_factory(_is_tuple, lambda annotation: _tuple_reader(converter, annotation))
    converter.register_unstructure_hook_factory(attrs.has, lambda cls: _exact_writer(converter, cls))
    converter.register_structure_hook_factory(attrs.has, lambda cls: _object_reader(converter, cls))
    converter.register_unstructure_hook_factory(
        is_tagged_union, lambda annotation: _union_writer(converter, named_members(annotation, added))
    )
    converter.register_unstructure_hook_factory(
        _is_choice, lambda annotation: _choice_writer(converter, annotation, named_members(annotation, added))
    )
    converter.register_structure_hook_factory(
        _is_choice, lambda annotation: _choice_reader(converter, annotation, named_members(annotation, added))
    )
    converter.register_structure_hook_factory(
        is_tagged_union, lambda annotation: _union_reader(converter, annotation, named_members(annotation, added))
    )


def _wrong(value: object, accepted: str) -> Exception:
    return WRONG_TYPE.error(value=repr(value), type=type(value).__name__, accepted=accepted)


def _write_decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise NOT_ACCEPTED.error(value=value, accepted="a finite number")
    return str(value)


def _read_decimal(value: object, _cls: Any = None) -> Decimal:
    if not isinstance(value, str):
        raise _wrong(value, "a number as text, such as '12.50'")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise NOT_ACCEPTED.error(value=repr(value), accepted="a number as text, such as '12.50'") from None
    if not number.is_finite():
        raise NOT_ACCEPTED.error(value=repr(value), accepted="a finite number")
    return number


def _read_decimal_or_whole(value: object, _cls: Any = None) -> Decimal:
    return Decimal(value) if type(value) is int else _read_decimal(value)


def _write_money(value: Money) -> dict[str, str]:
    return {"amount": _write_decimal(value.amount), "currency": value.currency}


def _read_money(value: object, read_decimal: Callable[[object], Decimal]) -> Money:
    if not isinstance(value, dict) or value.keys() != {"amount", "currency"}:
        raise _wrong(value, 'an amount such as {"amount": "12.50", "currency": "EUR"}')
    return Money(read_decimal(value["amount"]), _read_str(value["currency"]))


def _write_instant(value: datetime) -> str:
    if value.tzinfo is not UTC:
        value = as_instant(value, "")
    return f"{value.replace(tzinfo=None).isoformat()}Z"


def _read_instant(value: object, _cls: Any) -> datetime:
    if not isinstance(value, str):
        raise _wrong(value, "an instant such as '2026-01-31T08:00:00Z'")
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is not None:
            return instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NOT_ACCEPTED.error(
            value=repr(value), accepted="an instant with its zone, such as '2026-01-31T08:00:00Z'"
        ) from None
    return as_instant(instant, "")


def _read_date(value: object, _cls: Any) -> date:
    if not isinstance(value, str):
        raise _wrong(value, "a date such as '2026-01-31'")
    try:
        if len(value) == _DATE_LENGTH:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise NOT_ACCEPTED.error(value=repr(value), accepted="a date such as '2026-01-31'")


def _write_timedelta(value: timedelta) -> int:
    return value // _MICROSECOND


def _read_timedelta(value: object, _cls: Any) -> timedelta:
    try:
        return timedelta(microseconds=_read_int(value))
    except OverflowError:
        raise NOT_ACCEPTED.error(value=value, accepted="microseconds within 999999999 days") from None


def _write_text(value: Text) -> tuple[str, str, str]:
    return (value.en, value.it, value.de)


def _read_text(value: object) -> Text:
    if not isinstance(value, list) or len(value) != _LANGUAGES:
        raise _wrong(value, "a list of three sentences: en, it, de")
    return Text(_read_str(value[0]), _read_str(value[1]), _read_str(value[2]))


def _read_str(value: object, _cls: Any = None) -> str:
    if type(value) is not str:
        raise _wrong(value, "text")
    return value


def _read_int(value: object, _cls: Any = None) -> int:
    if type(value) is not int:
        raise _wrong(value, "a whole number")
    return value


def _read_bool(value: object, _cls: Any) -> bool:
    if type(value) is not bool:
        raise _wrong(value, "true or false")
    return value


def _is_enum(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, Enum)


def _enum_reader(cls: type[Enum]) -> Callable[[Any, Any], Enum]:
    by_value = {member.value: member for member in cls}
    accepted = ", ".join(str(value) for value in by_value)

    def read(value: Any, _cls: Any) -> Enum:
        try:
            return by_value[value]
        except (KeyError, TypeError):
            raise NOT_ACCEPTED.error(value=repr(value), accepted=accepted) from None

    return read


def _is_choice(annotation: Any) -> bool:
    return chosen_word(annotation) is not None


def _choice_writer(converter: Converter, annotation: Any, by_name: dict[str, type]) -> Callable[[Any], Any]:
    word, write_class = chosen_word(annotation), _union_writer(converter, by_name)
    return lambda value: value.value if type(value) is word else write_class(value)


def _choice_reader(converter: Converter, annotation: Any, by_name: dict[str, type]) -> Callable[[Any, Any], Any]:
    words = {each.value: each for each in chosen_word(annotation) or ()}
    read_class = _union_reader(converter, annotation, by_name)
    accepted = ", ".join([*words, *by_name])

    def read(value: Any, cls: Any) -> Any:
        if isinstance(value, dict):
            name = value.get(TAG)
            if isinstance(name, str) and name in by_name:
                return read_class(value, cls)
            raise no_such_class(name, accepted)
        try:
            return words[value]
        except (KeyError, TypeError):
            raise NOT_ACCEPTED.error(value=repr(value), accepted=accepted) from None

    return read


def _is_set(annotation: Any) -> bool:
    return get_origin(annotation) is frozenset


def _is_tuple(annotation: Any) -> bool:
    return get_origin(annotation) is tuple


def _read_set(value: object, _cls: Any) -> frozenset[str]:
    if not isinstance(value, list):
        raise _wrong(value, "a list of texts")
    return frozenset(_read_str(each) for each in value)


def _tuple_reader(converter: Converter, annotation: Any) -> Callable[[Any, Any], tuple[Any, ...]]:
    items = get_args(annotation)
    if len(items) == 2 and items[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
        return _equal_reader(converter, items[0])

    def read(value: Any, _cls: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) != len(items):
            raise _wrong(value, f"a list of {len(items)}")
        return _read_items(converter, zip(value, items, strict=True))

    return read


def _equal_reader(converter: Converter, item: Any) -> Callable[[Any, Any], tuple[Any, ...]]:
    hooks: list[Callable[[Any, Any], Any]] = []  # filled at the first call: a class may contain itself

    def read(value: Any, _cls: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise _wrong(value, "a list")
        if not value:
            return ()
        if converter.detailed_validation:
            return _read_items(converter, ((part, item) for part in value))
        if not hooks:
            hooks.append(converter.get_structure_hook(item))
        hook = hooks[0]
        return tuple([hook(part, item) for part in value])

    return read


def _read_items(converter: Converter, pairs: Iterable[tuple[Any, Any]]) -> tuple[Any, ...]:
    """Read each part as its item; with detailed validation one error names every part that cannot be read."""
    values: list[Any] = []
    errors: list[Exception] = []
    for place, (part, item) in enumerate(pairs):
        try:
            values.append(converter.get_structure_hook(item)(part, item))
        except Exception as error:
            if not converter.detailed_validation:
                raise
            error.__notes__ = [*getattr(error, "__notes__", ()), IterableValidationNote(f"item {place}", place, item)]
            errors.append(error)
    if errors:
        raise IterableValidationError("while reading a list", errors, tuple)
    return tuple(values)


def _object_reader(converter: Converter, cls: type) -> Callable[[Any, Any], Any]:
    read_fields: Callable[[Any, Any], Any] = make_dict_structure_fn(
        cls,
        converter,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=converter.detailed_validation,
    )
    if not converter.detailed_validation:
        return read_fields

    def read(value: Any, annotation: Any) -> Any:
        if not isinstance(value, dict):
            raise _wrong(value, f"an object with the fields of {cls.__name__}")
        try:
            return read_fields(value, annotation)
        except ClassValidationError as error:
            raise with_refused_fields(error, converter, cls, value) from None

    return read


def _exact_writer(converter: Converter, cls: type) -> Callable[[Any], Any]:
    write_fields: Callable[[Any], Any] = make_dict_unstructure_fn(cls, converter)

    def write(value: Any) -> Any:
        if value.__class__ is not cls:  # a subclass would be cut down to the fields of the declared class
            raise _wrong(value, cls.__name__)
        return write_fields(value)

    return write


def _union_writer(converter: Converter, by_name: dict[str, type]) -> Callable[[Any], Any]:
    names = {cls: name for name, cls in by_name.items()}

    def write(value: Any) -> Any:
        if value is None:
            return None
        name = names.get(type(value))
        if name is None:
            if any(is_open(each) for each in type(value).__mro__):
                raise MISSING_PART.error(TAG, **missing_part(type(value).tag(), by_name))
            raise _wrong(value, ", ".join(by_name))
        return {TAG: name, **converter.unstructure(value)}

    return write


def _union_reader(converter: Converter, annotation: Any, by_name: dict[str, type]) -> Callable[[Any, Any], Any]:
    optional = annotation == annotation | None
    is_extended = any(is_open(each) for each in members(annotation))

    def read(value: Any, _cls: Any) -> Any:
        if value is None and optional:
            return None
        if not isinstance(value, dict):
            raise _wrong(value, f"an object with {TAG!r} of {', '.join(by_name)}")
        name = value.get(TAG)
        cls = by_name.get(name) if isinstance(name, str) else None
        if cls is None:
            if is_extended and isinstance(name, str) and "." in name:
                raise MISSING_PART.error(TAG, **missing_part(name, by_name))
            raise NOT_ACCEPTED.error(TAG, value=repr(name), accepted=", ".join(by_name))
        return converter.structure({key: part for key, part in value.items() if key != TAG}, cls)

    return read


def no_such_class(name: object, accepted: str) -> InvalidValue:
    """Return the refusal of ``name``, which no plugin and no built-in part is called."""
    if isinstance(name, str) and "." in name:
        return MISSING_PART.error(TAG, value=name, plugin=name.partition(".")[0], accepted=accepted)
    return NOT_ACCEPTED.error(TAG, value=repr(name), accepted=accepted)


def missing_part(name: str, by_name: Iterable[str]) -> dict[str, str]:
    """Return the parameters of `MISSING_PART` for ``name`` (``acme.WeatherDiscount``), beside what ``by_name`` has."""
    accepted = ", ".join(each for each in by_name if "." in each) or "built-in parts"
    return {"value": name, "plugin": name.partition(".")[0], "accepted": accepted}
