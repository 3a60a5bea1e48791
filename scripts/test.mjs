// `npm test`: every test of the project, on both engines, with a closing line that counts them.
// Arguments go to vitest: `npm test -- test/storage.contract.test.ts`.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const result = spawnSync(
  'node',
  [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=./scripts/count-reporter.mjs',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
)
process.exit(result.status ?? 1)
