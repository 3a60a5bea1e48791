/**
 * Why a version was redacted, with the change that records it. The views show reasons, and the
 * claims of imports, as rows of their stores, as SQLite's do, for those who look for text.
 */
export const postgres0008 = `
ALTER TABLE changes ADD COLUMN reason text;

CREATE INDEX changes_reasoned ON changes (store_id, seq) WHERE reason IS NOT NULL;

CREATE VIEW redaction_reasons AS
  SELECT store_id, seq, reason FROM changes WHERE reason IS NOT NULL;

CREATE INDEX changes_claimed ON changes (store_id, seq) WHERE claimed IS NOT NULL;

CREATE VIEW claims AS
  SELECT store_id, seq, claimed FROM changes WHERE claimed IS NOT NULL;
`
