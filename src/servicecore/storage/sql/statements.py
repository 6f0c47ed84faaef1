"""The statements of the SQLite store that are run for every command."""

# ruff: noqa: S608 - every part of every statement is a constant of this file

from __future__ import annotations

from typing import Final

from servicecore.storage.sql.ledger import MODULUS

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
    "UPDATE documents SET version = ?, data = ?, indexes = ?, claims = ?, wakeup = ?, due_at = ?, digest = ?, "
    "postponed = NULL WHERE number = ?"
)
MOVE_DOCUMENT: Final = (
    "UPDATE documents SET version = ?, data = ?, wakeup = ?, due_at = ?, digest = ?, postponed = NULL "
    "WHERE number = ? AND version = ? AND indexes = ? AND claims = ? AND digest = ?"
)
"""Changes what every change changes, where the rest still is as it was seen."""

MOVE_IN_PLACE: Final = (
    "UPDATE documents SET version = ?, data = ?, digest = ? "
    "WHERE number = ? AND version = ? AND indexes = ? AND claims = ? AND digest = ? "
    "AND wakeup IS ? AND due_at IS wakeup AND postponed IS NULL"
)
"""The same where the wake-up stays and nobody leased or postponed it: the indexes over due times are left alone."""

REFILE: Final = (
    "UPDATE documents SET indexes = ?1, claims = ?2, wakeup = ?3, "
    "due_at = CASE WHEN wakeup IS ?3 THEN due_at ELSE ?3 END, "
    "postponed = CASE WHEN wakeup IS ?3 THEN postponed END WHERE number = ?4"
)
"""Files a document anew; a lease goes on where the wake-up stays."""

INSERT_EVENT: Final = (
    "INSERT INTO events (kind, id, version, type_name, type_version, data, meta, at, digest) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_EVENT: Final = (
    "events.position, events.kind, events.id, events.version, events.type_name, events.type_version, "
    "events.data, events.meta, events.at, events.digest"
)
HISTORY: Final = f"SELECT {_EVENT} FROM events WHERE kind = ? AND id = ? ORDER BY version"
LOG: Final = f"SELECT {_EVENT} FROM events WHERE position > ? ORDER BY position LIMIT ?"
OUTBOX: Final = (
    f"SELECT {_EVENT} FROM outbox JOIN events ON events.position = outbox.position ORDER BY outbox.position LIMIT ?"
)
INSERT_OUTBOX: Final = "INSERT INTO outbox (position) VALUES (?)"
INSERT_OUTBOX_FROM: Final = "INSERT INTO outbox (position) SELECT position FROM events WHERE position >= ?"
DELETE_OUTBOX: Final = (
    "DELETE FROM outbox WHERE position = ? "
    "RETURNING coalesce((SELECT digest FROM events WHERE events.position = outbox.position), '')"
)

FIND: Final = "SELECT id FROM entries WHERE kind = ? AND name = ? AND value = ? AND id > ? ORDER BY id LIMIT ?"
INSERT_ENTRY: Final = "INSERT INTO entries (kind, name, value, id) VALUES (?, ?, ?, ?)"
DELETE_ENTRY: Final = "DELETE FROM entries WHERE kind = ? AND name = ? AND value = ? AND id = ?"

SEARCH: Final = (
    "SELECT documents.id FROM search JOIN documents ON documents.number = search.rowid "
    "WHERE search MATCH ? AND documents.kind = ? ORDER BY bm25(search), documents.id LIMIT ?"
)
PUT_WORDS: Final = "INSERT OR REPLACE INTO search (rowid, words) VALUES (?, ?)"

CLAIM: Final = "INSERT INTO claims (claim, owner, mark) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
CLAIM_OWNER: Final = "SELECT owner FROM claims WHERE claim = ?"
RELEASE: Final = "DELETE FROM claims WHERE claim = ? AND owner = ?"

ADD: Final = (
    "INSERT INTO counters (name, value, mark) SELECT ?1, ?2, ?4 "
    "WHERE ?3 IS NULL OR ?2 + coalesce((SELECT value FROM counters WHERE name = ?1), 0) <= ?3 "
    f"ON CONFLICT DO UPDATE SET value = value + ?2, mark = (mark + ?4) % {MODULUS} RETURNING value"
)
COUNTER: Final = "SELECT value FROM counters WHERE name = ?"

PUT: Final = (
    "INSERT INTO kept (key, data, mark, trail) VALUES (?1, ?2, ?3, ?3) "
    f"ON CONFLICT DO UPDATE SET data = ?2, mark = ?3, trail = (trail + ?3) % {MODULUS}"
)
GET: Final = "SELECT data FROM kept WHERE key = ?"

ANY_DUE: Final = "SELECT 1 FROM documents WHERE due_at <= ? LIMIT 1"
LEASE: Final = (
    "UPDATE documents SET due_at = ?1, postponed = ?1 WHERE number IN "
    "(SELECT number FROM documents WHERE due_at <= ?2 ORDER BY due_at, number LIMIT ?3) RETURNING kind, id, wakeup"
)
POSTPONE: Final = (
    "UPDATE documents SET due_at = max(?1, wakeup), postponed = max(?1, wakeup) "
    "WHERE kind = ?2 AND id = ?3 AND wakeup IS NOT NULL"
)
NEXT_WAKEUP: Final = (
    "SELECT min(at) FROM (SELECT min(due_at) AS at FROM documents WHERE due_at IS NOT NULL "
    "UNION ALL SELECT min(wakeup) FROM documents WHERE due_at != wakeup)"
)

LEDGER: Final = (
    "INSERT INTO ledger (stripe, log, handed_on, claims, counters, kept) VALUES (0, ?1, ?2, ?3, ?4, ?5) "
    f"ON CONFLICT DO UPDATE SET log = (log + ?1) % {MODULUS}, handed_on = (handed_on + ?2) % {MODULUS}, "
    f"claims = (claims + ?3) % {MODULUS}, counters = (counters + ?4) % {MODULUS}, kept = (kept + ?5) % {MODULUS}"
)
