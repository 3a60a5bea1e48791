import { errnoName, type Errno } from './errno.ts'

/**
 * Something a writer should know: a write that was refused, or a conflict and what became of it.
 */
export interface Problem {
  readonly at: number
  readonly path: string
  /** What the program heard; undefined when it heard nothing, because it was gone by then. */
  readonly errno: Errno | undefined
  readonly reason: string
}

const keptMax = 50

/**
 * The last refusals and conflicts of a mount, for `.palimpsest/problems` and `palimpsest status`.
 */
export class Problems {
  #kept: Problem[] = []
  readonly #clock: () => number

  constructor(clock: () => number) {
    this.#clock = clock
  }

  add(path: string, reason: string, errno?: Errno): void {
    const at = this.#clock()
    const last = this.#kept.at(-1)
    // A program that tries again and again is told once.
    if (last?.path === path && last.reason === reason) this.#kept.pop()
    this.#kept = [...this.#kept.slice(1 - keptMax), { at, path, errno, reason }]
  }

  get all(): readonly Problem[] {
    return this.#kept
  }

  /** One line each, newest last. */
  get text(): string {
    return this.#kept.map((problem) => `${problemLine(problem)}\n`).join('')
  }
}

export function problemLine({ at, path, errno, reason }: Problem): string {
  const code = errno === undefined ? 'note' : errnoName(errno)
  return `${new Date(at).toISOString()} ${code} ${path}: ${reason}`
}
