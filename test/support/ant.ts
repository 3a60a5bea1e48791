// The official command line, built from its Go module: what our grammar is compared with.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mainFile } from './run-cli.ts'

const module = 'github.com/anthropics/anthropic-cli'
const cache = fileURLToPath(new URL('../../node_modules/.cache/ant/', import.meta.url))
const go = 'go'
const attemptsMax = 3
const versionsTriedMax = 3

/**
 * `unobtainable`: Go's module proxy answered, and the answer is that it has no such module. Then
 * this
 * machine cannot have the program, which is no fault of the set-up.
 */
export type Ant =
  | { readonly path: string }
  | { readonly missing: string; readonly unobtainable: boolean }

/** The program named by ANT_BINARY, else the newest version that builds, built once. */
export function findAnt(): Ant {
  const named = process.env['ANT_BINARY']
  if (named) {
    if (existsSync(named)) return { path: named }
    return { missing: `no file at ${named}`, unobtainable: false }
  }
  const path = join(cache, 'ant')
  if (existsSync(path)) return { path }
  if (spawnSync(go, ['version']).status !== 0)
    return { missing: 'Go is not installed', unobtainable: false }
  mkdirSync(cache, { recursive: true })
  let reason = ''
  if (!isInProxy()) return { missing: `Go's module proxy has no ${module}`, unobtainable: true }
  for (const version of ['latest', ...olderVersions()]) {
    reason = install(version)
    if (reason === '') return { path }
  }
  return { missing: `go install ${module}/cmd/ant: ${reason}`, unobtainable: false }
}

/** The official program, where there is one, and ours. */
export function antPrograms(ant: Ant): readonly {
  readonly name: string
  readonly command: readonly string[]
  /** Why it cannot run. */
  readonly missing: string | undefined
}[] {
  const theirs = 'path' in ant ? [ant.path] : []
  const missing = 'missing' in ant ? ant.missing : undefined
  return [
    { name: 'the official ant', command: theirs, missing },
    { name: 'ours', command: [process.execPath, mainFile], missing: undefined },
  ]
}

/** Tries more than once: a download can fail. Returns why it failed, or "". */
function install(version: string): string {
  let reason = ''
  // Apart, and then in one step to its place: files that run at once may all want it.
  const apart = mkdtempSync(join(cache, 'build-'))
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const result = spawnSync(go, ['install', `${module}/cmd/ant@${version}`], {
      env: { ...process.env, GOBIN: apart },
      encoding: 'utf8',
    })
    reason = result.stderr.trim().split('\n').at(-1)?.trim() ?? ''
    if (result.status !== 0) continue
    renameSync(join(apart, 'ant'), join(cache, 'ant'))
    reason = ''
    break
  }
  rmSync(apart, { recursive: true, force: true })
  return reason
}

/** Asks the proxy alone, without going to the module's home. False when it says it has none. */
function isInProxy(): boolean {
  const proxies = (goProxy() ?? '').split(/[,|]/).filter((one) => /^https?:/.test(one))
  if (proxies.length === 0) return true
  const environment = { ...process.env, GOPROXY: proxies.join(','), GOFLAGS: '-mod=mod' }
  let answer = ''
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const result = spawnSync(go, ['list', '-m', `${module}@latest`], {
      env: environment,
      encoding: 'utf8',
    })
    if (result.status === 0) return true
    answer = result.stderr
  }
  return !/not available|not found|404|403|410/i.test(answer)
}

function goProxy(): string | undefined {
  return spawnSync(go, ['env', 'GOPROXY'], { encoding: 'utf8' }).stdout?.trim()
}

function olderVersions(): string[] {
  const result = spawnSync(go, ['list', '-m', '-versions', module], { encoding: 'utf8' })
  const [, ...versions] = result.stdout.trim().split(/\s+/)
  return versions.toReversed().slice(1, versionsTriedMax)
}
