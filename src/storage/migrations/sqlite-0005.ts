/** Sessions that are deleted and still have rows: whoever comes next removes a slice of them. */
export const sqlite0005 = `
CREATE TABLE deleted_sessions (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`
