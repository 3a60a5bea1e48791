// A Python of the tests' own with the official SDK in it, made once per clone.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './imports.ts'

const run = promisify(execFile)
const attemptsMax = 3

/** Exact, so that a run today and one in a year test the same. */
export const pythonSdk = 'anthropic==2.11.0'

const home = join(root, 'node_modules', '.cache', `python-${pythonSdk.replaceAll('=', '')}`)
const interpreter = join(home, 'bin', 'python')
const finished = join(home, 'bin', 'anthropic.ready')

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
      await rm(home, { recursive: true, force: true })
      await run('python3', ['-m', 'venv', home])
      await run(interpreter, ['-m', 'pip', 'install', '--quiet', pythonSdk])
      await run(interpreter, ['-c', `open(${JSON.stringify(finished)}, 'w').close()`])
      return { path: interpreter }
    } catch (error) {
      if (attempt < attemptsMax) continue
      return { missing: `${pythonSdk}, which could not be installed: ${String(error)}` }
    }
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
