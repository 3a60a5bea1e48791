/**
 * Why a version was redacted, with the change that records it. The view shows reasons as rows of
 * their stores, as PostgreSQL's does, for those who look for text.
 */
export const sqlite0008 = `
ALTER TABLE changes ADD COLUMN reason TEXT;

CREATE INDEX reasons ON changes (sid, seq) WHERE reason IS NOT NULL;

CREATE VIEW redaction_reasons AS
  SELECT s.id AS store_id, c.seq, c.reason FROM changes c JOIN stores s ON s.sid = c.sid
  WHERE c.reason IS NOT NULL;

CREATE TRIGGER redaction_reasons_update INSTEAD OF UPDATE ON redaction_reasons BEGIN
  UPDATE changes SET reason = NEW.reason
  WHERE sid = (SELECT sid FROM stores WHERE id = OLD.store_id) AND seq = OLD.seq;
END;
`
