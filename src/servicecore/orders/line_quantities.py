"""Units of order lines as a command names them, and the check that they are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.line import OrderLine
from servicecore.orders.quantities import NONE, as_quantity

UNKNOWN_LINE: Final = ProblemKind(
    "orders.unknown_line",
    en="there is no line {value}; accepted: {accepted}",
    it="non esiste la riga {value}; valori ammessi: {accepted}",
    de="eine Zeile {value} gibt es nicht; zulässig: {accepted}",
)
LINE_TWICE: Final = ProblemKind(
    "orders.line_twice",
    en="line {value} is named twice; accepted: {accepted}",
    it="la riga {value} è indicata due volte; valori ammessi: {accepted}",
    de="Zeile {value} ist doppelt genannt; zulässig: {accepted}",
)
WRONG_QUANTITY: Final = ProblemKind(
    "orders.wrong_quantity",
    en="{value} units of line {line} are not there; accepted: {accepted}",
    it="{value} unità della riga {line} non sono disponibili; valori ammessi: {accepted}",
    de="{value} Einheiten der Zeile {line} sind nicht vorhanden; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class LineQuantity:
    """Units of one order line.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted`` for a quantity that is no number.

    """

    line: int
    quantity: Decimal = field(converter=as_quantity)


def unknown_line(lines: Sequence[OrderLine], number: int, path: str) -> Problem:
    """Return that there is no such line, naming those that are there (``orders.unknown_line``)."""
    return UNKNOWN_LINE.at(path, value=number, accepted=", ".join(str(each.number) for each in lines))


def check_quantity(line: OrderLine, quantity: Decimal, most: Decimal, path: str) -> tuple[Problem, ...]:
    """Return why ``quantity`` of ``line`` cannot be taken, where it is not above 0 and at most ``most``."""
    if NONE < quantity <= most:
        return ()
    accepted = f"above 0 and at most {most:f}" if most else "none, there is no such unit"
    return (WRONG_QUANTITY.at(path, value=quantity, line=line.number, accepted=accepted),)


def check_quantities(
    lines: Sequence[OrderLine], asked: Sequence[LineQuantity], most: Callable[[OrderLine], Decimal]
) -> tuple[Problem, ...]:
    """Return why the units cannot be taken: unknown lines, a line twice, or more than ``most`` says of its line.

    Codes: ``orders.unknown_line``, ``orders.line_twice``, ``orders.wrong_quantity``.
    """
    by_number = {line.number: line for line in lines}
    seen: set[int] = set()
    problems: list[Problem] = []
    for index, each in enumerate(asked):
        line = by_number.get(each.line)
        if line is None:
            problems.append(unknown_line(lines, each.line, f"lines[{index}].line"))
        elif each.line in seen:
            problems.append(LINE_TWICE.at(f"lines[{index}].line", value=each.line, accepted="each line once"))
        else:
            problems.extend(check_quantity(line, each.quantity, most(line), f"lines[{index}].quantity"))
        seen.add(each.line)
    return tuple(problems)
