"""The statements of the PostgreSQL store, and the locks that make units of work follow one another.

A unit of work runs in READ COMMITTED and holds what it looked at until it ends: a row that is there by FOR UPDATE; a
row that is not there, and the ids that an index value finds, by an advisory lock on one of 256 numbers for the table.
Who adds a row takes the same lock as one of many, so that writers do not wait for each other.
"""

# ruff: noqa: S608 - every part of every statement is a constant of this file

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.storage.sql.ledger import MODULUS


@frozen
class Point:
    """How to read a row by its whole key.

    Attributes:
        read: as it stands.
        hold: until the end of the unit of work.
        reserve: holds the place of a row that is not there, by the number of its lock.

    """

    read: str
    hold: str
    reserve: str


def _lock(table: str, number: str, *, shared: bool = False) -> str:
    return f"pg_advisory_xact_lock{'_shared' if shared else ''}('{table}'::regclass::oid::int, {number}::int)"


def _point(table: str, query: str) -> Point:
    return Point(query, f"{query} FOR UPDATE", f"SELECT {_lock(table, '$1')}")


BEGIN_UNIT: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
BEGIN_LOOK: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
COMMIT: Final = "COMMIT"
ROLLBACK: Final = "ROLLBACK"

_DOCUMENT: Final = "number, version, data, indexes, claims, wakeup, digest, kind, id"
LOAD: Final = _point("documents", f"SELECT {_DOCUMENT} FROM documents WHERE kind = $1 AND id = $2")
HEAD: Final = "SELECT number, version, indexes, claims, digest FROM documents WHERE kind = $1 AND id = $2 FOR UPDATE"
PAGE: Final = f"SELECT {_DOCUMENT} FROM documents WHERE (kind, id) > ($1, $2) ORDER BY kind, id LIMIT $3"
PAGE_OF_KIND: Final = f"SELECT {_DOCUMENT} FROM documents WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3"

_EVENT_COLUMNS: Final = "kind, id, version, type_name, type_version, data, meta, at, digest"
CREATE: Final = (
    "WITH made AS (INSERT INTO documents (kind, id, version, data, indexes, claims, wakeup, due_at, digest) "
    "SELECT $1, $2, $3::bigint, $4, $5, $6, $7::bigint, $7::bigint, $8 "
    f"FROM (SELECT {_lock('documents', '$9', shared=True)}) AS held "
    "ON CONFLICT DO NOTHING RETURNING number), "
    f"event AS (INSERT INTO events ({_EVENT_COLUMNS}) "
    "SELECT $1, $2, 1, $10, $11::bigint, $12, $13, $14::bigint, $15 FROM made RETURNING position), "
    "waiting AS (INSERT INTO outbox (position) SELECT position FROM event) "
    "SELECT number FROM made"
)
CHANGE: Final = (
    "WITH changed AS (UPDATE documents SET version = $1::bigint, data = $2, indexes = $3, claims = $4, "
    "wakeup = $5::bigint, due_at = $5::bigint, digest = $6, postponed = NULL WHERE number = $7 RETURNING kind, id), "
    f"event AS (INSERT INTO events ({_EVENT_COLUMNS}) "
    "SELECT kind, id, $1::bigint, $8, $9::bigint, $10, $11, $12::bigint, $6 FROM changed RETURNING position) "
    "INSERT INTO outbox (position) SELECT position FROM event"
)
"""A change and its last event."""

REFILE: Final = (
    "UPDATE documents SET indexes = $1, claims = $2, wakeup = $3::bigint, "
    "due_at = CASE WHEN wakeup IS NOT DISTINCT FROM $3::bigint THEN due_at ELSE $3::bigint END, "
    "postponed = CASE WHEN wakeup IS NOT DISTINCT FROM $3::bigint THEN postponed END WHERE number = $4"
)
"""Files a document anew; a lease goes on where the wake-up stays."""

