// A store in memory, kept by the decisions of the domain alone: what every engine has to equal.
import { unreachable } from '../../src/domain/assert.ts'
import type { Problem } from '../../src/domain/errors.ts'
import type { MemoryCommand } from '../../src/domain/memory/command.ts'
import {
  decideCreate,
  decideDelete,
  decideUpdate,
  type Decision,
  type VersionWrite,
} from '../../src/domain/memory/decide.ts'
import type { Head } from '../../src/domain/memory/memory.ts'
import { decideMove } from '../../src/domain/memory/move.ts'
import { isWithin, overlaps, type Path } from '../../src/domain/memory/path.ts'
import { compareBytes } from '../../src/domain/text.ts'
import { facts } from './facts.ts'

export type Result = { readonly refused: Problem } | { readonly writes: readonly VersionWrite[] }

export class Model {
  /** Live memories by the sequence of their first change. */
  readonly heads = new Map<number, Head>()
  readonly history: VersionWrite[] = []

  /** The live memories in byte order of their paths. */
  get live(): Head[] {
    return [...this.heads.values()].sort((a, b) => compareBytes(a.path, b.path))
  }

  get bytes(): number {
    return this.live.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }

  apply(command: MemoryCommand): Result {
    const decision = this.#decide(command)
    if (decision.kind === 'refused') return { refused: decision.problem }
    const writes = decision.kind === 'changed' ? decision.writes : []
    for (const write of writes) {
      this.history.push(write)
      if (write.kind === 'deleted') this.heads.delete(write.before.firstSeq)
      else this.heads.set(write.after.firstSeq, write.after)
    }
    return { writes }
  }

  #decide(command: MemoryCommand): Decision<unknown> {
    const seq = this.history.length + 1
    const given = { ...facts(), seq, now: seq * 10 }
    switch (command.type) {
      case 'create_memory':
        return decideCreate({ ...given, blocker: this.#blocker(command.path) }, command)
      case 'update_memory': {
        const memory = this.#target(command.target)
        const blocker = command.path && this.#blocker(command.path, memory)
        return decideUpdate({ ...given, memory, blocker }, command)
      }
      case 'delete_memory':
        return decideDelete({ ...given, memory: this.#target(command.target) }, command)
      case 'move_tree': {
        const moving = this.live.filter(({ path }) => isWithin(path, command.from))
        const inTheWay = this.live.filter((head) => !moving.includes(head))
        return decideMove({ ...given, moving, inTheWay }, command)
      }
      default:
        return unreachable(command)
    }
  }

  #target(target: { readonly memoryId: string } | { readonly path: Path }): Head | undefined {
    return this.live.find(({ path }) => 'path' in target && path === target.path)
  }

  #blocker(path: Path, except?: Head): Head | undefined {
    return this.live.find((head) => head !== except && overlaps(head.path, path))
  }
}
