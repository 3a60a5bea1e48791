// Builds dist/ from src/. Plain JavaScript, because a fresh clone may run it on a Node older than
// the product's.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tsc = join(root, 'node_modules', '.bin', 'tsc')

// `prepare` also runs where only production dependencies were installed: nothing to build with,
// nothing to build.
if (!existsSync(tsc)) process.exit(0)
// Whoever installs only to build afterwards says so.
if (process.env.PREPARE_WITHOUT_BUILD) process.exit(0)

const dist = join(root, 'dist')
const main = join(dist, 'cli', 'main.js')
const state = join(root, 'node_modules', '.cache', 'palimpsest', 'build.tsbuildinfo')

// What the compiler remembers must not outlive what it wrote.
if (process.argv.includes('--clean')) rmSync(dist, { recursive: true, force: true })
if (!existsSync(main)) rmSync(state, { force: true })
const result = spawnSync(tsc, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
if (result.status === 0 && existsSync(main)) chmodSync(main, 0o755)
process.exit(result.status ?? 1)
