// Other file systems in user space, where they are installed.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'

export interface Peer extends AsyncDisposable {
  readonly name: string
  readonly directory: string
}

export interface PeerOptions {
  /** The tree that it shows. */
  readonly source: string
  /** Where it is mounted. */
  readonly directory: string
  /** The processor that it has to share. */
  readonly cpu: number | undefined
}

const program = new URL('./fuse-native.ts', import.meta.url).pathname

const peers: Readonly<Record<string, (options: PeerOptions) => readonly string[]>> = {
  rclone: ({ source, directory }) => [
    'rclone',
    'mount',
    `:local:${source}`,
    directory,
    '--vfs-cache-mode=writes',
    '--log-level=ERROR',
  ],
  'fuse-native': ({ source, directory }) => [process.execPath, program, directory, source],
}

/** Every peer that can be mounted here; of each that cannot, a word. */
export async function mountPeers(options: PeerOptions): Promise<Peer[]> {
  const mounted: Peer[] = []
  for (const [name, commandOf] of Object.entries(peers)) {
    const own = { ...options, directory: `${options.directory}-${name}` }
    mkdirSync(own.directory)
    const pinned = own.cpu === undefined ? [] : ['taskset', '-c', String(own.cpu)]
    const [file = '', ...args] = [...pinned, ...commandOf(own)]
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const why = await mountedOrNot(child, own.directory)
    if (why === undefined) mounted.push(peerOf(name, own.directory, child))
    else console.log(`${name} is left out: ${why}`)
  }
  return mounted
}

/** @returns undefined when it is there, or why it never will be */
async function mountedOrNot(child: ChildProcess, directory: string): Promise<string | undefined> {
  let errors = ''
  let ended: string | undefined
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  child.once('error', (error) => (ended = error.message))
  child.once('exit', (code) => (ended ??= lastLine(errors) || `it ended with ${code}`))
  for (let tries = 0; tries < 200; tries += 1) {
    if (readFileSync('/proc/mounts', 'utf8').includes(` ${directory} `)) return undefined
    if (ended !== undefined) return ended
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill()
  return 'it never came'
}

/** The one that says what went wrong. */
function lastLine(text: string): string {
  return (
    text.split('\n').find((line) => line.startsWith('Error')) ??
    text.trim().split('\n').at(-1) ??
    ''
  )
}

function peerOf(name: string, directory: string, child: ChildProcess): Peer {
  return {
    name,
    directory,
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      spawnSync('umount', ['-l', directory])
      child.kill()
      await gone
    },
  }
}
