"""Templates of records: a nested shape whose texts name columns, filled from one row after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from attrs import field, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.problems import ProblemKind

UNKNOWN_COLUMN: Final = ProblemKind(
    "boundary.unknown_column",
    en="{value} is not a column; accepted: {accepted}",
    it="{value} non è una colonna; valori ammessi: {accepted}",
    de="{value} ist keine Spalte; zulässig: {accepted}",
)
UNKNOWN_FILTER: Final = ProblemKind(
    "boundary.unknown_filter",
    en="{value} is not a filter; accepted: {accepted}",
    it="{value} non è un filtro; valori ammessi: {accepted}",
    de="{value} ist kein Filter; zulässig: {accepted}",
)
BAD_CELL: Final = ProblemKind(
    "boundary.bad_cell",
    en="{value} cannot be read as {reason}; accepted: {accepted}",
    it="{value} non è leggibile come {reason}; valori ammessi: {accepted}",
    de="{value} ist nicht als {reason} lesbar; zulässig: {accepted}",
)
INCOMPLETE_COLLECTION: Final = ProblemKind(
    "boundary.incomplete_collection",
    en="{value} has rows in {collection} that could not be read: {rows}; accepted: {accepted}",
    it="{value} ha righe in {collection} che non è stato possibile leggere: {rows}; valori ammessi: {accepted}",
    de="{value} hat Zeilen in {collection}, die nicht lesbar waren: {rows}; zulässig: {accepted}",
)
UNASSIGNED_ROWS: Final = ProblemKind(
    "boundary.unassigned_rows",
    en="{value} may lack rows of {collection}: nobody can read whose these are: {rows}; accepted: {accepted}",
    it="a {value} possono mancare righe di {collection}: non si legge di chi siano: {rows}; valori ammessi: {accepted}",
    de="{value} fehlen vielleicht Zeilen von {collection}, unlesbar ist, wessen: {rows}; zulässig: {accepted}",
)
ALL_READABLE: Final = "every row readable, or a source with incomplete: keep"
_WHOLE: Final = re.compile(r"^\{([^{}|]+)((?:\|[^{}|]+)*)\}$")
_PART: Final = re.compile(r"\{([^{}|]+)\}")
_ABSENT: Final = object()


@frozen
class Collections:
    """Rows gathered from other files, by collection and key.

    Attributes:
        values: by collection name, then key, the gathered values in file order.
        broken: where rows stand that could not be read, by collection name and key.
        strays: where rows stand of which not even the key could be read, by collection name.
        asked: collection name and key of what templates asked for; it grows while they are filled.

    """

    values: Mapping[str, Mapping[str, list[Any]]] = field(factory=dict)
    broken: Mapping[str, Mapping[str, object]] = field(factory=dict)
    strays: Mapping[str, object] = field(factory=dict)
    asked: set[tuple[str, str]] = field(factory=set)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise BAD_CELL.error(value=repr(text), reason="number", accepted="digits with a point, such as 12.50") from None
    if not number.is_finite():
        raise BAD_CELL.error(value=repr(text), reason="number", accepted="a finite number")
    return number


def _integer(text: str) -> int:
    number = _number(text)
    if number != number.to_integral_value():
        raise BAD_CELL.error(value=repr(text), reason="integer", accepted="a whole number")
    return int(number)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        raise BAD_CELL.error(value=repr(text), reason="date", accepted="a date such as 2026-01-31") from None


def _instant(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise BAD_CELL.error(value=repr(text), reason="instant", accepted="an instant with its zone")
    return instant.isoformat()


def _boolean(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "y": True, "0": False, "false": False, "no": False, "n": False}
    try:
        return known[text.strip().lower()]
    except KeyError:
        raise BAD_CELL.error(value=repr(text), reason="boolean", accepted=", ".join(known)) from None


def _percent(text: str) -> str:
    return f"{(_number(text) * 100).normalize():f}"


_FILTERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "text": str.strip,
    "number": lambda text: str(_number(text)),
    "integer": _integer,
    "percent": _percent,
    "date": _date,
    "instant": _instant,
    "boolean": _boolean,
    "upper": lambda text: text.strip().upper(),
}


def fill(template: Any, row: Mapping[str, Any], collections: Collections, currency: str) -> Any:
    """Return ``template`` with every ``{column}`` replaced from ``row``.

    A text that is one placeholder takes filters: ``{price|money}`` gives an amount of ``currency``,
    ``{max|optional|number}`` leaves the field out where the cell is blank; also ``text``, ``number``, ``integer``,
    ``percent`` (0.05 becomes 5), ``date``, ``instant``, ``boolean``, ``upper``. An object with ``$when: column`` is
    left out where that cell is blank; ``{"$translate": "{channel}", "to": {...}}`` translates;
    ``{"$collection": "lines", "key": "{id}"}`` gives what another file gathered.

    Raises:
        InvalidValue: ``boundary.unknown_column``, ``boundary.unknown_filter``, ``boundary.bad_cell``,
            ``boundary.incomplete_collection``, ``boundary.unassigned_rows``, with the field as path.

    """
    filled = _fill(template, _Source(row, collections, currency), "")
    return None if filled is _ABSENT else filled


def taken(where: Mapping[str, Sequence[str]], row: Mapping[str, Any]) -> bool:
    """Return whether ``row`` has, in every column of ``where``, one of the texts that stand there.

    Raises:
        InvalidValue: ``boundary.unknown_column``; a filter on a column that is not there would let nothing through.

    """
    source = _Source(row, Collections(), "")
    return all(source.cell(column, "where") in texts for column, texts in where.items())


@frozen
class _Source:
    row: Mapping[str, Any]
    collections: Collections
    currency: str

    def cell(self, column: str, path: str) -> str:
        if column not in self.row:
            raise UNKNOWN_COLUMN.error(path, value=repr(column), accepted=", ".join(self.row))
        value = self.row[column]
        return "" if value is None else str(value)


def _fill(template: Any, source: _Source, path: str) -> Any:
    if isinstance(template, str):
        return _text(template, source, path)
    if isinstance(template, list):
        filled = (_fill(each, source, f"{path}[{index}]") for index, each in enumerate(template))
        return [each for each in filled if each is not _ABSENT]
    if not isinstance(template, dict):
        return template
    when = template.get("$when")
    if when is not None and not source.cell(when, path).strip():
        return _ABSENT
    if "$collection" in template:
        return _collection(template, source, path)
    if "$translate" in template:
        return _translate(template, source, path)
    parts = {
        key: _fill(each, source, f"{path}.{key}" if path else str(key))
        for key, each in template.items()
        if key != "$when"
    }
    return {key: each for key, each in parts.items() if each is not _ABSENT}


def _text(template: str, source: _Source, path: str) -> Any:
    whole = _WHOLE.match(template)
    if whole is None:
        return _PART.sub(lambda part: source.cell(part[1], path).strip(), template)
    text: Any = source.cell(whole[1], path)
    for name in [each for each in whole[2].split("|") if each]:
        if name == "optional":
            if not text.strip():
                return _ABSENT
        elif name == "money":
            text = {"amount": str(_read(_number, text, path)), "currency": source.currency}
        elif name in _FILTERS:
            text = _read(_FILTERS[name], text, path)
        else:
            raise UNKNOWN_FILTER.error(path, value=repr(name), accepted=", ".join([*_FILTERS, "money", "optional"]))
    return text


def _read(reader: Callable[[str], Any], text: str, path: str) -> Any:
    try:
        return reader(text)
    except InvalidValue as error:
        raise InvalidValue(error.problem.under(path)) from None


def _collection(template: Mapping[str, Any], source: _Source, path: str) -> list[Any]:
    name = template["$collection"]
    key = str(_fill(template["key"], source, path))
    collections = source.collections
    collections.asked.add((name, key))
    lost, stray = collections.broken.get(name, {}).get(key), collections.strays.get(name)
    if lost is not None:
        raise INCOMPLETE_COLLECTION.error(path, value=key, collection=name, rows=lost, accepted=ALL_READABLE)
    if stray is not None:
        raise UNASSIGNED_ROWS.error(path, value=key, collection=name, rows=stray, accepted=ALL_READABLE)
    return collections.values.get(name, {}).get(key, [])


def _translate(template: Mapping[str, Any], source: _Source, path: str) -> Any:
    value = _fill(template["$translate"], source, path)
    known = template["to"]
    if str(value) in known:
        return _fill(known[str(value)], source, path)
    if "otherwise" in template:
        return _fill(template["otherwise"], source, path)
    raise BAD_CELL.error(path, value=repr(value), reason="one of the translated values", accepted=", ".join(known))
