"""The compact program in whole numbers, for a solver from outside, and the port that such a solver stands behind."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from attrs import frozen

from servicecore.pricing.best_price.compact import CompactOffer, CompactProblem, Counts, Shape

MostUnits: TypeAlias = dict[tuple[int, int, int], int]
"""By offer, role and line: the most units that are worth looking at."""


@frozen
class Column:
    """A whole variable from 0 to ``upper`` that adds ``worth`` for each one."""

    worth: int
    upper: int


@frozen
class Row:
    """``lower`` <= sum of factor times column <= ``upper``; None is open.

    Attributes:
        terms: (column, factor).
        lower: at least.
        upper: at most.

    """

    terms: tuple[tuple[int, int], ...]
    lower: int | None
    upper: int | None


@frozen
class IntegerProgram:
    """Maximise the worth of all columns, each row being kept."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@frozen
class IntegerAnswer:
    """What a solver found; nothing of it is believed before it has been checked in whole numbers.

    Attributes:
        values: of every column.
        bound: no solution is worth more, says the solver; None where it says nothing.

    """

    values: tuple[int, ...]
    bound: int | None


class IntegerSolver(Protocol):
    """A solver of integer programs; HiGHS stands behind it with the extra ``optimize``."""

    @property
    def name(self) -> str:
        """Return its name and version, for certificates."""
        ...

    def solve(self, program: IntegerProgram, nodes: int) -> IntegerAnswer | None:
        """Return the best solution that a tree of at most ``nodes`` gives; None where there was none.

        The answer depends on the program and ``nodes`` only, never on how fast the machine is.
        """
        ...


@frozen
class BestPriceSolver:
    """The fact that a solver of integer programs is at hand when a quote looks for the best price."""

    solver: IntegerSolver


@frozen
class Programmed:
    """A compact problem as an integer program.

    Attributes:
        program: the program.
        units: by column: offer, role, line; of the other columns None.

    """

    program: IntegerProgram
    units: tuple[tuple[int, int, int] | None, ...]

    def counts(self, values: tuple[int, ...]) -> Counts:
        """Return the units that ``values`` of the columns mean."""
        counts: Counts = {}
        for value, key in zip(values, self.units, strict=True):
            if key is not None and value:
                counts.setdefault(key[:2], {})[key[2]] = value
        return counts


class _Draft:
    def __init__(self) -> None:
        self.columns: list[Column] = []
        self.units: list[tuple[int, int, int] | None] = []
        self.rows: list[Row] = []

    def add(self, worth: int, upper: int, units: tuple[int, int, int] | None = None) -> int:
        self.columns.append(Column(worth, upper))
        self.units.append(units)
        return len(self.columns) - 1


def programmed(problem: CompactProblem, most_units: MostUnits | None = None) -> Programmed:
    """Return the program of a component, without the units that are not worth looking at."""
    draft = _Draft()
    most = most_units or {}
    by_line: list[list[tuple[int, CompactOffer]]] = [[] for _ in problem.lines]
    for number, compact in enumerate(problem.offers):
        _add_offer(draft, number, compact, problem, by_line, most)
    for line, columns in zip(problem.lines, by_line, strict=True):
        if columns:
            draft.rows.append(Row(tuple((column, 1) for column, _ in columns), None, line.quantity))
    for line, columns in zip(problem.lines, by_line, strict=True):
        _keep_alone(draft, line.quantity, columns)
    return Programmed(IntegerProgram(tuple(draft.columns), tuple(draft.rows)), tuple(draft.units))


def _add_offer(
    draft: _Draft,
    number: int,
    compact: CompactOffer,
    problem: CompactProblem,
    by_line: list[list[tuple[int, CompactOffer]]],
    most: MostUnits,
) -> None:
    capped = compact.cap is not None
    times = draft.add(0 if capped else compact.constant, compact.capacity)
    money: list[tuple[int, int]] = [(times, compact.constant)]
    roles: list[dict[int, int]] = []
    for role, each in enumerate(compact.roles):
        columns: dict[int, int] = {}
        for line, weight in each.weights.items():
            upper = most.get((number, role, line), problem.lines[line].quantity)
            if not upper:
                continue
            column = draft.add(0 if capped else weight, upper, (number, role, line))
            columns[line] = column
            by_line[line].append((column, compact))
            money.append((column, weight))
            if compact.shape is Shape.DISTINCT:
                draft.rows.append(Row(((column, 1), (times, -1)), None, 0))
        draft.rows.append(Row((*((column, 1) for column in columns.values()), (times, -each.need)), 0, 0))
        roles.append(columns)
    if compact.shape is Shape.BUY_GET:
        _pay_by_price(draft, compact, problem, roles)
    if compact.cap is not None:
        given = draft.add(1, compact.cap)
        draft.rows.append(Row(((given, -1), *((column, factor) for column, factor in money if factor)), 0, None))


def _pay_by_price(draft: _Draft, compact: CompactOffer, problem: CompactProblem, roles: list[dict[int, int]]) -> None:
    """Every group of got units is paid by bought ones of at least their price: a row for each price.

    The n-th group begun needs all its bought units; ``begun`` counts groups, the last one may be incomplete.
    """
    bought, got = compact.roles
    for price in sorted({problem.lines[line].price for line in got.weights}):
        paid = [(column, 1) for line, column in roles[0].items() if problem.lines[line].price >= price]
        taken = [column for line, column in roles[1].items() if problem.lines[line].price >= price]
        if got.need == 1:
            draft.rows.append(Row((*paid, *((column, -bought.need) for column in taken)), 0, None))
            continue
        begun = draft.add(0, compact.capacity)
        draft.rows.append(Row(((begun, got.need), *((column, -1) for column in taken)), 0, None))
        draft.rows.append(Row((*paid, (begun, -bought.need)), 0, None))


def _keep_alone(draft: _Draft, quantity: int, columns: list[tuple[int, CompactOffer]]) -> None:
    """Of the offers of a line where one wants to be alone, at most one has units."""
    if not any(compact.alone for _, compact in columns):
        return
    for compact in dict.fromkeys(id(each) for _, each in columns if each.alone):
        own = [column for column, each in columns if id(each) == compact]
        others = [column for column, each in columns if id(each) != compact]
        switch = draft.add(0, 1)
        draft.rows.append(Row((*((column, 1) for column in own), (switch, -quantity)), None, 0))
        draft.rows.append(Row((*((column, 1) for column in others), (switch, quantity)), None, quantity))
