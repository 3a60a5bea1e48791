import { ancestors, type Path } from '../domain/memory/path.ts'

/** The paths of live memories, with the rule that a name is a memory or a directory, never both. */
export class LiveTree {
  readonly #paths = new Set<Path>()
  /** How many memories live below each directory, by its path without the slash behind it. */
  readonly #below = new Map<Path, number>()

  get size(): number {
    return this.#paths.size
  }

  /** The path that is in the way of this one; of a directory, the directory itself. */
  blockerOf(path: Path): Path | undefined {
    if (this.#paths.has(path) || this.#below.has(path)) return path
    return ancestors(path).find((ancestor) => this.#paths.has(ancestor))
  }

  add(path: Path): void {
    if (this.#paths.has(path)) return
    this.#paths.add(path)
    for (const ancestor of ancestors(path)) {
      this.#below.set(ancestor, (this.#below.get(ancestor) ?? 0) + 1)
    }
  }

  remove(path: Path): void {
    if (!this.#paths.delete(path)) return
    for (const ancestor of ancestors(path)) {
      const left = (this.#below.get(ancestor) ?? 0) - 1
      if (left > 0) this.#below.set(ancestor, left)
      else this.#below.delete(ancestor)
    }
  }

  /** How many memories live below a directory that ends with "/". */
  countBelow(prefix: string): number {
    if (prefix === '/') return this.#paths.size
    return this.#below.get(prefix.slice(0, -1) as Path) ?? 0
  }
}
