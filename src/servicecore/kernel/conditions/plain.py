"""The JSON form of conditions: plain dictionaries and lists in and out, every mistake with its path.

::

    {"all": [...]}  {"any": [...]}  {"not": {...}}
    {"path": "customer.group", "op": "in", "values": ["vip", "gold"]}
    {"path": "total", "op": "gte", "value": {"decimal": "50.00"}}
    {"path": "customer.birthday", "op": "exists"}
    {"for_any": "lines", "where": {...}}  {"for_all": "lines", "where": {...}}
    {"count": "lines", "where": {...}, "op": "gte", "value": 3}
    {"sum": "lines", "of": "quantity", "op": "gte", "value": 10}
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from servicecore.errors import InvalidValue
from servicecore.kernel.conditions.tree import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_VALUES,
    TOO_DEEP,
    TOO_LARGE,
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Measure,
    Measured,
    Not,
    Operator,
    Quantified,
    Quantifier,
)
from servicecore.kernel.conditions.values import value_from_plain, value_to_plain
from servicecore.kernel.conditions.vocabulary import Vocabulary
from servicecore.kernel.operations import Refusal
from servicecore.kernel.problems import WRONG_TYPE, Problem, ProblemKind

UNKNOWN_OPERATOR: Final = ProblemKind(
    "condition.unknown_operator",
    en="{value} is no operator; accepted: {accepted}",
    it="{value} non è un operatore; valori ammessi: {accepted}",
    de="{value} ist kein Operator; zulässig: {accepted}",
)
UNKNOWN_NODE: Final = ProblemKind(
    "condition.unknown_node",
    en="a condition with the fields {value} is unknown; accepted: {accepted}",
    it="una condizione con i campi {value} è sconosciuta; valori ammessi: {accepted}",
    de="eine Bedingung mit den Feldern {value} ist unbekannt; zulässig: {accepted}",
)
CYCLIC: Final = ProblemKind(
    "condition.cyclic",
    en="the condition at {value} contains itself; accepted: a tree",
    it="la condizione in {value} contiene se stessa; valori ammessi: un albero",
    de="die Bedingung bei {value} enthält sich selbst; zulässig: ein Baum",
)

_NONE: Final = frozenset[str]()
_FIELDS: Final = MappingProxyType(
    {
        "all": (frozenset({"all"}), _NONE),
        "any": (frozenset({"any"}), _NONE),
        "not": (frozenset({"not"}), _NONE),
        "path": (frozenset({"path", "op"}), frozenset({"value", "values"})),
        "for_any": (frozenset({"for_any", "where"}), _NONE),
        "for_all": (frozenset({"for_all", "where"}), _NONE),
        "count": (frozenset({"count", "op", "value"}), frozenset({"where"})),
        "sum": (frozenset({"sum", "of", "op", "value"}), frozenset({"where"})),
    }
)


def read_condition(plain: object, vocabulary: Vocabulary | None = None) -> Condition | Refusal:
    """Return the condition of a JSON form, or every problem that it has.

    Problem codes: ``condition.unknown_node``, ``condition.unknown_operator``, ``condition.unknown_field``,
    ``condition.unknown_collection``, ``condition.cyclic``, ``condition.too_deep``, ``condition.too_large``,
    ``value.wrong_type``, ``value.not_accepted``.

    Args:
        plain: dictionaries, lists, text, flags and whole numbers, as a JSON reader gives them.
        vocabulary: the words that it may use; None takes any path.

    """
    reader = _Reader()
    try:
        condition = reader.node(plain, "", ())
    except InvalidValue as stop:
        return Refusal((*reader.problems, stop.problem))
    problems = tuple(reader.problems)
    if condition is not None and vocabulary is not None:
        problems += vocabulary.check(condition)
    return Refusal(problems) if problems or condition is None else condition


def write_condition(condition: Condition) -> dict[str, Any]:
    """Return the JSON form, which `read_condition` turns into an equal condition."""
    if isinstance(condition, AllOf | AnyOf):
        name = "all" if isinstance(condition, AllOf) else "any"
        return {name: [write_condition(part) for part in condition.of]}
    if isinstance(condition, Not):
        return {"not": write_condition(condition.condition)}
    if isinstance(condition, Quantified):
        return {f"for_{condition.quantifier.value}": condition.collection, "where": write_condition(condition.where)}
    if isinstance(condition, Compare):
        plain: dict[str, Any] = {"path": condition.path, "op": condition.op.value}
        if condition.values:
            plain["values"] = [value_to_plain(value) for value in condition.values]
        return plain
    plain = {condition.measured.value: condition.collection}
    if condition.of:
        plain["of"] = condition.of
    if condition.where is not None:
        plain["where"] = write_condition(condition.where)
    return plain | {"op": condition.op.value, "value": value_to_plain(condition.value)}


class _Reader:
    """Reads one tree; what ends the reading is raised, what does not is collected."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._nodes = 0
        self._values = 0

    def node(self, plain: object, path: str, above: tuple[object, ...]) -> Condition | None:
        self._check_bounds(plain, path, above)
        if not isinstance(plain, Mapping):
            self.problems.append(
                WRONG_TYPE.at(path, value=_short(plain), type=type(plain).__name__, accepted="a condition in braces")
            )
            return None
        name = next((each for each in _FIELDS if each in plain), None)
        required, optional = _FIELDS[name] if name else (_NONE, _NONE)
        given = set(plain)
        if name is None or not required <= given <= required | optional or {"value", "values"} <= given:
            shown = ", ".join(sorted(map(str, given))) or "none"
            accepted = " or ".join(_fields_of(each) for each in ([name] if name else _FIELDS))
            self.problems.append(UNKNOWN_NODE.at(path, value=shown, accepted=accepted))
            return None
        try:
            return self._build(name, plain, path, (*above, plain))
        except InvalidValue as wrong:
            if wrong.problem.code in _FATAL:
                raise
            self.problems.append(wrong.problem.under(path))
            return None

    def _build(self, name: str, plain: Mapping[str, Any], path: str, above: tuple[object, ...]) -> Condition | None:
        below = f"{path}." if path else ""
        if name in {"all", "any"}:
            return self._several(plain[name], name, f"{below}{name}", above)
        if name == "not":
            inner = self.node(plain["not"], f"{below}not", above)
            return None if inner is None else Not(inner)
        where = self.node(plain["where"], f"{below}where", above) if "where" in plain else None
        if name in {"for_any", "for_all"}:
            quantifier = Quantifier(name.removeprefix("for_"))
            return None if where is None else Quantified(plain[name], quantifier, where)
        op = self._operator(plain["op"], f"{below}op")
        if name == "path":
            return None if op is None else Compare(plain["path"], op, self._listed(plain, f"{below}values"))
        value = value_from_plain(plain["value"], "value")
        if op is None or ("where" in plain and where is None):
            return None
        return Measure(plain[name], Measured(name), op, value, plain.get("of", ""), where)

    def _several(self, listed: object, name: str, path: str, above: tuple[object, ...]) -> Condition | None:
        if not isinstance(listed, list | tuple):
            self.problems.append(
                WRONG_TYPE.at(path, value=_short(listed), type=type(listed).__name__, accepted="a list of conditions")
            )
            return None
        read = [self.node(part, f"{path}[{index}]", (*above, listed)) for index, part in enumerate(listed)]
        found = [part for part in read if part is not None]
        if len(found) != len(read):
            return None
        return AllOf(found) if name == "all" else AnyOf(found)

    def _listed(self, plain: Mapping[str, Any], path: str) -> tuple[Any, ...]:
        if "value" in plain:
            return (value_from_plain(plain["value"], "value"),)
        listed = plain.get("values", [])
        if not isinstance(listed, list | tuple):
            raise WRONG_TYPE.error("values", value=_short(listed), type=type(listed).__name__, accepted="a list")
        self._values += len(listed)
        if self._values > MAX_VALUES:
            raise TOO_LARGE.error(path, value=self._values, what="values", accepted=MAX_VALUES)
        return tuple(value_from_plain(each, f"values[{index}]") for index, each in enumerate(listed))

    def _operator(self, given: object, path: str) -> Operator | None:
        found = next((each for each in Operator if each.value == given), None)
        if found is None:
            accepted = ", ".join(each.value for each in Operator)
            self.problems.append(UNKNOWN_OPERATOR.at(path, value=_short(given), accepted=accepted))
        return found

    def _check_bounds(self, plain: object, path: str, above: tuple[object, ...]) -> None:
        self._nodes += 1
        depth = sum(1 for each in above if isinstance(each, Mapping)) + 1
        if isinstance(plain, Mapping) and any(plain is each for each in above):
            raise CYCLIC.error(path, value=path)
        if depth > MAX_DEPTH:
            raise TOO_DEEP.error(path, value=depth, accepted=MAX_DEPTH)
        if self._nodes > MAX_NODES:
            raise TOO_LARGE.error(path, value=self._nodes, what="nodes", accepted=MAX_NODES)


_SHOWN_LENGTH: Final = 60
_FATAL: Final = frozenset({TOO_DEEP.code, TOO_LARGE.code, CYCLIC.code})


def _fields_of(name: str) -> str:
    required, optional = _FIELDS[name]
    return "{" + ", ".join([*sorted(required), *(f"{each}?" for each in sorted(optional))]) + "}"


def _short(plain: object) -> str:
    return repr(plain)[:_SHOWN_LENGTH] if isinstance(plain, str | float | None) else type(plain).__name__