INSERT_EVENT: Final = (
    f"WITH event AS (INSERT INTO events ({_EVENT_COLUMNS}) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING position) "
    "INSERT INTO outbox (position) SELECT position FROM event"
)
_EVENT: Final = (
    "events.position, events.kind, events.id, events.version, events.type_name, events.type_version, "
    "events.data, events.meta, events.at, events.digest"
)
HISTORY: Final = f"SELECT {_EVENT} FROM events WHERE kind = $1 AND id = $2 ORDER BY version"
LOG: Final = f"SELECT {_EVENT} FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3"
OUTBOX: Final = (
    f"SELECT {_EVENT} FROM outbox JOIN events ON events.position = outbox.position ORDER BY outbox.position LIMIT $1"
)
SHARE: Final = (
    "events.position * (1 + CASE WHEN events.digest ~ '^[0-9a-f]{5}' "
    "THEN ('x' || left(events.digest, 5))::bit(20)::int ELSE 0 END)"
)
"""``event_share`` of ``servicecore.storage.sql.ledger``."""
HANDED_ON: Final = (
    "WITH gone AS (DELETE FROM outbox WHERE position = ANY ($1::bigint[]) "
    f"RETURNING (SELECT {SHARE} FROM events WHERE events.position = outbox.position) AS share) "
    "INSERT INTO ledger (stripe, log, handed_on, claims, counters, kept) "
    f"SELECT $2::bigint, 0, mod(coalesce(sum(share), 0), {MODULUS})::bigint, $2::bigint, 0, 0 "
    "FROM gone HAVING count(*) > 0 "
    f"ON CONFLICT (stripe) DO UPDATE SET handed_on = (ledger.handed_on + excluded.handed_on) % {MODULUS}"
)
STRIPE: Final = (
    "WITH RECURSIVE stripes (number, is_mine) AS ("
    "SELECT 0, pg_try_advisory_lock('ledger'::regclass::oid::int, 0) UNION ALL "
    "SELECT number + 1, pg_try_advisory_lock('ledger'::regclass::oid::int, number + 1) FROM stripes WHERE NOT is_mine) "
    "SELECT number FROM stripes WHERE is_mine"
)
"""The first stripe of the ledger that no other session has; it is this one's until it ends."""

LEDGER: Final = (
    "INSERT INTO ledger (stripe, log, handed_on, claims, counters, kept) "
    f"SELECT $1::bigint, mod(coalesce(sum((SELECT sum({SHARE}) FROM events "
    "WHERE events.kind = fresh.kind AND events.id = fresh.id AND events.version > fresh.version)), 0), "
    f"{MODULUS})::bigint, 0, $1::bigint + $2::bigint, $3::bigint, $4::bigint "
    "FROM unnest($5::text[], $6::text[], $7::bigint[]) AS fresh (kind, id, version) "
    f"ON CONFLICT (stripe) DO UPDATE SET log = (ledger.log + excluded.log) % {MODULUS}, "
    f"claims = (ledger.claims + $2::bigint) % {MODULUS}, counters = (ledger.counters + $3::bigint) % {MODULUS}, "
    f"kept = (ledger.kept + $4::bigint) % {MODULUS}"
)
"""Adds what a unit of work changed: the events of some aggregates beyond a version, and marks."""

_NEWEST: Final = "SELECT last_value - (NOT is_called)::int AS position FROM events_position_seq"
BEGUN: Final = (
    "SELECT pg_current_xact_id()::text, "
    "pg_advisory_xact_lock_shared('events'::regclass::oid::int, position::bit(32)::int) "
    f"FROM ({_NEWEST}) AS newest"
)
"""The number of the transaction, and a mark for all to see: its events come after this position."""

SETTLED: Final = (
    f"WITH newest AS MATERIALIZED ({_NEWEST}), "
    "behind AS (SELECT newest.position, (newest.position - marks.objid::bigint) & 4294967295 AS steps "
    "FROM newest CROSS JOIN LATERAL (SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 "
    "AND classid = 'events'::regclass::oid AND newest.position IS NOT NULL "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS marks) "
    "SELECT coalesce((SELECT min(position - steps) FROM behind WHERE steps < 2147483648), position) FROM newest"
)
"""The position up to which no event can appear any more: the lowest mark of a transaction under way.

The newest position is read first, then the marks. A transaction without a mark by then takes higher positions; one
whose mark is gone has ended, and a later statement sees what it wrote.
"""

