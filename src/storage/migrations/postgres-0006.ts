/**
 * What was forgotten: one row for each run, while it runs (`body` says what it has found to erase)
 * and afterwards (`body` is the signed receipt). Ids and counts, nothing of what was forgotten.
 */
export const postgres0006 = `
CREATE TABLE forget_runs (
  id text COLLATE "C" PRIMARY KEY,
  workspace_id text COLLATE "C" NOT NULL,
  seal text COLLATE "C" NOT NULL,
  started_at bigint NOT NULL,
  finished_at bigint,
  body text NOT NULL
);
CREATE INDEX forget_runs_of_workspace ON forget_runs (workspace_id, id);
`
