import { posix } from 'node:path'
import { ToolFailure } from './tool-failure.ts'
import type { Entry, Tree } from './tree.ts'

/** Where the stores stand; nothing but stores can be below it. */
export const memoryRoot = '/mnt/memory'
/** Where relative paths begin: scratch space that ends with the session. */
export const workRoot = '/workspace'

/** A path of the agent, found: which tree, and where below it. */
export interface Place {
  readonly tree: Tree
  /** Begins with "/"; "" is the tree itself. */
  readonly path: string
}

/** What one agent sees: its scratch space and its stores. */
export class Files {
  readonly #trees: readonly Tree[]

  constructor(trees: readonly Tree[]) {
    this.#trees = trees
  }

  /** @throws ToolFailure where the path is in none of the trees */
  resolve(given: string): Place {
    if (given.includes('\0')) throw new ToolFailure('a path must not contain NUL')
    const full = absolute(given)
    for (const tree of this.#trees) {
      if (full === tree.at) return { tree, path: '' }
      if (full.startsWith(`${tree.at}/`)) return { tree, path: full.slice(tree.at.length) }
    }
    throw outside(given)
  }

  /** @throws ToolFailure where nothing can be written, with the reason */
  resolveToWrite(given: string): Place {
    const place = this.resolve(given)
    if (!place.tree.isWritable) {
      throw new ToolFailure(`${given} is inside read-only directory ${place.tree.at}`)
    }
    if (place.path === '') throw new ToolFailure(`${given} is a directory`)
    return place
  }

  /** Every file at or below a path; above the stores, those of every store. */
  async list(given: string): Promise<readonly Listed[]> {
    const full = absolute(given)
    if (full !== memoryRoot) {
      const { tree, path } = this.resolve(given)
      return (await tree.list(path)).map((entry) => ({ ...entry, tree }))
    }
    const stores = this.#trees.filter(({ isMemory }) => isMemory)
    const lists = await Promise.all(
      stores.map(async (tree) => (await tree.list('')).map((entry) => ({ ...entry, tree }))),
    )
    return lists.flat()
  }
}

export interface Listed extends Entry {
  readonly tree: Tree
}

/** An agent's path without ".", ".." and doubled "/": a name, not yet a place. */
export function absolute(given: string): string {
  return posix.resolve(workRoot, given)
}

function outside(given: string): ToolFailure {
  const quoted = JSON.stringify(given)
  return new ToolFailure(
    `path ${quoted} is outside the session's working directory and its other permitted directories`,
    { isWhole: true },
  )
}
