"""Import a folder: customers, items, a price book and recorded orders, by a mapping; a repeat changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import define, evolve, field, frozen

from servicecore.boundary.file_forms import strict
from servicecore.boundary.mapping import Mapping, Source
from servicecore.boundary.models import Models
from servicecore.boundary.price_books import read_price_book
from servicecore.boundary.read import Reader
from servicecore.boundary.tables import Row, read_rows
from servicecore.boundary.templates import ALL_READABLE, BAD_CELL, Collections, fill, taken
from servicecore.engine.batch import execute_in_groups
from servicecore.engine.imports.gathered import Gathered, Places
from servicecore.engine.imports.report import BadRow, ImportReport, SourceReport
from servicecore.engine.imports.rows import INCOMPLETE_BOOK, PRICE_BOOK_PARTS, RowKind, row_kinds
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored_settings import save_tax_rates
from servicecore.errors import InvalidValue, Refused
from servicecore.kernel.problems import Problem
from servicecore.orders.recorded_order import RecordedLine
from servicecore.storage.codec import JsonCodec
from servicecore.storage.shapes import AddedClasses

Progress = Callable[[str, int], None]
"""Called with a file's name and how many of its rows are done."""

_GROUP: Final = 200


@define
class _Import:
    runtime: Runtime
    mapping: Mapping
    folder: Path
    progress: Progress
    added: AddedClasses
    reader: Reader
    gathered: Gathered = field(factory=Gathered)
    parts: dict[str, list[Any]] = field(factory=dict)
    price_rows: dict[str, list[Any]] = field(factory=dict)
    lost_of_book: Places = field(factory=Places)


@frozen
class _Filled:
    row: Row
    plain: Any = None
    problems: tuple[Problem, ...] = ()


def import_folder(
    runtime: Runtime, folder: Path, mapping: Mapping, *, progress: Progress = lambda _file, _rows: None
) -> ImportReport:
    """Read every file that ``mapping`` names in ``folder`` and keep what its rows say.

    Rows are written in groups, each whole or not at all: a process that dies leaves whole rows only, and the next
    run goes on where it stopped, because a row that is there already changes nothing. A bad row is reported with
    its line, field and reason; the good ones are kept. What lacks a row that could not be read is refused whole: the
    record that takes it in from a collection, every record of that collection where nobody can tell whose the row is
    (``boundary.incomplete_collection``, ``boundary.unassigned_rows``), and the price book (``import.incomplete_book``);
    a source with ``incomplete: keep`` keeps them without it. The price book is put in force last. Rows of it and
    ``book`` may name the parts that plugins add to offers, and write amounts as price book files do.

    Raises:
        UnreadableFile: a file is missing or damaged.
        Refused: the tax rates of the mapping are wrong; nothing was imported.

    """
    if mapping.tax:
        save_tax_rates(runtime.store, mapping.tax)
    added = runtime.host.offer_parts.by_base()
    reader = Reader(Models(added), JsonCodec(whole_numbers=True, added=added))
    work = _Import(runtime, mapping, folder, progress, added, reader)
    kinds = row_kinds(runtime)
    reports = tuple(_take(work, place, source, kinds) for place, source in enumerate(mapping.sources))
    reports = tuple(evolve(each, unasked=work.gathered.unasked(place)) for place, each in enumerate(reports))
    book, changed, problems = _book(work)
    return ImportReport(
        title=mapping.title,
        sources=reports,
        book_version=book,
        book_changed=changed,
        problems=tuple(BadRow("(price book)", 0, (problem,)) for problem in problems),
    )


def _take(work: _Import, place: int, source: Source, kinds: dict[str, RowKind]) -> SourceReport:
    report = SourceReport(source.file, source.into, 0, 0, 0, 0, ())
    if source.into == "collection":
        return _gather(work, place, source, report)
    if source.into in PRICE_BOOK_PARTS:
        return _price_book_part(work, source, report)
    return _aggregates(work, source, kinds[source.into], report)


def _filled(work: _Import, source: Source) -> Iterator[_Filled]:
    collections = work.gathered.collections()
    for row in read_rows(work.folder / source.file):
        if row.problem is not None:
            yield _Filled(row, problems=(row.problem,))
            continue
        try:
            if not taken(source.where, row.values):
                continue
            yield _Filled(row, fill(source.record, row.values, collections, work.mapping.currency))
        except InvalidValue as error:
            yield _Filled(row, problems=(error.problem,))


def _gather(work: _Import, place: int, source: Source, report: SourceReport) -> SourceReport:
    bad: list[BadRow] = []
    rows = 0
    for filled in _filled(work, source):
        rows += 1
        problems = filled.problems
        if not problems and source.shape == "order_line":
            line = work.reader.read(RecordedLine, filled.plain)
            problems = line if isinstance(line, tuple) else ()
        found = _key(work, source, filled.row)
        key = found if isinstance(found, str) else None
        if isinstance(found, Problem):
            problems = problems or (found,)
        if problems or key is None:
            bad.append(BadRow(source.file, filled.row.line, problems))
            if source.incomplete == "refuse":
                work.gathered.lose(source.name, key, source.file, filled.row.line)
        else:
            work.gathered.take(source.name, key, place, filled.plain)
        if rows % _GROUP == 0:
            work.progress(source.file, rows)
    work.progress(source.file, rows)
    return evolve(report, rows=rows, taken=rows - len(bad), bad=tuple(bad))


