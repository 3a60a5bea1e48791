/**
 * History as of a moment, without a byte more for what is only created. `left_path` is where a
 * move or a deletion took its memory away from; a memory's later versions are found by sequence.
 * Together with the live memories that gives the state at any path and any sequence.
 */
export const sqlite0004 = `
ALTER TABLE changes ADD COLUMN left_path TEXT;

UPDATE changes SET left_path =
    (SELECT p.path FROM changes p WHERE p.sid = changes.sid AND p.seq = changes.prev_seq)
  WHERE prev_seq IS NOT NULL AND (kind = 2 OR path IS NULL OR path <>
    (SELECT p.path FROM changes p WHERE p.sid = changes.sid AND p.seq = changes.prev_seq));

CREATE INDEX left_paths ON changes (sid, left_path, seq) WHERE left_path IS NOT NULL;
CREATE INDEX later_versions ON changes (sid, first_seq, seq) WHERE prev_seq IS NOT NULL;
`
