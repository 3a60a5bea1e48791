/**
 * Webhooks. `body` and `secrets` are JSON of the domain's own values; columns beside them are what
 * statements search by. A place is how far a webhook has come in a store; an ending is a store that
 * was deleted and of which no webhook was told yet.
 */
export const sqlite0003 = `
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  secrets TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_of_workspace ON webhooks (workspace_id, created_at, id);

CREATE TABLE webhook_places (
  webhook_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (webhook_id, store_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_deliveries (
  id TEXT PRIMARY KEY,
  webhook_id TEXT NOT NULL,
  state TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_of_webhook ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX deliveries_due ON webhook_deliveries (webhook_id, due_at) WHERE state = 'pending';
CREATE INDEX deliveries_done ON webhook_deliveries (state, due_at) WHERE state <> 'pending';

CREATE TABLE store_endings (
  store_id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
