// The official command line, built from its Go module: what our grammar is compared with.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const module = 'github.com/anthropics/anthropic-cli'
const cache = fileURLToPath(new URL('../../node_modules/.cache/ant/', import.meta.url))
const go = 'go'
const attemptsMax = 3
const versionsTriedMax = 3

export type Ant = { readonly path: string } | { readonly missing: string }

/** The program named by ANT_BINARY, else the newest version that builds, built once. */
export function findAnt(): Ant {
  const named = process.env['ANT_BINARY']
  if (named) return existsSync(named) ? { path: named } : { missing: `no file at ${named}` }
  const path = join(cache, 'ant')
  if (existsSync(path)) return { path }
  if (spawnSync(go, ['version']).status !== 0) return { missing: 'Go is not installed' }
  mkdirSync(cache, { recursive: true })
  let reason = ''
  for (const version of ['latest', ...olderVersions()]) {
    reason = install(version)
    if (reason === '') return { path }
  }
  return { missing: `go install ${module}/cmd/ant: ${reason}` }
}

/** Tries more than once: a download can fail. Returns why it failed, or "". */
function install(version: string): string {
  let reason = ''
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const result = spawnSync(go, ['install', `${module}/cmd/ant@${version}`], {
      env: { ...process.env, GOBIN: cache },
      encoding: 'utf8',
    })
    if (result.status === 0) return ''
    reason = result.stderr.trim().split('\n').at(-1) ?? ''
  }
  return reason
}

function olderVersions(): string[] {
  const result = spawnSync(go, ['list', '-m', '-versions', module], { encoding: 'utf8' })
  const [, ...versions] = result.stdout.trim().split(/\s+/)
  return versions.toReversed().slice(1, versionsTriedMax)
}
