/**
 * The first SQLite schema. Every key starts with the store (`sid`, its number in this file).
 *
 * - `contents` is append-only by `cid`; erased content is an empty body, never a moved row.
 * - `changes` numbers a store's changes densely; a version is a change. The first change of a
 *   memory carries `head_seq`, so a memory is found by its id without an index over ids.
 * - `memories` and `changes` have rowids: rows are appended and only the narrow keys are sorted in.
 *   Wide rows that are inserted in the middle of a tree, as the end of each store is, make SQLite
 *   share them out among neighbouring pages again and again: half as much more written.
 * - `tallies` holds what every write updates, in rows so narrow that many stores share a page.
 */
export const sqlite0001 = `
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workspaces (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  stores INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  secret_sha256 BLOB NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_of_workspace ON api_keys (workspace_id, id);

CREATE TABLE stores (
  sid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  workspace_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  archived_at INTEGER,
  deleted_at INTEGER
) STRICT;
CREATE INDEX stores_all ON stores (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX stores_active ON stores (workspace_id, created_at, id)
  WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX stores_deleted ON stores (sid) WHERE deleted_at IS NOT NULL;

CREATE TABLE tallies (
  sid INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  memories INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  versions INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  history_from INTEGER NOT NULL
) STRICT;

CREATE TABLE contents (
  cid INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE shared_contents (
  cid INTEGER PRIMARY KEY,
  versions INTEGER NOT NULL
) STRICT;

CREATE TABLE memories (
  sid INTEGER NOT NULL,
  path TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  head_seq INTEGER NOT NULL,
  head_at INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  size INTEGER NOT NULL,
  cid INTEGER NOT NULL,
  PRIMARY KEY (sid, path)
) STRICT;

CREATE TABLE changes (
  sid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  first_seq INTEGER,
  first_at INTEGER,
  prev_seq INTEGER,
  head_seq INTEGER,
  target_seq INTEGER,
  path TEXT,
  sha256 BLOB,
  size INTEGER,
  cid INTEGER,
  actor TEXT,
  door INTEGER NOT NULL,
  request TEXT NOT NULL,
  redacted_at INTEGER,
  redacted_by TEXT,
  purged INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (sid, seq)
) STRICT;
`
