// A clone brings a Node of its own. Plain JavaScript, because what starts it may be older than what
// the product needs.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isSupportedNode } from '../../scripts/node-range.mjs'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))

/**
 * Runs this very line again with the clone's own Node, when the running one is too old: with the
 * same flags, streams, signals and end. False when there is no need, or no other Node.
 */
export function handOver() {
  if (isSupportedNode(process.versions.node)) return false
  const node = ownNode()
  if (node === undefined || realpathSync(node) === realpathSync(process.execPath)) return false
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C reaches the child from the terminal; a second one would mean "at once".
      const isTyped = signal === 'SIGINT' || signal === 'SIGQUIT'
      if (!isTyped || !isInForeground()) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    process.stderr.write(`palimpsest: ${node} does not run: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 1
    if (signal === null) return
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
  return true
}

function ownNode() {
  const places = [
    join(modules, '.bin', 'node'),
    join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node'),
  ]
  return places.find((file) => existsSync(file))
}

/** Whether a terminal sends what is typed there to this process and its children. */
function isInForeground() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ')
    const [, , group, , , foreground] = fields
    return group === foreground
  } catch {
    return process.stdin.isTTY // not Linux
  }
}
