/**
 * The first PostgreSQL schema. Every key starts with the store, no statement crosses stores on the
 * hot path, and no sequence or unique id is shared between stores, so that it can be sharded by
 * store.
 *
 * - Paths and ids compare as bytes (`COLLATE "C"`); content is bytea, because text cannot hold NUL.
 * - `changes` numbers a store's changes densely; a version is a change (`kind` below 3) and carries
 *   its content, so that erasing a version touches one row. A memory's newest version is its state:
 *   a memory is found by its id with one seek in `versions_of_memory`.
 * - `counters` holds what every write updates, in rows so narrow and pages so loosely filled that
 *   an update stays in its page and touches no index.
 * - Fixed-width columns stand first: no bytes are lost to alignment.
 */
export const postgres0001 = `
CREATE TABLE settings (
  name text COLLATE "C" PRIMARY KEY,
  value bytea NOT NULL
);

CREATE TABLE workspaces (
  created_at bigint NOT NULL,
  stores integer NOT NULL DEFAULT 0,
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL
);

CREATE TABLE api_keys (
  created_at bigint NOT NULL,
  revoked_at bigint,
  workspace_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  hint text NOT NULL,
  secret_sha256 bytea NOT NULL UNIQUE,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE stores (
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  archived_at bigint,
  deleted_at bigint,
  id text COLLATE "C" PRIMARY KEY,
  workspace_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  metadata json NOT NULL
);
CREATE INDEX stores_of_workspace ON stores (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX stores_deleted ON stores (id) WHERE deleted_at IS NOT NULL;

CREATE TABLE counters (
  seq bigint NOT NULL,
  content_bytes bigint NOT NULL,
  changed_at bigint NOT NULL,
  history_from bigint NOT NULL,
  memories integer NOT NULL,
  versions integer NOT NULL,
  store_id text COLLATE "C" PRIMARY KEY
) WITH (fillfactor = 40);

CREATE TABLE memories (
  first_seq bigint NOT NULL,
  first_at bigint NOT NULL,
  head_seq bigint NOT NULL,
  head_at bigint NOT NULL,
  size integer NOT NULL,
  store_id text COLLATE "C" NOT NULL,
  path text COLLATE "C" NOT NULL,
  sha256 bytea NOT NULL,
  PRIMARY KEY (store_id, path)
) WITH (fillfactor = 80);

CREATE TABLE changes (
  seq bigint NOT NULL,
  at bigint NOT NULL,
  first_seq bigint,
  first_at bigint,
  prev_seq bigint,
  target_seq bigint,
  target_at bigint,
  redacted_at bigint,
  size integer,
  kind smallint NOT NULL,
  store_id text COLLATE "C" NOT NULL,
  path text COLLATE "C",
  sha256 bytea,
  actor text COLLATE "C",
  door text NOT NULL,
  request text NOT NULL,
  redacted_by text COLLATE "C",
  content bytea,
  PRIMARY KEY (store_id, seq)
);
CREATE INDEX versions_of_memory ON changes (store_id, first_seq, seq) WHERE kind < 3;

CREATE TABLE sweeps (
  seq bigint NOT NULL,
  cut_seq bigint NOT NULL,
  keep_ms bigint NOT NULL,
  recent_versions integer NOT NULL,
  store_id text COLLATE "C" PRIMARY KEY
);
`
