import { DomainError } from '../../domain/errors.ts'
import { verify } from '../guard/verify.ts'
import type { VerifyDialect } from '../guard/verify-store.ts'
import type { Guard } from '../port/guard.ts'
import { transact, type Pools } from './connection.ts'
import { failure } from './failure.ts'
import { runScript } from './run-script.ts'

const dialect: VerifyDialect = {
  stores: `SELECT s.id, s.id AS key, w.id AS workspace, c.seq, c.memories, c.content_bytes AS bytes,
      c.versions, c.history_from
    FROM stores s LEFT JOIN counters c ON c.store_id = s.id
    LEFT JOIN workspaces w ON w.id = s.workspace_id
    WHERE s.id > $1 AND s.deleted_at IS NULL ORDER BY s.id LIMIT $2`,
  changes: `SELECT seq, kind, at, first_seq, first_at, prev_seq, path, left_path, sha256, size,
      redacted_at, claimed, reason, 0 AS purged, content IS NOT NULL AS has_content, NULL AS head_seq
    FROM changes WHERE store_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
  memories: `SELECT path, first_seq, first_at, head_seq, head_at, sha256, size
    FROM memories WHERE store_id = $1 AND path > $2 ORDER BY path LIMIT $3`,
  contents: `SELECT seq, sha256, size, content AS bytes FROM changes
    WHERE store_id = $1 AND seq > $2 AND content IS NOT NULL ORDER BY seq LIMIT $3`,
  counting: { join: 'JOIN counters t ON t.store_id = s.id' },
  watcher: () => ({ change: () => undefined, memory: () => undefined, finish: () => undefined }),
}

/** Readers and writers do not wait for each other here; one connection is all this takes. */
export function postgresGuard({ readers }: Pools): Guard {
  return {
    // oxlint-disable-next-line require-yield
    async *backup() {
      const message =
        'file: a PostgreSQL database is copied with its own tools: docs/operate/postgresql.md, "Backup"'
      throw new DomainError({ code: 'invalid', field: 'file', message })
    },
    verify: (signal) =>
      verify(
        {
          dialect,
          read: (script) =>
            transact(readers, async (session) => {
              await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
              return runScript(session, script)
            }).catch((error: unknown) => {
              throw failure(error)
            }),
        },
        signal,
      ),
  }
}
