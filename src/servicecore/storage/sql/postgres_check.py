"""What a PostgreSQL database can find wrong with itself: rows that contradict each other."""

# ruff: noqa: S608 - every part of every statement is a constant of this file

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.storage.ports import Inconsistency, StoreUnavailable
from servicecore.storage.sql.check_ledger import Held, check_ledger
from servicecore.storage.sql.ledger import MODULUS
from servicecore.storage.sql.postgres_statements import SHARE
from servicecore.storage.sql.postgres_text import from_bytes, to_array, to_bytes, to_key, to_vector
from servicecore.storage.sql.postgres_unit import PostgresView
from servicecore.storage.sql.rows import DAMAGED, Row, read_indexes
from servicecore.storage.words import indexed_words

_PAGE: Final = 200
_PAGE_BYTES: Final = 2**20
"""A page of what is kept ends with the text that passes this: some are long."""

_STRAY: Final = (
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
        "WHERE due_at IS DISTINCT FROM coalesce(postponed, wakeup) OR due_at < wakeup "
        "OR (wakeup IS NULL AND due_at IS NOT NULL)"
    ),
    (
        "SELECT '', '', 'search knows number ' || number || ', which no document has' FROM search "
        "WHERE NOT EXISTS (SELECT 1 FROM documents WHERE documents.number = search.number)"
    ),
    (
        "SELECT '', '', 'the log goes up to position ' || max(position) || ', the next one would be lower' FROM events "
        "HAVING max(position) > (SELECT last_value FROM events_position_seq)"
    ),
)
_SUMS: Final = ", ".join(
    f"mod(coalesce(sum({each}), 0), {MODULUS})::bigint"
    for each in ("log", "handed_on", "claims - stripe", "counters", "kept")
)
_LEDGER: Final = (
    f"SELECT {_SUMS}, "
    f"(SELECT mod(coalesce(sum({SHARE}), 0), {MODULUS})::bigint FROM events), "
    f"(SELECT mod(coalesce(sum({SHARE}), 0), {MODULUS})::bigint FROM outbox JOIN events "
    "ON events.position = outbox.position) FROM ledger"
)
_RAW: Final = "encode(convert_to({}, 'UTF8'), 'hex')"
"""A key as it is stored, so that the next page begins behind it, also where it stands for a longer text."""
_CLAIMS: Final = (
    f"SELECT claim, owner, mark, {_RAW.format('claim')} FROM claims WHERE claim >= $1 ORDER BY claim LIMIT $2"
)
_COUNTERS: Final = (
    f"SELECT name, value, mark, {_RAW.format('name')} FROM counters WHERE name >= $1 ORDER BY name LIMIT $2"
)
_KEPT: Final = (
    f"SELECT key, data, mark, trail, {_RAW.format('key')} FROM "
    "(SELECT *, sum(octet_length(data)) OVER (ORDER BY key) - octet_length(data) AS before FROM "
    "(SELECT key, data, mark, trail FROM kept WHERE key >= $1 ORDER BY key LIMIT $2) AS page) AS page "
    f"WHERE before < {_PAGE_BYTES} ORDER BY key"
)
_ENTRIES: Final = (
    "SELECT entries.kind, entries.name, entries.value, entries.id, documents.indexes, "
    f"{_RAW.format('entries.value')} FROM entries "
    "LEFT JOIN documents ON documents.kind = entries.kind AND documents.id = entries.id "
    "WHERE (entries.kind, entries.name, entries.value, entries.id) > ($1, $2, $3, $4) "
    "ORDER BY entries.kind, entries.name, entries.value, entries.id LIMIT $5"
)
_DOCUMENTS: Final = "SELECT number, kind, id, indexes FROM documents WHERE number > $1 ORDER BY number LIMIT $2"
_WORDS: Final = (
    "SELECT wanted.number FROM unnest($1::bigint[], $2::text[]) AS wanted (number, words) "
    "LEFT JOIN search ON search.number = wanted.number WHERE search.vector IS DISTINCT FROM wanted.words::tsvector"
)


def check_tables(view: PostgresView) -> Iterator[Inconsistency]:
    """Stream what is damaged or contradicts itself; a statement that fails for damage is one of the findings."""
    try:
        for statement in _STRAY:
            for kind, id_, what in view.rows(statement):
                yield Inconsistency(kind, id_, what)
        yield from check_ledger(_held(view))
        yield from _check_entries(view)
        yield from _check_words(view)
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever damaged rows make a comparison raise is a finding
        yield Inconsistency("", "", f"the tables cannot be compared to their end: {error}")


def _held(view: PostgresView) -> Held:
    *sums, log, outbox = view.rows(_LEDGER)[0]
    return Held(
        sums=tuple(sums),
        log=log,
        outbox=outbox,
        claims=_pages(view, _CLAIMS),
        counters=_pages(view, _COUNTERS),
        kept=_pages(view, _KEPT),
    )


def _pages(view: PostgresView, statement: str) -> Iterator[Row]:
    rows = view.rows(statement, (b"", _PAGE))
    while rows:
        yield from (row[:-1] for row in rows)
        rows = view.rows(statement.replace(">=", ">"), (bytes.fromhex(rows[-1][-1]), _PAGE))


def _check_entries(view: PostgresView) -> Iterator[Inconsistency]:
    last: tuple[bytes, ...] = (b"", b"", b"", b"")
    while rows := view.rows(_ENTRIES, (*last, _PAGE)):
        for kind, name, value, id_, indexes, _ in rows:
            held = {from_bytes(to_key(each)) for each in read_indexes(indexes or "{}").get(name, ())}
            if value not in held:
                yield Inconsistency(kind, id_, f"entry {name}={value} is not in the document")
        kind, name, _, id_, _, raw = rows[-1]
        last = (to_bytes(kind), to_bytes(name), bytes.fromhex(raw), to_bytes(id_))


def _check_words(view: PostgresView) -> Iterator[Inconsistency]:
    last = 0
    while rows := view.rows(_DOCUMENTS, (last, _PAGE)):
        expected: dict[int, bytes] = {}
        for number, kind, id_, indexes in rows:
            last = number
            held = read_indexes(indexes)
            if DAMAGED in held:
                yield Inconsistency(kind, id_, "the document's indexes are not JSON")
            else:
                expected[number] = to_vector(indexed_words(held))
        owners = {number: (kind, id_) for number, kind, id_, _ in rows}
        numbers = to_array(b"%d" % number for number in expected)
        for (number,) in view.rows(_WORDS, (numbers, to_array(expected.values()))) if expected else ():
            yield Inconsistency(*owners[number], "search holds other words than the document's indexes")
