/**
 * Agents, environments and sessions. `body`, `fixed`, `state` and `raw` are JSON of the domain's
 * own values; columns beside them are what statements search by. Waiting events stand behind all
 * others: their `place` is not a time yet.
 */
export const postgres0002 = `
CREATE TABLE agents (
  id text COLLATE "C" PRIMARY KEY,
  workspace_id text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  archived_at bigint,
  body text NOT NULL
);
CREATE INDEX agents_of_workspace ON agents (workspace_id, created_at, id);

CREATE TABLE agent_versions (
  agent_id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (agent_id, version)
);

CREATE TABLE environments (
  id text COLLATE "C" PRIMARY KEY,
  workspace_id text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  archived_at bigint,
  body text NOT NULL
);
CREATE INDEX environments_of_workspace ON environments (workspace_id, created_at, id);

CREATE TABLE environment_keys (
  id text COLLATE "C" PRIMARY KEY,
  environment_id text COLLATE "C" NOT NULL,
  secret_sha256 text COLLATE "C" NOT NULL UNIQUE,
  body text NOT NULL
);
CREATE INDEX keys_of_environment ON environment_keys (environment_id, id);

CREATE TABLE sessions (
  id text COLLATE "C" PRIMARY KEY,
  workspace_id text COLLATE "C" NOT NULL,
  environment_id text COLLATE "C" NOT NULL,
  agent_id text COLLATE "C" NOT NULL,
  agent_version bigint NOT NULL,
  status text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  archived_at bigint,
  head bigint NOT NULL,
  lease text COLLATE "C",
  lease_until bigint NOT NULL,
  fixed text NOT NULL,
  state text NOT NULL
);
CREATE INDEX sessions_of_workspace ON sessions (workspace_id, created_at, id);
CREATE INDEX sessions_of_environment ON sessions (environment_id) WHERE archived_at IS NULL;
CREATE INDEX sessions_to_run ON sessions (lease_until)
  WHERE status IN ('running', 'rescheduling');

CREATE TABLE session_stores (
  store_id text COLLATE "C" NOT NULL,
  session_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (store_id, session_id)
);
CREATE INDEX stores_of_session ON session_stores (session_id);

CREATE TABLE session_events (
  session_id text COLLATE "C" NOT NULL,
  place bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  answers text COLLATE "C",
  body text NOT NULL,
  raw text,
  PRIMARY KEY (session_id, place)
);
CREATE UNIQUE INDEX session_events_by_id ON session_events (session_id, id);
CREATE INDEX session_events_answers ON session_events (session_id, answers)
  WHERE answers IS NOT NULL;

CREATE TABLE session_turns (
  id text COLLATE "C" PRIMARY KEY,
  session_id text COLLATE "C" NOT NULL,
  idempotency_key text COLLATE "C",
  body text NOT NULL
);
CREATE UNIQUE INDEX session_turns_by_key ON session_turns (session_id, idempotency_key);

CREATE TABLE work_items (
  id text COLLATE "C" PRIMARY KEY,
  session_id text COLLATE "C" NOT NULL,
  environment_id text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  body text NOT NULL
);
CREATE INDEX work_of_environment ON work_items (environment_id, created_at, id);
CREATE INDEX work_that_lives ON work_items (environment_id, created_at, id)
  WHERE state <> 'stopped';
CREATE INDEX work_of_session ON work_items (session_id);

CREATE TABLE session_tokens (
  secret_sha256 text COLLATE "C" PRIMARY KEY,
  work_id text COLLATE "C" NOT NULL,
  session_id text COLLATE "C" NOT NULL
);
CREATE INDEX tokens_of_session ON session_tokens (session_id);
`
