// The built program as an engineer starts it: `palimpsest serve`, with its own environment.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const main = join(root, 'dist', 'cli', 'main.js')

/** For Node: as `npm start` and the pages for operators have it. */
export const nodeFlags = ['--max-semi-space-size=16']

/** Builds dist/ from what is in src/ now. */
export function build(): void {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root })
  if (status !== 0 || !existsSync(main)) throw new Error('the build failed: npm run build')
}

export interface InstalledOptions {
  readonly directory: string
  /** A directory of its own for the credentials file, so that the user's stays as it is. */
  readonly home: string
  readonly flags?: readonly string[]
}

export interface Installed extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  /** Of the first start of this data directory, otherwise "". */
  readonly key: string
  /** From the start of the process to the first answer. */
  readonly firstAnswerMs: number
}

/** Starts `palimpsest serve` and asks until it answers. */
export async function startInstalled(options: InstalledOptions): Promise<Installed> {
  const port = await freePort()
  const begunAt = performance.now()
  const where = ['--port', String(port), '--data-dir', options.directory]
  // By its own first line, as a shell does.
  const child = spawn(main, ['serve', ...where, ...(options.flags ?? [])], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      NODE_OPTIONS: nodeFlags.join(' '),
      HOME: options.home,
      XDG_CONFIG_HOME: options.home,
      XDG_DATA_HOME: options.home,
    },
  })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const firstAnswerMs = await firstAnswer(child, port, begunAt)
  const keyPattern = /ANTHROPIC_API_KEY=(\S+)/
  for (let waited = 0; waited < 100 && !printed.includes('serves'); waited += 1) await pause(10)
  return {
    pid: child.pid ?? 0,
    port,
    key: keyPattern.exec(printed)?.[1] ?? '',
    firstAnswerMs,
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

const answerWithinMs = 30_000

async function firstAnswer(child: ChildProcess, port: number, begunAt: number): Promise<number> {
  while (performance.now() - begunAt < answerWithinMs) {
    if (child.exitCode !== null) throw new Error(`palimpsest serve ended with ${child.exitCode}`)
    try {
      const response = await fetch(`http://127.0.0.1:${port}/v1/memory_stores`)
      await response.arrayBuffer()
      return performance.now() - begunAt
    } catch {
      await pause(2)
    }
  }
  throw new Error('palimpsest serve did not answer')
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
