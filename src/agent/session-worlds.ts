import { chmod, mkdir, readdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Api } from '../api.ts'
import type { Session } from '../domain/session/session.ts'
import { scratchName } from './files-on-disk.ts'
import { Files, workRoot } from './files/files.ts'
import { memoryTree } from './files/memory-tree.ts'
import { ToolFailure } from './files/tool-failure.ts'
import { removeTree, workTree } from './files/work-tree.ts'
import type { LiveMemory } from './sandbox/memory-directory.ts'
import type { Sandbox, SandboxShell } from './sandbox/sandbox.ts'
import type { Shell, World } from './tools/tool.ts'

export interface WorldOptions {
  /** Every verb for a session as the caller. */
  readonly apiFor: (session: Session) => Api
  /** Scratch directories are made in it. */
  readonly directory: string
  /** undefined: there is no shell. */
  readonly sandbox: Sandbox | undefined
  /** undefined: bash sees copies of the stores. */
  readonly liveMemory?: LiveMemory | undefined
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly report: (sentence: string, error: unknown) => void
}

/** A shell that nobody used for so long is ended (no command may take as long); its files stay. */
const idleMs = 15 * 60_000
/** Scratch files of sessions that nobody touched for so long are removed. */
const scratchMs = 14 * 86_400_000
const lookEveryMs = 60_000

interface Kept {
  readonly made: Promise<Made>
  usedAt: number
}

interface Made {
  readonly world: World
  readonly shell: SandboxShell | undefined
}

/** What the tools of each session work with: kept from turn to turn, so that a shell stays. */
export class SessionWorlds implements AsyncDisposable {
  readonly #options: WorldOptions
  readonly #kept = new Map<string, Kept>()
  readonly #timer: NodeJS.Timeout
  #tidying: Promise<void> = Promise.resolve()

  constructor(options: WorldOptions) {
    this.#options = options
    this.#tidy()
    this.#timer = setInterval(() => this.#tidy(), lookEveryMs).unref()
  }

  async open(session: Session): Promise<World> {
    const made = this.#kept.get(session.id)?.made ?? this.#make(session)
    // Last in the map is last to go.
    this.#kept.delete(session.id)
    this.#kept.set(session.id, { made, usedAt: this.#options.clock() })
    try {
      return (await made).world
    } catch (error) {
      this.#kept.delete(session.id)
      throw error
    }
  }

  /** Ends the session's shell. Another one is begun when it is asked for. */
  async end(sessionId: string): Promise<void> {
    const kept = this.#kept.get(sessionId)
    this.#kept.delete(sessionId)
    if (kept !== undefined) await this.#close(kept.made)
  }

  async #make(session: Session): Promise<Made> {
    const { apiFor, directory, sandbox, liveMemory: live } = this.#options
    const api = apiFor(session)
    const scratch = join(directory, session.id, scratchName)
    // Passable by whoever the sandbox is, since only what is inside is its own.
    await mkdir(join(directory, session.id), { recursive: true })
    await chmod(join(directory, session.id), 0o711)
    const now = new Date(this.#options.clock())
    await utimes(join(directory, session.id), now, now)
    await mkdir(scratch, { recursive: true, mode: 0o700 })
    const owner = await sandbox?.prepare(scratch)
    const attached = session.stores.map(({ storeId, access, mountPath }) => {
      return { storeId, access, mountPath }
    })
    const trees = attached.map((one) => memoryTree(api, one))
    const work = workTree({ directory: scratch, at: workRoot, owner })
    const home = join(directory, session.id)
    const shell = sandbox?.open({ api, attached, scratch, owner, home, live })
    return { world: { files: new Files([work, ...trees]), shell: shell ?? noShell }, shell }
  }

  #tidy(): void {
    const { report } = this.#options
    this.#tidying = this.#tidying
      .then(() => Promise.all([this.#endIdle(), this.#removeOldScratch()]))
      .then(
        () => undefined,
        (error: unknown) => report('scratch files could not be tidied', error),
      )
  }

  async #endIdle(): Promise<void> {
    const oldest = this.#options.clock() - idleMs
    for (const [id, { made, usedAt }] of this.#kept) {
      if (usedAt > oldest) return
      this.#kept.delete(id)
      await this.#close(made)
    }
  }

  async #removeOldScratch(): Promise<void> {
    const { directory, clock } = this.#options
    const names = await readdir(directory).catch(() => [])
    for (const name of names.filter((one) => one.startsWith('sesn_') && !this.#kept.has(one))) {
      const home = join(directory, name)
      const { mtimeMs } = await stat(home)
      if (mtimeMs < clock() - scratchMs) await removeTree(home)
    }
  }

  /** What does not end well is told and holds nobody up. */
  async #close(made: Promise<Made>): Promise<void> {
    try {
      const { shell } = await made
      await shell?.[Symbol.asyncDispose]()
    } catch (error) {
      this.#options.report('a shell did not end well', error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#tidying
    await Promise.all(Array.from(this.#kept.values(), ({ made }) => this.#close(made)))
    this.#kept.clear()
  }
}

const noShell: Shell = {
  run: () => Promise.reject(new ToolFailure('there is no sandbox on this server')),
  restart: () => Promise.resolve(),
}
