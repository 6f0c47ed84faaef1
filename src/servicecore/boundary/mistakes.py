"""Mistakes in files that people write: each with the line that it stands on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from servicecore.boundary.source_lines import SourceLines
from servicecore.errors import Refused
from servicecore.kernel.problems import Problem


@frozen
class Mistake:
    """One thing that is wrong in a file.

    Attributes:
        file: the file's name.
        line: from 1; 0 where it is not known.
        problem: what is wrong, with its path in the file.

    """

    file: str
    line: int
    problem: Problem

    def text(self, locale: str = "en") -> str:
        """Return ``prices.yaml:12: offers[0].benefit.percent: ...``, as editors can jump to."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.problem.text(locale)}"


class BadFile(Refused):
    """The base of what is raised when a file says something that cannot be; names every mistake with its place."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(tuple(each.problem for each in mistakes))
        self.mistakes = mistakes

    def __str__(self) -> str:
        return "\n".join(each.text() for each in self.mistakes)

    def __reduce__(self) -> tuple[type[BadFile], tuple[tuple[Mistake, ...]]]:  # type: ignore[override]
        return type(self), (self.mistakes,)


def placed(file: Path, problems: Iterable[Problem]) -> tuple[Mistake, ...]:
    """Return ``problems`` with the lines of ``file`` that their paths stand on."""
    lines = SourceLines(file.read_text(encoding="utf-8-sig"))
    return tuple(Mistake(file.name, lines.line_of(each.path), each) for each in problems)
