/** The SQLite database inside a data directory. */
export const databaseFile = 'palimpsest.db'
