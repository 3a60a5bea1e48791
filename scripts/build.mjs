// Builds dist/ from src/: the product with the compiler, the console with its bundler. Plain
// JavaScript, because a fresh clone may run it on a Node older than the product's.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync, utimesSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const tsc = join(bin, 'tsc')

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
if (result.status !== 0) process.exit(result.status ?? 1)

// The bundler wants the Node of the clone, which stands first on this path.
const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) }
const bundled = spawnSync('node', ['scripts/build-console.mjs'], {
  cwd: root,
  env,
  stdio: 'inherit',
})
if (bundled.status !== 0) process.exit(bundled.status ?? 1)
// scripts/ready.mjs compares this time with that of the sources, and the compiler leaves the file
// alone when only the console changed.
const now = new Date()
utimesSync(state, now, now)
