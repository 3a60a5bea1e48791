/**
 * Agents, environments and sessions. `body`, `fixed`, `state` and `raw` are JSON of the domain's
 * own values; columns beside them are what statements search by. Waiting events stand behind all
 * others: their `place` is not a time yet.
 */
export const sqlite0002 = `
CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  archived_at INTEGER,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX agents_of_workspace ON agents (workspace_id, created_at, id);

CREATE TABLE agent_versions (
  agent_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (agent_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE environments (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  archived_at INTEGER,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX environments_of_workspace ON environments (workspace_id, created_at, id);

CREATE TABLE environment_keys (
  id TEXT PRIMARY KEY,
  environment_id TEXT NOT NULL,
  secret_sha256 TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX keys_of_environment ON environment_keys (environment_id, id);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  agent_version INTEGER NOT NULL,
  status TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  archived_at INTEGER,
  head INTEGER NOT NULL,
  lease TEXT,
  lease_until INTEGER NOT NULL,
  fixed TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_workspace ON sessions (workspace_id, created_at, id);
CREATE INDEX sessions_of_environment ON sessions (environment_id) WHERE archived_at IS NULL;
CREATE INDEX sessions_to_run ON sessions (lease_until)
  WHERE status IN ('running', 'rescheduling');

CREATE TABLE session_stores (
  store_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  PRIMARY KEY (store_id, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX stores_of_session ON session_stores (session_id);

CREATE TABLE session_events (
  session_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  answers TEXT,
  body TEXT NOT NULL,
  raw TEXT,
  PRIMARY KEY (session_id, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX session_events_by_id ON session_events (session_id, id);
CREATE INDEX session_events_answers ON session_events (session_id, answers)
  WHERE answers IS NOT NULL;

CREATE TABLE session_turns (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  idempotency_key TEXT,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX session_turns_by_key ON session_turns (session_id, idempotency_key);

CREATE TABLE work_items (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_of_environment ON work_items (environment_id, created_at, id);
CREATE INDEX work_that_lives ON work_items (environment_id, created_at, id)
  WHERE state <> 'stopped';
CREATE INDEX work_of_session ON work_items (session_id);

CREATE TABLE session_tokens (
  secret_sha256 TEXT PRIMARY KEY,
  work_id TEXT NOT NULL,
  session_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_of_session ON session_tokens (session_id);
`
