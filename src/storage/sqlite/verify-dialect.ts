import type { Report } from '../../domain/guard/check-store.ts'
import type { ChangeRow, EngineWatcher, VerifyDialect } from '../guard/verify-store.ts'

/** Which contents versions refer to, one bit for each: the rest must be empty. */
export class ReferredContents {
  readonly #bits: Uint8Array
  readonly #newest: number

  constructor(newestCid: number) {
    this.#newest = newestCid
    this.#bits = new Uint8Array(Math.floor(newestCid / 8) + 1)
  }

  add(cid: number): void {
    if (cid > this.#newest) return
    const at = Math.floor(cid / 8)
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (cid % 8))
  }

  has(cid: number): boolean {
    return ((this.#bits[Math.floor(cid / 8)] ?? 0) & (1 << (cid % 8))) !== 0
  }
}

/** The reads of a check, and what only SQLite's own tables can have wrong. */
export function sqliteDialect(referred: ReferredContents): VerifyDialect {
  return {
    stores: `SELECT s.id, s.sid AS key, w.id AS workspace, t.seq, t.memories, t.bytes, t.versions,
        t.history_from
      FROM stores s LEFT JOIN tallies t ON t.sid = s.sid
      LEFT JOIN workspaces w ON w.id = s.workspace_id
      WHERE s.id > $1 AND s.deleted_at IS NULL ORDER BY s.id LIMIT $2`,
    changes: `SELECT c.seq, c.kind, c.at, c.first_seq, c.first_at, c.prev_seq, c.path, c.left_path,
        c.sha256, c.size, c.redacted_at, c.claimed, c.reason, c.purged, t.cid IS NOT NULL AS has_content,
        c.head_seq, c.cid, s.versions AS shared
      FROM changes c LEFT JOIN contents t ON t.cid = c.cid
      LEFT JOIN shared_contents s ON s.cid = c.cid
      WHERE c.sid = $1 AND c.seq > $2 ORDER BY c.seq LIMIT $3`,
    memories: `SELECT path, first_seq, first_at, head_seq, head_at, sha256, size, cid
      FROM memories WHERE sid = $1 AND path > $2 ORDER BY path LIMIT $3`,
    contents: `SELECT c.seq, c.sha256, c.size, t.body AS bytes
      FROM changes c JOIN contents t ON t.cid = c.cid
      WHERE c.sid = $1 AND c.seq > $2 ORDER BY c.seq LIMIT $3`,
    counting: { join: 'JOIN tallies t ON t.sid = s.sid' },
    watcher: (report) => new ContentWatcher(report, referred),
  }
}

/** Who shares a content is counted, a head has the content of its version, and is led to. */
class ContentWatcher implements EngineWatcher {
  readonly #report: Report
  readonly #referred: ReferredContents
  readonly #cids = new Map<number, number>()
  readonly #shares = new Map<number, { sharers: number; said: number; seq: number }>()

  constructor(report: Report, referred: ReferredContents) {
    this.#report = report
    this.#referred = referred
  }

  change(row: ChangeRow): void {
    const { seq, cid, shared, has_content: hasContent } = row
    if (row.kind === 0 && row.first_seq === seq && row.head_seq === null) {
      this.#report('chain', `memory of seq ${seq}`, 'leads to no version')
    }
    if (cid === null || cid === undefined) return
    this.#referred.add(cid)
    this.#cids.set(seq, cid)
    if (!hasContent) this.#report('content', `seq ${seq}`, 'refers to content that is not there')
    const known = this.#shares.get(cid)
    if (known === undefined) this.#shares.set(cid, { sharers: 1, said: shared ?? 1, seq })
    else known.sharers += 1
  }

  memory(row: { readonly first_seq: number; readonly head_seq: number; readonly cid?: number }) {
    if (this.#cids.get(row.head_seq) === row.cid) return
    const where = `memory of seq ${row.first_seq}`
    this.#report('head', where, 'has another content than its newest version')
  }

  finish(): void {
    for (const { sharers, said, seq } of this.#shares.values()) {
      if (sharers === said) continue
      const message = `has content that ${sharers} versions share, and ${said} are counted`
      this.#report('tally', `seq ${seq}`, message)
    }
  }
}
