// The official worker in a process of its own, on a machine of its own as far as /mnt goes: the
// worker puts memory where the session says, and refuses what is there already.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./run-worker.ts', import.meta.url))
const namespaces = ['unshare', '--user', '--map-root-user', '--mount'] as const
const prepare = 'mount -t tmpfs none /mnt && exec "$@"'

/** Why no worker can be started here. */
export function missingForWorkers(): string | undefined {
  const [command, ...args] = namespaces
  const tried = spawnSync(command, [...args, 'sh', '-c', prepare, 'sh', 'true'])
  return tried.status === 0 ? undefined : 'user namespaces with mounts (unshare)'
}

export interface WorkerOptions {
  readonly url: string
  readonly environmentId: string
  readonly key: string
}

export interface WorkerProcess extends AsyncDisposable {
  /** What it printed. */
  output(): string
  /** SIGKILL for it and everything it started, as when the machine is gone. */
  kill(): Promise<void>
  /** Stops it in the middle of what it does, and lets it go on. */
  freeze(): void
  thaw(): void
}

export async function startWorkerProcess(options: WorkerOptions): Promise<WorkerProcess> {
  const workdir = await mkdtemp(join(tmpdir(), 'palimpsest-worker-'))
  const [command, ...args] = namespaces
  const input = JSON.stringify({ ...options, workdir })
  const child = spawn(
    command,
    [...args, 'sh', '-c', prepare, 'sh', process.execPath, program, input],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } },
  )
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const signal = (name: NodeJS.Signals) => process.kill(-(child.pid ?? 0), name)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    signal('SIGKILL')
    await exit
  }
  return {
    output: () => text,
    kill,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await kill()
      await rm(workdir, { recursive: true, force: true })
    },
  }
}