def _key(work: _Import, source: Source, row: Row) -> str | Problem:
    """Return the key that ``row`` is gathered under, or the problem for which nobody can tell it."""
    try:
        key = str(fill(source.key, row.values, Collections(), work.mapping.currency))
    except InvalidValue as error:
        return error.problem.under("key")
    if source.shape == "order_line" and not key.strip():
        return BAD_CELL.at("key", value=repr(key), reason="key", accepted="the id of the line's order")
    return key


def _price_book_part(work: _Import, source: Source, report: SourceReport) -> SourceReport:
    name, cls = PRICE_BOOK_PARTS[source.into]
    bad: list[BadRow] = []
    rows = 0
    for filled in _filled(work, source):
        rows += 1
        problems = filled.problems
        if not problems:
            value = work.reader.read(cls, strict(cls, filled.plain, work.added))
            problems = value if isinstance(value, tuple) else ()
        if problems:
            bad.append(BadRow(source.file, filled.row.line, problems))
            if source.incomplete == "refuse":
                work.lost_of_book.add(source.file, filled.row.line)
        elif source.into == "price":
            work.price_rows.setdefault(source.price_list, []).append(filled.plain)
        else:
            work.parts.setdefault(name, []).append(filled.plain)
    work.progress(source.file, rows)
    return evolve(report, rows=rows, taken=rows - len(bad), bad=tuple(bad))


@define
class _Taking:
    """The rows of one file on their way to becoming aggregates."""

    work: _Import
    source: Source
    kind: RowKind
    rows: int = 0
    unchanged: int = 0
    bad: list[BadRow] = field(factory=list)
    lines: dict[str, int] = field(factory=dict)

    def requests(self) -> Iterator[Request]:
        for filled in _filled(self.work, self.source):
            self.rows += 1
            request = self._request(filled)
            if request is not None:
                yield request
            if self.rows % _GROUP == 0:
                self.work.progress(self.source.file, self.rows)

    def _request(self, filled: _Filled) -> Request | None:
        value: Any = filled.problems or self.work.reader.read(self.kind.cls, filled.plain)
        if isinstance(value, tuple):
            self.refuse(filled.row.line, value)
            return None
        identity = self.kind.identity(value)
        if identity in self.lines:
            self.refuse(filled.row.line, (self.kind.repeated(identity, self.lines[identity]),))
            return None
        self.lines[identity] = filled.row.line
        if self.source.into == "item":
            self.work.parts.setdefault("items", []).append(filled.plain)
        command = self.kind.command(value)
        if command is None:
            self.unchanged += 1
            return None
        return Request(command, SYSTEM)

    def refuse(self, line: int, problems: tuple[Problem, ...]) -> None:
        self.bad.append(BadRow(self.source.file, line, problems))


def _aggregates(work: _Import, source: Source, kind: RowKind, report: SourceReport) -> SourceReport:
    taking = _Taking(work, source, kind)
    added = changed = 0
    for result in execute_in_groups(work.runtime, taking.requests(), size=_GROUP):
        if result.problems:
            taking.refuse(taking.lines.get(result.id, 0), result.problems)
        elif result.request.command.target:
            changed += 1
        else:
            added += 1
    work.progress(source.file, taking.rows)
    return evolve(
        report,
        rows=taking.rows,
        added=added,
        changed=changed,
        unchanged=taking.unchanged,
        bad=tuple(sorted(taking.bad, key=lambda each: each.line)),
    )


def _book(work: _Import) -> tuple[str, bool, tuple[Problem, ...]]:
    if not work.mapping.book:
        return "", False, ()
    plain = dict(work.mapping.book)
    if work.lost_of_book:
        lost = INCOMPLETE_BOOK.at(value=plain.get("id", ""), rows=work.lost_of_book, accepted=ALL_READABLE)
        return "", False, (lost,)
    for name, values in work.parts.items():
        plain[name] = [*plain.get(name, []), *values]
    lists = [dict(each) for each in plain.get("lists", [])]
    for each in lists:
        each["rows"] = [*each.get("rows", []), *work.price_rows.pop(each["id"], [])]
    lists.extend({"id": name, "rows": rows} for name, rows in work.price_rows.items())
    plain["lists"] = lists
    book = read_price_book(plain, work.runtime.host.offer_parts)
    if isinstance(book, tuple):
        return "", False, book
    try:
        changed = work.runtime.books.put(book)
    except Refused as refused:
        return "", False, refused.problems
    return book.version, changed, ()
