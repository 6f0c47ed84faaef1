CREATE TABLE servicecore_schema (
version_num VARCHAR(32) NOT NULL,
CONSTRAINT servicecore_schema_pkc PRIMARY KEY (version_num)
);
CREATE TABLE claims (
claim TEXT COLLATE "C" NOT NULL,
owner TEXT COLLATE "C" NOT NULL,
mark BIGINT DEFAULT 0 NOT NULL,
PRIMARY KEY (claim)
);
CREATE TABLE counters (
name TEXT COLLATE "C" NOT NULL,
value BIGINT NOT NULL,
mark BIGINT DEFAULT 0 NOT NULL,
PRIMARY KEY (name)
);
CREATE TABLE documents (
number BIGSERIAL NOT NULL,
kind TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
data TEXT COLLATE "C" NOT NULL,
indexes TEXT COLLATE "C" NOT NULL,
claims TEXT COLLATE "C" NOT NULL,
wakeup BIGINT,
due_at BIGINT,
digest TEXT COLLATE "C" NOT NULL,
postponed BIGINT,
PRIMARY KEY (number),
CONSTRAINT documents_by_id UNIQUE (kind, id)
);
CREATE INDEX documents_due ON documents (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX documents_leased ON documents (wakeup) WHERE due_at != wakeup;
CREATE TABLE entries (
kind TEXT COLLATE "C" NOT NULL,
name TEXT COLLATE "C" NOT NULL,
value TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (kind, name, value, id)
);
CREATE TABLE events (
position BIGSERIAL NOT NULL,
kind TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
type_name TEXT COLLATE "C" NOT NULL,
type_version BIGINT NOT NULL,
data TEXT COLLATE "C" NOT NULL,
meta TEXT COLLATE "C" NOT NULL,
at BIGINT NOT NULL,
digest TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (position),
CONSTRAINT events_by_version UNIQUE (kind, id, version)
);
CREATE TABLE kept (
key TEXT COLLATE "C" NOT NULL,
data TEXT COLLATE "C" NOT NULL,
mark BIGINT DEFAULT 0 NOT NULL,
trail BIGINT DEFAULT 0 NOT NULL,
PRIMARY KEY (key)
);
CREATE TABLE ledger (
stripe BIGINT NOT NULL,
log BIGINT NOT NULL,
handed_on BIGINT NOT NULL,
claims BIGINT NOT NULL,
counters BIGINT NOT NULL,
kept BIGINT NOT NULL,
PRIMARY KEY (stripe)
);
CREATE TABLE outbox (
position BIGINT NOT NULL,
PRIMARY KEY (position),
FOREIGN KEY(position) REFERENCES events (position)
);
CREATE TABLE search (
number BIGINT NOT NULL,
vector TSVECTOR NOT NULL,
PRIMARY KEY (number)
);
CREATE INDEX search_vector ON search USING gin (vector);
INSERT INTO servicecore_schema (version_num) VALUES ('0003');
