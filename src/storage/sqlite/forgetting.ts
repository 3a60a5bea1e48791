import type { DatabaseSync } from 'node:sqlite'
import { forgetReads } from '../forget/reads.ts'
import type { OfStore } from '../forget/store-rows.ts'
import type { Forgetting } from '../port/forget.ts'
import { runScript } from './run-script.ts'
import { Statements } from './statement.ts'

export const ofStore: OfStore = (id) => `sid = (SELECT sid FROM stores WHERE id = ${id})`

export function sqliteForgetting(
  reader: DatabaseSync,
  destroyErased: () => Promise<void>,
): Forgetting {
  const statements = new Statements(reader)
  return {
    ...forgetReads(async (script) => runScript(statements, script), ofStore),
    destroyErased,
    unreachable: ['older blocks of the file system and the disk'],
  }
}
