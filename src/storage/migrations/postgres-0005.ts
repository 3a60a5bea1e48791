/** Sessions that are deleted and still have rows: whoever comes next removes a slice of them. */
export const postgres0005 = `
CREATE TABLE deleted_sessions (id text COLLATE "C" PRIMARY KEY);
`
