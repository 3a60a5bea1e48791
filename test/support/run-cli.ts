import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const pathOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/**
 * The built program where it is newer than its source, because it starts faster; else the source.
 */
export const mainFile = isBuilt() ? pathOf('dist/cli/main.js') : pathOf('src/cli/main.ts')

/** The environment of a program of ours that gives nothing up because the machine is busy. */
export const patience = { NODE_OPTIONS: `--import=${pathOf('test/support/patient.ts')}` }

function isBuilt(): boolean {
  const built =
    statSync(pathOf('node_modules/.cache/palimpsest/build.tsbuildinfo'), { throwIfNoEntry: false })
      ?.mtimeMs ?? 0
  const files = readdirSync(pathOf('src'), { recursive: true, encoding: 'utf8' })
  return files.every((file) => statSync(pathOf(`src/${file}`)).mtimeMs <= built)
}

export interface RunResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** What is piped in. */
  readonly stdin?: Buffer | string | undefined
  /** Pipes in nothing, and does not end either. */
  readonly idleStdin?: boolean
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
}

/** An empty home, so that no test sees the credentials of whoever runs it. */
const emptyHome = mkdtempSync(join(tmpdir(), 'palimpsest-home-'))

/** Runs a program with nothing of this environment but its PATH. */
export function runProgram(
  command: readonly string[],
  { stdin, idleStdin, env, cwd = emptyHome }: RunOptions = {},
): Promise<RunResult> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: [stdin === undefined && !idleStdin ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', HOME: emptyHome, ...env },
    })
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString()
      resolve({ code, stdout: text(stdout), stderr: text(stderr) })
    })
    child.stdin?.on('error', () => {}) // it need not read what it is given
    if (!idleStdin) child.stdin?.end(stdin)
  })
}

/** Runs our command line. */
export function runCli(args: readonly string[], options?: RunOptions): Promise<RunResult> {
  return runProgram([process.execPath, mainFile, ...args], options)
}
