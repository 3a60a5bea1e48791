import type { DatabaseSync } from 'node:sqlite'
import { forgetReads } from '../forget/reads.ts'
import type { Forgetting } from '../port/forget.ts'
import { runScript } from './run-script.ts'
import { Statements } from './statement.ts'

export function sqliteForgetting(
  reader: DatabaseSync,
  destroyErased: () => Promise<void>,
): Forgetting {
  const statements = new Statements(reader)
  return {
    ...forgetReads(async (script) => runScript(statements, script)),
    destroyErased,
    unreachable: ['older blocks of the file system and the disk'],
  }
}
