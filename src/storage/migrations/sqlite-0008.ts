/**
 * Why a version was redacted, with the change that records it. The views show reasons, and the
 * claims of imports, as rows of their stores, as PostgreSQL's do, for those who look for text.
 */
export const sqlite0008 = `
ALTER TABLE changes ADD COLUMN reason TEXT;

CREATE INDEX changes_reasoned ON changes (sid, seq) WHERE reason IS NOT NULL;

CREATE VIEW redaction_reasons AS
  SELECT s.id AS store_id, c.seq, c.reason
  FROM stores s JOIN changes c INDEXED BY changes_reasoned ON c.sid = s.sid
  WHERE c.reason IS NOT NULL;

CREATE TRIGGER redaction_reasons_update INSTEAD OF UPDATE ON redaction_reasons BEGIN
  UPDATE changes SET reason = NEW.reason
  WHERE sid = (SELECT sid FROM stores WHERE id = OLD.store_id) AND seq = OLD.seq;
END;

CREATE INDEX changes_claimed ON changes (sid, seq) WHERE claimed IS NOT NULL;

CREATE VIEW claims AS
  SELECT s.id AS store_id, c.seq, c.claimed
  FROM stores s JOIN changes c INDEXED BY changes_claimed ON c.sid = s.sid
  WHERE c.claimed IS NOT NULL;

CREATE TRIGGER claims_update INSTEAD OF UPDATE ON claims BEGIN
  UPDATE changes SET claimed = NEW.claimed
  WHERE sid = (SELECT sid FROM stores WHERE id = OLD.store_id) AND seq = OLD.seq;
END;
`
