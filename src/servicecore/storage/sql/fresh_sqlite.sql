CREATE TABLE servicecore_schema (
version_num VARCHAR(32) NOT NULL,
CONSTRAINT servicecore_schema_pkc PRIMARY KEY (version_num)
);
CREATE TABLE claims (
claim TEXT NOT NULL,
owner TEXT NOT NULL,
mark INTEGER DEFAULT 0 NOT NULL,
PRIMARY KEY (claim)
)
WITHOUT ROWID,
STRICT;
CREATE TABLE counters (
name TEXT NOT NULL,
value INTEGER NOT NULL,
mark INTEGER DEFAULT 0 NOT NULL,
PRIMARY KEY (name)
)
WITHOUT ROWID,
STRICT;
CREATE TABLE documents (
number INTEGER NOT NULL,
kind TEXT NOT NULL,
id TEXT NOT NULL,
version INTEGER NOT NULL,
data TEXT NOT NULL,
indexes TEXT NOT NULL,
claims TEXT NOT NULL,
wakeup INTEGER,
due_at INTEGER,
digest TEXT NOT NULL,
postponed INTEGER,
PRIMARY KEY (number),
CONSTRAINT documents_by_id UNIQUE (kind, id)
)
STRICT;
CREATE INDEX documents_due ON documents (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX documents_leased ON documents (wakeup) WHERE due_at != wakeup;
CREATE TABLE entries (
kind TEXT NOT NULL,
name TEXT NOT NULL,
value TEXT NOT NULL,
id TEXT NOT NULL,
PRIMARY KEY (kind, name, value, id)
)
WITHOUT ROWID,
STRICT;
CREATE TABLE events (
position INTEGER NOT NULL,
kind TEXT NOT NULL,
id TEXT NOT NULL,
version INTEGER NOT NULL,
type_name TEXT NOT NULL,
type_version INTEGER NOT NULL,
data TEXT NOT NULL,
meta TEXT NOT NULL,
at INTEGER NOT NULL,
digest TEXT NOT NULL,
PRIMARY KEY (position),
CONSTRAINT events_by_version UNIQUE (kind, id, version)
)
STRICT;
CREATE TABLE kept (
"key" TEXT NOT NULL,
data TEXT NOT NULL,
mark INTEGER DEFAULT 0 NOT NULL,
trail INTEGER DEFAULT 0 NOT NULL,
PRIMARY KEY ("key")
)
STRICT;
CREATE TABLE ledger (
stripe INTEGER NOT NULL,
log INTEGER NOT NULL,
handed_on INTEGER NOT NULL,
claims INTEGER NOT NULL,
counters INTEGER NOT NULL,
kept INTEGER NOT NULL,
PRIMARY KEY (stripe)
)
STRICT;
CREATE TABLE outbox (
position INTEGER NOT NULL,
PRIMARY KEY (position),
FOREIGN KEY(position) REFERENCES events (position)
)
STRICT;
CREATE VIRTUAL TABLE search USING fts5(words, tokenize='unicode61');
INSERT INTO servicecore_schema (version_num) VALUES ('0003');
