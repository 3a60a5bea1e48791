import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Matcher } from '../domain/forget/words.ts'
import type { SessionId } from '../domain/ids.ts'
import type { LeftFiles, SessionFiles } from '../domain/session/session-files.ts'
import { readBytes, removeTree, someBelow } from './files/work-tree.ts'

/** Names below the directory of a session. */
export const scratchName = 'workspace'
export const copiesName = 'memory'

/** What is longer, or cannot be read, is taken for something that holds the text. */
const bytesMax = 64 * 1_048_576

const unreadable = { kind: 'too_large' } as const

/** Where the worlds of sessions are made, whether or not this process makes any. */
export class FilesOnDisk implements SessionFiles {
  readonly #root: string
  #endShell: (sessionId: string) => Promise<void> = async () => undefined

  /** @param root its directories are named by ids of sessions */
  constructor(root: string) {
    this.#root = root
  }

  /** Whoever runs shells here has to end one before its files go. */
  endShellsBy(end: (sessionId: string) => Promise<void>): void {
    this.#endShell = end
  }

  async sessions(): Promise<readonly SessionId[]> {
    const names = (await this.#isOurs()) ? await namesIn(this.#root) : []
    return names.filter((name): name is SessionId => name.startsWith('sesn_'))
  }

  async find(sessionId: SessionId, matcher: Matcher): Promise<LeftFiles | undefined> {
    const home = join(this.#root, sessionId)
    if (await holds(join(home, scratchName), matcher)) return 'scratch'
    for (const name of await namesIn(join(home, copiesName))) {
      if (await holds(join(home, copiesName, name), matcher)) return 'copies'
    }
    return undefined
  }

  async remove(sessionId: SessionId, files: LeftFiles): Promise<void> {
    if (!(await this.#isOurs())) return
    const home = join(this.#root, sessionId)
    await this.#endShell(sessionId)
    for (const name of await namesIn(join(home, copiesName))) {
      await unlessGone(removeTree(join(home, copiesName, name)))
    }
    if (files === 'copies') return
    await unlessGone(removeTree(join(home, scratchName)))
    await rm(home, { recursive: true, force: true })
  }

  /** Root's is among temporary files: who made it first could lead root anywhere with its names. */
  async #isOurs(): Promise<boolean> {
    if (process.getuid?.() !== 0) return true
    const found = await lstat(this.#root).catch((error: unknown) => {
      if (!isGone(error)) throw error
    })
    return found?.isDirectory() === true && found.uid === 0
  }
}

async function holds(directory: string, matcher: Matcher): Promise<boolean> {
  const place = { directory, at: '' }
  const bears = async (path: string) => {
    if (matcher.holds(path)) return true
    const found = await readBytes(place, path, bytesMax).catch(() => unreadable)
    if (found.kind === 'too_large') return true
    return found.kind === 'bytes' && matcher.holds(found.bytes.toString('utf8'))
  }
  return someBelow(directory, bears).catch((error: unknown) => {
    if (isGone(error)) return false
    throw error
  })
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: unknown) => {
    if (isGone(error)) return []
    throw error
  })
}

async function unlessGone(removal: Promise<void>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
}

function isGone(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT'
}
