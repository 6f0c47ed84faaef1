"""What a SQLite file can find wrong with itself: damaged pages, and rows that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.storage.ports import Inconsistency, StoreBroken
from servicecore.storage.sql.rows import DAMAGED, read_indexes
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
        "WHERE (wakeup IS NULL) != (due_at IS NULL) OR due_at < wakeup"
    ),
    (
        "SELECT '', '', 'search knows number ' || rowid || ', which no document has' FROM search "
        "WHERE NOT EXISTS (SELECT 1 FROM documents WHERE documents.number = search.rowid)"
    ),
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
        for statement in _STRAY:
            for kind, id_, what in view.rows(statement):
                yield Inconsistency(kind, id_, what)
        yield from _check_words(view)
    except StoreBroken as error:
        yield Inconsistency("", "", str(error))


def _check_words(view: View) -> Iterator[Inconsistency]:
    last = 0
    while rows := view.rows(_WORDS, (last, _PAGE)):
        for number, kind, id_, indexes, words in rows:
            last = number
            held = read_indexes(indexes)
            if DAMAGED in held:
                yield Inconsistency(kind, id_, "the document's indexes are not JSON")
            elif words != " ".join(indexed_words(held)):
                yield Inconsistency(kind, id_, "search holds other words than the document's indexes")
