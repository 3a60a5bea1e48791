// A Python of the tests' own with the official SDK in it, made once per clone.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './imports.ts'

const run = promisify(execFile)
const attemptsMax = 3

/** Exact, so that a run today and one in a year test the same. */
export const pythonSdk = 'anthropic==2.11.0'

const home = join(root, 'node_modules', '.cache', `python-${pythonSdk.replaceAll('=', '')}`)
const interpreter = join(home, 'bin', 'python')
const finished = join(home, 'anthropic.ready')

/** The interpreter, or why there is none. */
export type Python = { readonly path: string } | { readonly missing: string }

export async function findPython(): Promise<Python> {
  try {
    await run('python3', ['-c', 'import venv, ensurepip'])
  } catch {
    return { missing: 'python3 with venv' }
  }
  if (existsSync(finished)) return { path: interpreter }
  for (let attempt = 1; ; attempt += 1) {
    try {
      await install()
      return { path: interpreter }
    } catch (error) {
      if (attempt < attemptsMax) continue
      return { missing: `${pythonSdk}, which could not be installed: ${String(error)}` }
    }
  }
}

/** Apart, and then in one step to its place: files that run at once may all want it. */
async function install(): Promise<void> {
  const apart = `${home}.${randomUUID()}`
  const python = join(apart, 'bin', 'python')
  try {
    await run('python3', ['-m', 'venv', apart])
    await run(python, ['-m', 'pip', 'install', '--quiet', pythonSdk])
    await writeFile(join(apart, basename(finished)), '')
    await rename(apart, home).catch(async () => {
      // Somebody was quicker, or half of one is there that an older run left.
      if (existsSync(finished)) return
      await rm(home, { recursive: true, force: true })
      await rename(apart, home)
    })
  } finally {
    await rm(apart, { recursive: true, force: true })
  }
}

/** Runs a script of the tests; fails with what it said when it fails. */
export async function runPython(
  path: string,
  script: string,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const { PATH = '' } = process.env
  const { stdout } = await run(path, [script], { env: { PATH, ...variables } })
  return stdout
}
