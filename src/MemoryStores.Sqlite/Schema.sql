-- The SQLite layout of MemoryStores.
--
-- Who writes: the one writer thread of the one server process (SqliteWriter.cs), in units under savepoints, many units to a
-- COMMIT. Who reads: pooled read-only connections (SqliteReaders.cs), each read from one WAL snapshot, for less than a second.
-- What survives: with WAL and synchronous=FULL, whatever was answered survives kill -9 and power loss; a torn tail of the
-- WAL is dropped by its checksums and was never answered.
--
-- The heart is history: one row for each seq of a store, for versions and for events of the store alike. Rows are only
-- added; redaction empties some columns, store deletion removes rows.
--
-- Where text of owners may stand, and how it is erased (SqliteErasure.cs follows these rules):
--   * contents.body and .digest, history.path, .salts and .profile, commits.fingerprint. These tables are appended to and
--     never updated to a larger size: their pages are never rebalanced, so no stale copy of a row is left in the unused part
--     of a page. Emptying shrinks a row or overwrites it in place, and secure_delete zeroes what it frees. Deleting rows may
--     rebalance; therefore all are emptied first, and the setting 'residue', written before the first is removed, makes the next
--     erasure VACUUM.
--   * the indexes live_path and contents_by_digest. They are rebuilt (REINDEX) by every erasure.
--   Nowhere else: memories, stores, heads and redactions hold ids, numbers and times only. No WITHOUT ROWID tables: they
--   keep erased bodies in stale pages.
--
-- Agents, environments and sessions are outside of these promises: their text stands in agent_versions, environments,
-- session_definitions and session_events, in rows that grow and move. Removing a row zeroes it, and no more is said of it.
--
-- Times are microseconds since 1970. Ids are their wire text. Enumerations are the numbers of the C# enums.

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE workspaces (
    no   INTEGER PRIMARY KEY,
    id   TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE keys (
    no          INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    workspace   INTEGER NOT NULL REFERENCES workspaces (no),
    name        TEXT NOT NULL,
    role        INTEGER NOT NULL,
    stores      TEXT,                         -- store ids, separated by spaces; NULL: all of the workspace
    path_prefix TEXT,                         -- NULL: every path
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    revoked_at  INTEGER,
    bound_to    TEXT,                         -- of a token: the id of its session or environment, which may be gone
    read_only   TEXT,                         -- of a token: those of its stores that it may only read
    ended_at    INTEGER                       -- when that session or environment ended
) STRICT;
CREATE INDEX keys_newest ON keys (workspace, bound_to, id);
CREATE INDEX keys_bound ON keys (bound_to) WHERE bound_to IS NOT NULL;

-- SHA-256 of every secret a key ever had; the secrets themselves are nowhere. Rotated ones stay, so that an old secret in
-- the operator's files is known for what it is and never taken for a new one.
CREATE TABLE secrets (
    hash  BLOB PRIMARY KEY,
    key   INTEGER NOT NULL REFERENCES keys (no),
    until INTEGER                             -- NULL: the current one
) STRICT;

-- What administrators did: keys made, rotated, revoked. Rows are only added.
CREATE TABLE administration (
    no        INTEGER PRIMARY KEY,
    workspace INTEGER NOT NULL REFERENCES workspaces (no),
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,                  -- the id of the key that did it
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL                   -- the id of what it was done to
) STRICT;
CREATE INDEX administration_newest ON administration (workspace, no);

CREATE TABLE stores (
    no          INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    workspace   INTEGER NOT NULL REFERENCES workspaces (no),
    profile_seq INTEGER,                      -- the history entry that holds name, description and metadata
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    archived_at INTEGER,
    deleted     INTEGER NOT NULL DEFAULT 0    -- 1 while the erasure of a deleted store goes on; such a store is unknown
) STRICT;
CREATE INDEX stores_newest ON stores (workspace, created_at, id) WHERE deleted = 0;

-- The end of each store's history and the totals of its live memories: rewritten by every unit, so kept small.
CREATE TABLE heads (
    store    INTEGER PRIMARY KEY REFERENCES stores (no),
    seq      INTEGER NOT NULL,
    link     BLOB NOT NULL,
    at       INTEGER NOT NULL,
    memories INTEGER NOT NULL,
    bytes    INTEGER NOT NULL
) STRICT;

-- Every memory that ever was, living while head is set.
CREATE TABLE memories (
    no         INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    store      INTEGER NOT NULL REFERENCES stores (no),
    head       INTEGER,                       -- history.no of the head version
    created_at INTEGER NOT NULL
) STRICT;

-- Content, once for each workspace and digest. Emptied (digest NULL, body empty) when its last version is redacted.
CREATE TABLE contents (
    no        INTEGER PRIMARY KEY,
    workspace INTEGER NOT NULL,
    digest    BLOB,
    size      INTEGER NOT NULL,
    body      BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX contents_by_digest ON contents (workspace, digest) WHERE digest IS NOT NULL;

CREATE TABLE history (
    no         INTEGER PRIMARY KEY,
    store      INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    actor_kind INTEGER,
    actor      TEXT,
    commit_id  TEXT,
    memory     INTEGER,                       -- memories.no
    version    TEXT,                          -- the version's id; of a conflict that of the version saved; NULL for other events
    about      TEXT,                          -- the version a redaction emptied, or a save contradicted
    is_head    INTEGER NOT NULL,              -- 0 and 1 take the same space: taking a head away rewrites the row in place
    path       TEXT,
    content    INTEGER,                       -- contents.no
    profile    TEXT,                          -- JSON {"name","description","metadata"}
    salts      BLOB NOT NULL,                 -- 32 bytes per committed field; commitments after erasure (HistoryHash.cs)
    entry      BLOB NOT NULL,
    link       BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX history_in_order ON history (store, seq);
CREATE UNIQUE INDEX history_by_version ON history (version) WHERE kind < 10;
-- What is no version is rare: conflicts and redactions are found among any number of versions.
CREATE INDEX history_events ON history (store, seq) WHERE kind >= 10;
CREATE INDEX history_by_time ON history (store, at);
CREATE INDEX history_of_memory ON history (memory, seq) WHERE memory IS NOT NULL;
CREATE INDEX history_by_actor ON history (store, actor, seq);
CREATE INDEX history_of_content ON history (content) WHERE content IS NOT NULL;
-- The referee of path races: two live memories of a store can never stand at one path.
CREATE UNIQUE INDEX live_path ON history (store, path) WHERE is_head = 1;

-- Which version was emptied by which entry; beside history, because writing it there would make rows grow.
CREATE TABLE redactions (
    version   INTEGER PRIMARY KEY,            -- history.no of the emptied version
    redaction INTEGER NOT NULL                -- history.no of the event
) STRICT;

-- Receipts of commits that named themselves.
CREATE TABLE commits (
    no          INTEGER PRIMARY KEY,
    store       INTEGER NOT NULL,
    commit_id   TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    results     TEXT NOT NULL,
    fingerprint BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX commits_by_id ON commits (store, commit_id);

-- Erasures that are marked and not finished; found here again after a crash.
CREATE TABLE erasures (
    no      INTEGER PRIMARY KEY,
    store   INTEGER NOT NULL,
    version TEXT                              -- NULL: the whole store
) STRICT;

-- Agents, as far as they are the same at every version.
CREATE TABLE agents (
    no          INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    workspace   INTEGER NOT NULL REFERENCES workspaces (no),
    version     INTEGER NOT NULL,             -- the current one
    created_at  INTEGER NOT NULL,
    archived_at INTEGER
) STRICT;
CREATE INDEX agents_newest ON agents (workspace, created_at, id);

-- Every version an agent ever had, from 1. Rows are only added; archiving an agent moves updated_at of its current one.
CREATE TABLE agent_versions (
    no         INTEGER PRIMARY KEY,
    agent      INTEGER NOT NULL REFERENCES agents (no),
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    definition TEXT NOT NULL                  -- JSON (AgentDefinition.cs)
) STRICT;
CREATE UNIQUE INDEX agent_versions_in_order ON agent_versions (agent, version);

CREATE TABLE environments (
    no          INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    workspace   INTEGER NOT NULL REFERENCES workspaces (no),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    archived_at INTEGER,
    definition  TEXT NOT NULL                 -- JSON (EnvironmentDefinition.cs)
) STRICT;
CREATE INDEX environments_newest ON environments (workspace, created_at, id);

-- Sessions: the moving part, and what a list looks for.
CREATE TABLE sessions (
    no            INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    workspace     INTEGER NOT NULL REFERENCES workspaces (no),
    agent         TEXT NOT NULL,
    agent_version INTEGER NOT NULL,
    status        INTEGER NOT NULL,
    seq           INTEGER NOT NULL,           -- of its last event
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    archived_at   INTEGER,
    erased        INTEGER NOT NULL DEFAULT 0  -- 1 while the rows of a deleted session go; such a session is unknown
) STRICT;
CREATE INDEX sessions_newest ON sessions (workspace, created_at, id) WHERE erased = 0;
CREATE INDEX sessions_erased ON sessions (no) WHERE erased = 1;

-- What a session was given; beside its row, which every event moves.
CREATE TABLE session_definitions (
    session    INTEGER PRIMARY KEY REFERENCES sessions (no),
    definition TEXT NOT NULL                  -- JSON (SessionDefinition.cs)
) STRICT;

CREATE TABLE session_stores (
    store   TEXT NOT NULL,                    -- the id; the store itself may be deleted since
    session INTEGER NOT NULL REFERENCES sessions (no),
    PRIMARY KEY (store, session)
) STRICT;
CREATE INDEX session_stores_of ON session_stores (session);

-- Transcripts. Rows are only added; of one that waits, place is set once.
CREATE TABLE session_events (
    no          INTEGER PRIMARY KEY,
    session     INTEGER NOT NULL REFERENCES sessions (no),
    seq         INTEGER NOT NULL,             -- dense: the order in which they came
    id          TEXT NOT NULL,
    type        TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    place       INTEGER NOT NULL,             -- when it was processed; 9223372036854775807 while it waits
    actor_kind  INTEGER,                      -- NULL: the server itself
    actor       TEXT,
    fields      TEXT NOT NULL                 -- JSON, without id, type and processed_at
) STRICT;
CREATE UNIQUE INDEX session_events_in_order ON session_events (session, seq);
CREATE UNIQUE INDEX session_events_by_id ON session_events (session, id);
CREATE INDEX session_events_by_place ON session_events (session, place, seq);

-- Work of self-hosted environments: sessions that a worker is to serve.
CREATE TABLE work (
    no                INTEGER PRIMARY KEY,
    id                TEXT NOT NULL UNIQUE,
    workspace         INTEGER NOT NULL REFERENCES workspaces (no),
    environment       TEXT NOT NULL,          -- the ids; both may be gone since
    session           TEXT NOT NULL,
    state             INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    delivered_at      INTEGER,
    acknowledged_at   INTEGER,
    started_at        INTEGER,
    heartbeat_at      INTEGER,
    stop_requested_at INTEGER,
    stopped_at        INTEGER,
    ttl_seconds       INTEGER NOT NULL,
    lease_until       INTEGER,                -- as WorkItem.cs has it
    metadata          TEXT NOT NULL           -- JSON
) STRICT;
CREATE INDEX work_newest ON work (environment, id);
CREATE INDEX work_open ON work (environment, created_at, id) WHERE state < 5;
CREATE INDEX work_of_session ON work (session) WHERE state < 5;
