/**
 * Why a version was redacted, with the change that records it. The view shows reasons as rows of
 * their stores, as SQLite's does, for those who look for text.
 */
export const postgres0008 = `
ALTER TABLE changes ADD COLUMN reason text;

CREATE INDEX reasons ON changes (store_id, seq) WHERE reason IS NOT NULL;

CREATE VIEW redaction_reasons AS
  SELECT store_id, seq, reason FROM changes WHERE reason IS NOT NULL;
`
