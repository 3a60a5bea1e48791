// Makes a clone ready to run: installs when the lockfile is newer than what is installed, builds
// when the source is newer than dist/. Plain JavaScript without dependencies, so that the host's
// Node 20 can run it.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isSupportedNode } from './node-range.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const attemptsMax = 3

/** Modification time in milliseconds, 0 when there is no such file. */
function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

/** The newest modification time below a directory, in milliseconds. */
function newest(directory) {
  let latest = modified(directory)
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : modified(path))
  }
  return latest
}

function run(command, args, env = process.env) {
  // What this prints goes to stderr: stdout belongs to the command that npm runs next.
  return spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] }).status === 0
}

function install() {
  console.error('palimpsest: installing dependencies (once)')
  // Building is the next step: when it fails, that is no reason to install again.
  const env = { ...process.env, PREPARE_WITHOUT_BUILD: '1' }
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    if (run('npm', ['ci', '--no-audit', '--no-fund'], env)) return
    console.error(`palimpsest: npm ci failed (attempt ${attempt} of ${attemptsMax})`)
  }
  process.exit(1)
}

const installed = modified(join(root, 'node_modules', '.package-lock.json'))
if (installed < modified(join(root, 'package-lock.json'))) install()

const built = modified(join(root, 'node_modules', '.cache', 'palimpsest', 'build.tsbuildinfo'))
const isBuilt = existsSync(join(root, 'dist', 'cli', 'main.js'))
const isFresh = isBuilt && built >= newest(join(root, 'src'))
if (!isFresh && !run(process.execPath, ['scripts/build.mjs'])) process.exit(1)

const node = spawnSync('node', ['-p', 'process.versions.node'], { cwd: root, encoding: 'utf8' })
if (!isSupportedNode(node.stdout.trim())) {
  console.error(
    `palimpsest needs Node ^22.22.3 or >=24.15; this is ${node.stdout.trim()}, and no Node came with the packages for ` +
      `${process.platform}-${process.arch}. Install one of these versions and try again.`,
  )
  process.exit(1)
}
