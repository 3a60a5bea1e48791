/**
 * Webhooks. `body` and `secrets` are JSON of the domain's own values; columns beside them are what
 * statements search by. A place is how far a webhook has come in a store; an ending is a store that
 * was deleted and of which no webhook was told yet.
 */
export const postgres0003 = `
CREATE TABLE webhooks (
  id text COLLATE "C" PRIMARY KEY,
  workspace_id text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  body text NOT NULL,
  secrets text NOT NULL
);
CREATE INDEX webhooks_of_workspace ON webhooks (workspace_id, created_at, id);

CREATE TABLE webhook_places (
  webhook_id text COLLATE "C" NOT NULL,
  store_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (webhook_id, store_id)
);

CREATE TABLE webhook_deliveries (
  id text COLLATE "C" PRIMARY KEY,
  webhook_id text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  due_at bigint NOT NULL,
  created_at bigint NOT NULL,
  body text NOT NULL
);
CREATE INDEX deliveries_of_webhook ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX deliveries_due ON webhook_deliveries (webhook_id, due_at) WHERE state = 'pending';
CREATE INDEX deliveries_done ON webhook_deliveries (state, due_at) WHERE state <> 'pending';

CREATE TABLE store_endings (
  store_id text COLLATE "C" PRIMARY KEY,
  workspace_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL
);
`
