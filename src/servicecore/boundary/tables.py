"""Reading tables out of files: CSV and JSON lines, plain or gzipped, each row with its line number."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, ClassVar, Final

from attrs import frozen

from servicecore.errors import ServiceCoreError
from servicecore.kernel.problems import Problem, ProblemKind

BAD_ROW: Final = ProblemKind(
    "boundary.bad_row",
    en="{value} cannot be read: {reason}; accepted: {accepted}",
    it="{value} non è leggibile: {reason}; valori ammessi: {accepted}",
    de="{value} ist nicht lesbar: {reason}; zulässig: {accepted}",
)
_FORMATS: Final = (".csv", ".jsonl")


class UnreadableFile(ServiceCoreError):
    """Raised when a file cannot be opened, is of no known format, or breaks off."""

    code: ClassVar[str] = "boundary.unreadable_file"


@frozen
class Row:
    """One row of a table.

    Attributes:
        line: its line in the file, from 1, the heading included.
        values: by column; text for CSV, anything JSON has for JSON lines.
        problem: why the row could not be read; None where it could.

    """

    line: int
    values: dict[str, Any]
    problem: Problem | None = None


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a ``.csv`` (with a heading) or ``.jsonl`` file, also with ``.gz`` behind, UTF-8.

    A row that cannot be read comes with its problem (``boundary.bad_row``); the rows after it still come.

    Raises:
        UnreadableFile: the file is missing, of another format, or damaged.

    """
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if suffix not in _FORMATS:
        raise UnreadableFile(f"{path.name} is of no known format", hint="accepted: .csv, .jsonl, and .gz of both")
    with _opened(path) as lines:
        yield from _csv(lines) if suffix == ".csv" else _json_lines(lines)


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
                yield lines
        else:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                yield lines
    except UnreadableFile as error:
        raise UnreadableFile(f"{path.name}: {error}") from error
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error}") from error


def _csv(lines: IO[str]) -> Iterator[Row]:
    reader = csv.reader(lines, strict=True)
    try:
        heading = next(reader, [])
    except csv.Error as error:
        raise UnreadableFile(f"its heading cannot be read: {error}") from error
    twice = sorted({name for name in heading if heading.count(name) > 1})
    if twice:
        raise UnreadableFile(f"two columns are called {twice[0]!r}", hint="accepted: each column once")
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _bad(reader.line_num, f"the row from line {first} on", str(error), "cells by RFC 4180")
            continue
        if len(cells) == len(heading):
            yield Row(reader.line_num, dict(zip(heading, cells, strict=True)))
        elif cells:
            yield _bad(reader.line_num, ",".join(cells), f"{len(cells)} cells", f"{len(heading)} cells")


def _json_lines(lines: IO[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line, parse_float=str)
        except (ValueError, RecursionError) as error:
            yield _bad(number, line.strip(), str(error), "one JSON object a line")
            continue
        if isinstance(values, dict):
            yield Row(number, values)
        else:
            yield _bad(number, line.strip(), "no object", "one JSON object a line")


def _bad(line: int, value: str, reason: str, accepted: str) -> Row:
    return Row(line, {}, BAD_ROW.at(value=repr(value[:60]), reason=reason, accepted=accepted))
