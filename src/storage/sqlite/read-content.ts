import type { Statements } from './statement.ts'

const contentById = 'SELECT body FROM contents WHERE cid = ?'

/** The text of a content row. UTF-8 went in, so nothing can be replaced on the way out. */
export function readContent(statements: Statements, cid: number | null): string | undefined {
  if (cid === null) return undefined
  const row = statements.get<{ body: Uint8Array }>(contentById, cid)
  if (row === undefined) return undefined
  const { buffer, byteOffset, byteLength } = row.body
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8')
}
