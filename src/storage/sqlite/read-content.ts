import type { Statements } from './statement.ts'

/**
 * The text of a content row, as a column to select. SQLite hands text over faster than bytes that
 * become text afterwards.
 */
export function textOf(alias: string): string {
  return `CAST(${alias}.body AS TEXT) AS text`
}

export interface TextRow {
  readonly text: string | null
  readonly size: number | null
  readonly cid: number | null
}

/** The text of a row that selected it. */
export function contentOf(statements: Statements, row: TextRow): string | undefined {
  const { text, size, cid } = row
  if (cid === null || text === null) return undefined
  // Some versions of Node end a text at its first NUL: then the bytes are read as they are.
  const isWhole = text.length === size || Buffer.byteLength(text) === size
  return isWhole ? text : readBytes(statements, cid)
}

const textById = `SELECT ${textOf('t')} FROM contents t WHERE t.cid = ?`

/** @param size of the content in bytes, as it was stored */
export function readContent(
  statements: Statements,
  { cid, size }: Pick<TextRow, 'cid' | 'size'>,
): string | undefined {
  if (cid === null) return undefined
  const row = statements.get<{ text: string }>(textById, cid)
  return row && contentOf(statements, { text: row.text, size, cid })
}

const bytesById = 'SELECT body FROM contents WHERE cid = ?'

/** UTF-8 went in, so nothing can be replaced on the way out. */
function readBytes(statements: Statements, cid: number): string | undefined {
  const row = statements.get<{ body: Uint8Array }>(bytesById, cid)
  if (row === undefined) return undefined
  const { buffer, byteOffset, byteLength } = row.body
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8')
}
