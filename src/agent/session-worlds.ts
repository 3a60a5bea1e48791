import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Api } from '../api.ts'
import type { Session } from '../domain/session/session.ts'
import { Files, workRoot } from './files/files.ts'
import { memoryTree } from './files/memory-tree.ts'
import { ToolFailure } from './files/tool-failure.ts'
import { workTree } from './files/work-tree.ts'
import type { Sandbox, SandboxShell } from './sandbox/sandbox.ts'
import type { Shell, World } from './tools/tool.ts'

export interface WorldOptions {
  /** Every verb for a session as the caller. */
  readonly apiFor: (session: Session) => Api
  /** Scratch directories are made in it. */
  readonly directory: string
  /** undefined: there is no shell. */
  readonly sandbox: Sandbox | undefined
}

/** Sessions kept ready after they came to rest, the least recently used given up first. */
const keptMax = 200

interface Kept {
  readonly world: World
  readonly shell: SandboxShell | undefined
}

/** What the tools of each session work with: kept from turn to turn, so that a shell stays. */
export class SessionWorlds implements AsyncDisposable {
  readonly #options: WorldOptions
  readonly #kept = new Map<string, Promise<Kept>>()

  constructor(options: WorldOptions) {
    this.#options = options
  }

  async open(session: Session): Promise<World> {
    const known = this.#kept.get(session.id) ?? this.#make(session)
    // Last in the map is last to go.
    this.#kept.delete(session.id)
    this.#kept.set(session.id, known)
    try {
      return (await known).world
    } catch (error) {
      this.#kept.delete(session.id)
      throw error
    } finally {
      await this.#giveUpOldest()
    }
  }

  async #make(session: Session): Promise<Kept> {
    const { apiFor, directory, sandbox } = this.#options
    const api = apiFor(session)
    const scratch = join(directory, session.id, 'workspace')
    // Passable by whoever the sandbox is, since only what is inside is its own.
    await mkdir(join(directory, session.id), { recursive: true })
    await chmod(join(directory, session.id), 0o711)
    await mkdir(scratch, { recursive: true, mode: 0o700 })
    const owner = await sandbox?.prepare(scratch)
    const attached = session.stores.map(({ storeId, access, mountPath }) => {
      return { storeId, access, mountPath }
    })
    const trees = attached.map((one) => memoryTree(api, one))
    const work = workTree({ directory: scratch, at: workRoot, owner })
    const home = join(directory, session.id)
    const shell = sandbox?.open({ api, attached, scratch, owner, home })
    return { world: { files: new Files([work, ...trees]), shell: shell ?? noShell }, shell }
  }

  async #giveUpOldest(): Promise<void> {
    for (const [id, kept] of this.#kept) {
      if (this.#kept.size <= keptMax) return
      this.#kept.delete(id)
      await close(kept)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#kept.values(), close))
    this.#kept.clear()
  }
}

async function close(kept: Promise<Kept>): Promise<void> {
  const known = await kept.catch(() => undefined)
  await known?.shell?.[Symbol.asyncDispose]()
}

const noShell: Shell = {
  run: () => Promise.reject(new ToolFailure('there is no sandbox on this server')),
  restart: () => Promise.resolve(),
}
