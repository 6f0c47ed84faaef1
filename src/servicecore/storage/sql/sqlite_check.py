"""What a SQLite file can find wrong with itself: damaged pages, and rows that contradict each other."""

# ruff: noqa: S608 - every part of every statement is a constant of this file

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.storage.ports import Inconsistency, StoreBroken, StoreUnavailable
from servicecore.storage.sql.check_ledger import Held, check_ledger
from servicecore.storage.sql.ledger import event_share
from servicecore.storage.sql.rows import DAMAGED, Row, check_order, read_indexes
from servicecore.storage.sql.sqlite_schema import check_schema
from servicecore.storage.sql.sqlite_unit import View
from servicecore.storage.words import indexed_words

_PAGE: Final = 200
_STRAY: Final = (
    (
        "SELECT kind, id, 'entry ' || name || '=' || value || ' is not in the document' FROM entries "
        "WHERE NOT EXISTS (SELECT 1 FROM documents, "
        "json_each(documents.indexes) AS named, json_each(named.value) AS held "
        "WHERE documents.kind = entries.kind AND documents.id = entries.id AND json_valid(documents.indexes) "
        "AND named.key = entries.name AND held.value = entries.value)"
    ),
    (
        "SELECT DISTINCT kind, id, 'events without a document' FROM events WHERE NOT EXISTS "
        "(SELECT 1 FROM documents WHERE documents.kind = events.kind AND documents.id = events.id)"
    ),
    (
        "SELECT '', '', 'outbox holds position ' || position || ', which the log does not' FROM outbox "
        "WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.position = outbox.position)"
    ),
    (
        "SELECT kind, id, 'due at another time than its wake-up allows' FROM documents "
        "WHERE due_at IS NOT coalesce(postponed, wakeup) OR due_at < wakeup OR (wakeup IS NULL AND due_at IS NOT NULL)"
    ),
    (
        "SELECT '', '', 'search knows number ' || rowid || ', which no document has' FROM search "
        "WHERE NOT EXISTS (SELECT 1 FROM documents WHERE documents.number = search.rowid)"
    ),
)
_SUMS: Final = "SELECT log, handed_on, claims - stripe, counters, kept FROM ledger"
_EVENTS: Final = "SELECT position, digest FROM events WHERE position >= ? ORDER BY position LIMIT ?"
_OUTBOX: Final = (
    "SELECT outbox.position, coalesce(digest, '') FROM outbox LEFT JOIN events ON events.position = outbox.position "
    "WHERE outbox.position >= ? ORDER BY outbox.position LIMIT ?"
)
_CLAIMS: Final = "SELECT claim, owner, mark FROM claims WHERE claim >= ? ORDER BY claim LIMIT ?"
_COUNTERS: Final = "SELECT name, value, mark FROM counters WHERE name >= ? ORDER BY name LIMIT ?"
_KEPT: Final = "SELECT rowid, key, data, mark, trail FROM kept ORDER BY rowid"
_SEARCH_COPY: Final = (
    "CREATE VIRTUAL TABLE temp.search_copy USING fts5(words, tokenize='unicode61')",
    *(
        statement
        for part in ("data", "idx", "content", "docsize", "config")
        for statement in (
            f"DELETE FROM temp.search_copy_{part}",
            f"INSERT INTO temp.search_copy_{part} SELECT * FROM main.search_{part}",
        )
    ),
    "INSERT INTO temp.search_copy (search_copy) VALUES ('integrity-check')",
)
_WORDS: Final = (
    "SELECT documents.number, kind, id, indexes, words FROM documents LEFT JOIN search "
    "ON search.rowid = documents.number WHERE documents.number > ? ORDER BY documents.number LIMIT ?"
)


def check_tables(view: View) -> Iterator[Inconsistency]:
    """Stream what is damaged or contradicts itself; a statement that fails for damage is one of the findings."""
    try:
        for (said,) in view.rows("PRAGMA integrity_check"):
            if said != "ok":
                yield Inconsistency("", "", str(said))
        yield from check_schema(view.rows)
        for statement in _STRAY:
            for kind, id_, what in view.rows(statement):
                yield Inconsistency(kind, id_, what)
        yield from check_ledger(_held(view))
        yield from _check_words(view)
        yield from _check_search(view)
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever damaged rows make a comparison raise is a finding
        yield Inconsistency("", "", f"the tables cannot be compared to their end: {error}")


def _held(view: View) -> Held:
    rows = view.rows(_SUMS)
    return Held(
        sums=tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * 5,
        log=sum(event_share(position, digest) for position, digest in _pages(view, _EVENTS, 0)),
        outbox=sum(event_share(position, digest) for position, digest in _pages(view, _OUTBOX, 0)),
        claims=_pages(view, _CLAIMS, ""),
        counters=_pages(view, _COUNTERS, ""),
        kept=_kept(view),
    )


def _pages(view: View, statement: str, first: str | int) -> Iterator[Row]:
    rows = view.rows(statement, (first, _PAGE))
    while rows:
        yield from rows
        last = rows[-1][0]
        rows = view.rows(statement.replace(">=", ">"), (last, _PAGE))
        check_order(last, rows[-1][0] if rows else None)


def _kept(view: View) -> Iterator[Row]:
    """Stream what is kept as it lies in the file, one text at a time: some are long."""
    last = None
    for number, *row in view.each(_KEPT):
        if last is not None:
            check_order(last, number)
        last = number
        yield tuple(row)


def _check_search(view: View) -> Iterator[Inconsistency]:
    """Let SQLite compare the search's own tables in a copy: it would want to write the file for that."""
    view.rows("SAVEPOINT search_copy")
    try:
        for statement in _SEARCH_COPY:
            view.rows(statement)
    except StoreBroken as error:
        yield Inconsistency("", "", f"search does not find all that it should: {error}")
    finally:
        view.rows("ROLLBACK TO search_copy")
        view.rows("RELEASE search_copy")


def _check_words(view: View) -> Iterator[Inconsistency]:
    last = 0
    while rows := view.rows(_WORDS, (last, _PAGE)):
        check_order(last, rows[-1][0])
        for number, kind, id_, indexes, words in rows:
            last = number
            held = read_indexes(indexes)
            if DAMAGED in held:
                yield Inconsistency(kind, id_, "the document's indexes are not JSON")
            elif words != " ".join(indexed_words(held)):
                yield Inconsistency(kind, id_, "search holds other words than the document's indexes")
