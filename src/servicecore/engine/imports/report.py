"""What an import did: rows taken, rows that were there already, and every bad row with line, field and reason."""

from __future__ import annotations

from attrs import frozen

from servicecore.kernel.problems import Problem


@frozen
class BadRow:
    """A row that was left out.

    Attributes:
        file: the file's name.
        line: the row's line in it, from 1; 0 where the whole book is meant.
        problems: each with the field, the value and what is accepted.

    """

    file: str
    line: int
    problems: tuple[Problem, ...]


@frozen
class SourceReport:
    """What became of one file.

    Attributes:
        file: the file's name.
        into: what its rows became.
        rows: rows read, filtered ones not counted.
        added: new ones.
        changed: ones that were there and differ now.
        unchanged: ones that were there alike.
        bad: rows left out.
        taken: rows that became part of something bigger: of the price book, of a collection; whether that changed
            is said of the whole.
        unasked: of these, rows of a collection that no record asked for: lines of orders that are not there.

    """

    file: str
    into: str
    rows: int
    added: int
    changed: int
    unchanged: int
    bad: tuple[BadRow, ...]
    taken: int = 0
    unasked: int = 0


@frozen
class ImportReport:
    """What an import did, file by file.

    Attributes:
        title: of the mapping.
        sources: in the order of the mapping.
        book_version: version of the price book that was put in force; empty where there is none.
        book_changed: whether it differs from the one before.
        problems: of the price book as a whole.

    """

    title: str
    sources: tuple[SourceReport, ...]
    book_version: str
    book_changed: bool
    problems: tuple[BadRow, ...]

    @property
    def bad(self) -> tuple[BadRow, ...]:
        """Return every bad row of every file, and the problems of the book."""
        return (*(row for source in self.sources for row in source.bad), *self.problems)
