/**
 * How an engine's tables say that a row belongs to a store: a condition on its columns.
 * @param id a parameter (`$1`) that holds the id of the store
 */
export type OfStore = (id: string) => string
