"""The values that conditions compare: what they are, when two can be compared, and their JSON form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from servicecore.errors import InvalidValue
from servicecore.kernel.clock import as_instant
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, WRONG_TYPE

Value: TypeAlias = str | bool | int | Decimal | date | datetime | Money
"""Text, a flag, a number, a civil date, an instant or an amount; numbers are exact, floats are refused."""

_ACCEPTED: Final = "text, true or false, a whole number, or one of decimal, date, instant, money in braces"

_KINDS: Final = MappingProxyType(
    {
        str: "text",
        bool: "flag",
        int: "number",
        Decimal: "number",
        date: "date",
        datetime: "instant",
        Money: "money",
    }
)


def comparable(value: object) -> tuple[str, Any] | None:
    """Return the kind of ``value`` with what is compared inside of it, or None for what is no value.

    Two values can be compared where their kinds are equal; ``True`` is no number, and euros are no francs.
    """
    kind = _KINDS.get(type(value))
    if kind == "money" and isinstance(value, Money):
        return f"money {value.currency}", value.amount
    return None if kind is None else (kind, value)


def check_value(value: object, path: str = "value") -> Value:
    """Return ``value`` where conditions can compare it; instants are turned to UTC.

    Raises:
        InvalidValue: ``value.wrong_type`` for floats and other classes, ``value.not_accepted`` for numbers without
            end, ``time.naive_instant``.

    """
    if isinstance(value, datetime):
        return as_instant(value, path)
    if isinstance(value, Decimal):
        return exact_decimal(value, path)
    if isinstance(value, str | bool | int | date | Money) and type(value) in _KINDS:
        return value
    raise WRONG_TYPE.error(path, value=repr(value), type=type(value).__name__, accepted=_ACCEPTED)


def show_value(value: object) -> str:
    """Return ``value`` as explanations show it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def value_to_plain(value: Value) -> object:
    """Return the JSON form: text, flags and whole numbers as they are, ``{"decimal": "1.50"}`` and so on."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Money):
        return {"money": {"amount": str(value.amount), "currency": value.currency}}
    return value


def value_from_plain(plain: object, path: str) -> Value:
    """Return the value of a JSON form.

    Raises:
        InvalidValue: as `check_value`, with ``path``.

    """
    if not isinstance(plain, Mapping):
        return check_value(plain, path)
    name, content = next(iter(plain.items())) if len(plain) == 1 else ("", None)
    reader = _READERS.get(name) if isinstance(name, str) else None
    if reader is None:
        shown = ", ".join(map(str, plain))
        raise NOT_ACCEPTED.error(path, value=shown, accepted=", ".join(_READERS))
    try:
        return reader(content, f"{path}.{name}")
    except InvalidValue:
        raise
    except (ValueError, TypeError, KeyError):
        raise NOT_ACCEPTED.error(f"{path}.{name}", value=repr(content), accepted=_ACCEPTED) from None


def _decimal(content: object, path: str) -> Value:
    return exact_decimal(content, path)


def _date(content: Any, _path: str) -> Value:
    return date.fromisoformat(content)


def _instant(content: Any, path: str) -> Value:
    return as_instant(datetime.fromisoformat(content), path)


def _money(content: Any, _path: str) -> Value:
    if set(content) != {"amount", "currency"}:
        raise ValueError(content)
    return Money(content["amount"], content["currency"])


_READERS: Final[Mapping[str, Callable[[object, str], Value]]] = MappingProxyType(
    {"decimal": _decimal, "date": _date, "instant": _instant, "money": _money}
)
