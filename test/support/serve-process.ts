// The command line's `serve` as a process of its own, which a test may kill.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export interface ServeProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** What it printed so far. */
  output(): string
  /** SIGKILL: nothing gets a chance to finish. */
  kill(): Promise<void>
  /** SIGTERM, as an operator stops it. Resolves to the exit code. */
  stop(): Promise<number | null>
}

/** A home of its own, so that no test touches the credentials of the person who runs it. */
export interface Home extends AsyncDisposable {
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
}

export async function makeHome(): Promise<Home> {
  const directory = await mkdtemp(join(tmpdir(), 'palimpsest-home-'))
  return {
    directory,
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: directory,
      XDG_CONFIG_HOME: join(directory, 'config'),
      XDG_DATA_HOME: join(directory, 'data'),
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** Starts `serve` on a free port; rejects with its output when it does not come up. */
export async function startServe(home: Home, flags: readonly string[]): Promise<ServeProcess> {
  const args = [main, 'serve', '--port', '0', '--log-level', 'error', ...flags]
  const child = spawn(process.execPath, args, { env: home.environment })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const url = await Promise.race([listening(child, () => text), ended(child, () => text)])
  return {
    url,
    pid: child.pid ?? 0,
    output: () => text,
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    stop: () => end(child, 'SIGTERM'),
    [Symbol.asyncDispose]: () => end(child, 'SIGKILL').then(() => undefined),
  }
}

async function listening(child: ChildProcess, text: () => string): Promise<string> {
  for (;;) {
    const url = /memory stores at (\S+)/.exec(text())?.[1]
    // The address comes before the key: what follows it must have been printed too.
    if (url !== undefined && text().includes('credentials.json')) return url
    if (child.stdout === null) throw new Error('no output to read')
    await once(child.stdout, 'data')
  }
}

async function ended(child: ChildProcess, text: () => string): Promise<never> {
  const [code] = (await once(child, 'close')) as [number | null]
  throw new Error(`serve ended with ${code}: ${text()}`)
}

/** Until its output has ended too: a process may be gone before all that it printed was read. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const closed = once(child, 'close')
  child.kill(signal)
  const [code] = (await closed) as [number | null]
  return code
}

/** The key that the first start printed. */
export function firstKeyIn(output: string): string {
  const key = /ANTHROPIC_API_KEY=(\S+)/.exec(output)?.[1]
  if (key === undefined) throw new Error(`no key in: ${output}`)
  return key
}
