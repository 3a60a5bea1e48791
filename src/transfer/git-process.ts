import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'

/** The settings of whoever runs this must not change what is written, nor run their hooks. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    LC_ALL: 'C',
  }
}

/** A repository of a stranger may name programs to run, hosts to ask and commits to hide. */
const safe = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'log.showRoot=true',
  'log.showSignature=false',
  'merge.verifySignatures=false',
  'protocol.allow=never',
]

export interface GitProcess {
  readonly child: ChildProcessWithoutNullStreams
  /** Resolves when it ended well; rejects with what it said otherwise. */
  readonly done: Promise<void>
}

/** @param directory the repository */
export function startGit(directory: string, args: readonly string[]): GitProcess {
  const settings = safe.flatMap((setting) => ['-c', setting])
  const child = spawn('git', ['-C', directory, ...settings, ...args], { env: environment() })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  child.stdin.on('error', () => undefined) // its exit code tells more
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT'
      reject(missing ? new Error('this needs git, which is not there', { cause: error }) : error)
    })
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`git ${args[0] ?? ''} failed: ${said.trim() || `code ${code}`}`))
    })
  })
  done.catch(() => undefined) // seen by whoever waits for it
  return { child, done }
}

/** Runs git to its end. @returns what it printed */
export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const { child, done } = startGit(directory, args)
  child.stdin.end()
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  await done
  return Buffer.concat(chunks).toString()
}

/** What git prints, or undefined when it refuses. */
export async function gitOrNothing(directory: string, ...args: string[]) {
  return git(directory, ...args).catch(() => undefined)
}

/** A pipe holds 64 KiB: with no more than that under way, each side keeps waiting for the other. */
const aheadBytesMax = 4_194_304

/** Writes ahead of a slow reader, and waits for one that is far behind. */
export async function feed({ child, done }: GitProcess, chunk: Buffer | string): Promise<void> {
  if (child.stdin.write(chunk) || child.stdin.writableLength < aheadBytesMax) return
  await Promise.race([once(child.stdin, 'drain'), done])
}
