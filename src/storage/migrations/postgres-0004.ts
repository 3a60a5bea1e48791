/**
 * History as of a moment: `left_path` is where a move or a deletion took its memory away from.
 * Together with the live memories and the versions of each memory that gives the state at any path
 * and any sequence.
 */
export const postgres0004 = `
ALTER TABLE changes ADD COLUMN left_path text COLLATE "C";

UPDATE changes c SET left_path = p.path FROM changes p
  WHERE p.store_id = c.store_id AND p.seq = c.prev_seq AND c.kind < 3
    AND (c.kind = 2 OR c.path IS NULL OR c.path <> p.path);

CREATE INDEX left_paths ON changes (store_id, left_path, seq) WHERE left_path IS NOT NULL;
`
