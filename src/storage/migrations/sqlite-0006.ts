/**
 * What was forgotten: one row for each run, while it runs (`body` says what it has found to erase)
 * and afterwards (`body` is the signed receipt). Ids and counts, nothing of what was forgotten.
 */
export const sqlite0006 = `
CREATE TABLE forget_runs (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  seal TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX forget_runs_of_workspace ON forget_runs (workspace_id, id);
`