FIND: Final = "SELECT id FROM entries WHERE kind = $1 AND name = $2 AND value = $3 AND id > $4 ORDER BY id LIMIT $5"
RESERVE_ENTRIES: Final = f"SELECT {_lock('entries', '$1')}"
INSERT_ENTRIES: Final = (
    "INSERT INTO entries (kind, name, value, id) SELECT $1, name, value, $2 "
    "FROM unnest($3::text[], $4::text[], $5::int[]) AS fresh (name, value, number), "
    f"LATERAL (SELECT {_lock('entries', 'fresh.number', shared=True)}) AS held ON CONFLICT DO NOTHING"
)
DELETE_ENTRIES: Final = (
    "DELETE FROM entries USING (SELECT name, value, "
    f"{_lock('entries', 'number', shared=True)} FROM unnest($3::text[], $4::text[], $5::int[]) "
    "AS gone (name, value, number)) AS former "
    "WHERE kind = $1 AND id = $2 AND entries.name = former.name AND entries.value = former.value"
)

PUT_WORDS: Final = (
    "INSERT INTO search (number, vector) VALUES ($1, $2::tsvector) "
    "ON CONFLICT (number) DO UPDATE SET vector = excluded.vector"
)
SEARCH: Final = (
    "SELECT documents.id FROM search JOIN documents ON documents.number = search.number "
    "WHERE search.vector @@ $1::tsquery AND documents.kind = $2 "
    "ORDER BY ts_rank(search.vector, $1::tsquery, 2) DESC, documents.id LIMIT $3"
)

CLAIM: Final = (
    "INSERT INTO claims (claim, owner, mark) SELECT wanted.claim, $2, wanted.mark "
    "FROM unnest($1::text[], $3::int[], $4::bigint[]) AS wanted (claim, number, mark), "
    f"LATERAL (SELECT {_lock('claims', 'wanted.number', shared=True)}) AS held "
    "ON CONFLICT DO NOTHING RETURNING claim"
)
CLAIM_OWNER: Final = _point("claims", "SELECT owner FROM claims WHERE claim = $1")
RELEASE: Final = "DELETE FROM claims WHERE claim = ANY ($1::text[]) AND owner = $2 RETURNING claim"

ADD: Final = (
    "INSERT INTO counters AS counter (name, value, mark) SELECT $1, $2::bigint, $5::bigint "
    f"FROM (SELECT {_lock('counters', '$4', shared=True)}) AS held "
    "WHERE $3::bigint IS NULL OR $2::bigint <= $3::bigint OR EXISTS (SELECT 1 FROM counters WHERE name = $1) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + $2::bigint, "
    f"mark = (counter.mark + $5::bigint) % {MODULUS} "
    "WHERE $3::bigint IS NULL OR counter.value + $2::bigint <= $3::bigint RETURNING value"
)
COUNTER: Final = _point("counters", "SELECT value FROM counters WHERE name = $1")

PUT: Final = (
    "INSERT INTO kept (key, data, mark, trail) SELECT $1, $2, $4::bigint, $4::bigint "
    f"FROM (SELECT {_lock('kept', '$3', shared=True)}) AS held "
    "ON CONFLICT (key) DO UPDATE SET data = excluded.data, mark = excluded.mark, "
    f"trail = (kept.trail + excluded.trail) % {MODULUS}"
)
GET: Final = _point("kept", "SELECT data FROM kept WHERE key = $1")

LEASE: Final = (
    "UPDATE documents SET due_at = $1::bigint, postponed = $1::bigint WHERE number = ANY (ARRAY"
    "(SELECT number FROM documents WHERE due_at <= $2::bigint ORDER BY due_at, number LIMIT $3 "
    "FOR UPDATE SKIP LOCKED)) RETURNING kind, id, wakeup"
)
BY_INDEX: Final = "SET LOCAL enable_seqscan = off"
"""Until the transaction ends rows are looked up one by one: else all are read where they are few thousand."""

POSTPONE: Final = (
    "UPDATE documents SET due_at = greatest($1::bigint, wakeup), postponed = greatest($1::bigint, wakeup) "
    "WHERE kind = $2 AND id = $3 AND wakeup IS NOT NULL"
)
NEXT_WAKEUP: Final = (
    "SELECT min(at) FROM (SELECT min(due_at) AS at FROM documents WHERE due_at IS NOT NULL "
    "UNION ALL SELECT min(wakeup) FROM documents WHERE due_at != wakeup) AS earliest"
)
OUTCOME: Final = (
    "SELECT CASE WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status($1::xid8) "
    "ELSE 'aborted' END, "
    "EXISTS (SELECT 1 FROM events WHERE kind = $2 AND id = $3 AND version = $4 AND digest = $5)::int"
)
"""What became of a transaction, and whether the log has its last event."""
