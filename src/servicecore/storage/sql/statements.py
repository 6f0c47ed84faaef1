"""The statements of the SQLite store that are run for every command."""

from __future__ import annotations

from typing import Final

LOAD: Final = (
    "SELECT number, version, data, indexes, claims, wakeup, digest, kind, id FROM documents WHERE kind = ? AND id = ?"
)
HEAD: Final = "SELECT number, version, indexes, claims, digest FROM documents WHERE kind = ? AND id = ?"
PAGE: Final = (
    "SELECT number, version, data, indexes, claims, wakeup, digest, kind, id FROM documents "
    "WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?"
)
PAGE_OF_KIND: Final = (
    "SELECT number, version, data, indexes, claims, wakeup, digest, kind, id FROM documents "
    "WHERE kind = ? AND id > ? ORDER BY id LIMIT ?"
)
INSERT_DOCUMENT: Final = (
    "INSERT INTO documents (version, data, indexes, claims, wakeup, due_at, digest, kind, id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
UPDATE_DOCUMENT: Final = (
    "UPDATE documents SET version = ?, data = ?, indexes = ?, claims = ?, wakeup = ?, due_at = ?, digest = ? "
    "WHERE number = ?"
)
INSERT_EVENT: Final = (
    "INSERT INTO events (kind, id, version, type_name, type_version, data, meta, at, digest) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_EVENT: Final = (
    "events.position, events.kind, events.id, events.version, events.type_name, events.type_version, "
    "events.data, events.meta, events.at, events.digest"
)
HISTORY: Final = f"SELECT {_EVENT} FROM events WHERE kind = ? AND id = ? ORDER BY version"  # noqa: S608 - constants
LOG: Final = f"SELECT {_EVENT} FROM events WHERE position > ? ORDER BY position LIMIT ?"  # noqa: S608 - constants
OUTBOX: Final = (
    f"SELECT {_EVENT} FROM outbox JOIN events ON events.position = outbox.position "  # noqa: S608 - constants
    "ORDER BY outbox.position LIMIT ?"
)
INSERT_OUTBOX: Final = "INSERT INTO outbox (position) VALUES (?)"
DELETE_OUTBOX: Final = "DELETE FROM outbox WHERE position = ?"

FIND: Final = "SELECT id FROM entries WHERE kind = ? AND name = ? AND value = ? AND id > ? ORDER BY id LIMIT ?"
INSERT_ENTRY: Final = "INSERT INTO entries (kind, name, value, id) VALUES (?, ?, ?, ?)"
DELETE_ENTRY: Final = "DELETE FROM entries WHERE kind = ? AND name = ? AND value = ? AND id = ?"

SEARCH: Final = (
    "SELECT documents.id FROM search JOIN documents ON documents.number = search.rowid "
    "WHERE search MATCH ? AND documents.kind = ? ORDER BY bm25(search), documents.id LIMIT ?"
)
PUT_WORDS: Final = "INSERT OR REPLACE INTO search (rowid, words) VALUES (?, ?)"

CLAIM: Final = "INSERT INTO claims (claim, owner) VALUES (?, ?) ON CONFLICT DO NOTHING"
CLAIM_OWNER: Final = "SELECT owner FROM claims WHERE claim = ?"
RELEASE: Final = "DELETE FROM claims WHERE claim = ? AND owner = ?"

ADD: Final = (
    "INSERT INTO counters (name, value) SELECT ?1, ?2 "
    "WHERE ?3 IS NULL OR ?2 + coalesce((SELECT value FROM counters WHERE name = ?1), 0) <= ?3 "
    "ON CONFLICT DO UPDATE SET value = value + ?2 RETURNING value"
)
COUNTER: Final = "SELECT value FROM counters WHERE name = ?"

PUT: Final = "INSERT INTO kept (key, data) VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data"
GET: Final = "SELECT data FROM kept WHERE key = ?"

ANY_DUE: Final = "SELECT 1 FROM documents WHERE due_at <= ? LIMIT 1"
LEASE: Final = (
    "UPDATE documents SET due_at = ? WHERE number IN "
    "(SELECT number FROM documents WHERE due_at <= ? ORDER BY due_at, number LIMIT ?) RETURNING kind, id, wakeup"
)
POSTPONE: Final = "UPDATE documents SET due_at = max(?, wakeup) WHERE kind = ? AND id = ? AND wakeup IS NOT NULL"
NEXT_WAKEUP: Final = (
    "SELECT min(at) FROM (SELECT min(due_at) AS at FROM documents WHERE due_at IS NOT NULL "
    "UNION ALL SELECT min(wakeup) FROM documents WHERE due_at != wakeup)"
)
