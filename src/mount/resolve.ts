import type { BatchOperation } from '../api.ts'
import { DomainError, type Problem } from '../domain/errors.ts'
import type { MemoryId } from '../domain/ids.ts'
import { contentBytesMax } from '../domain/memory/content.ts'
import type { Memory } from '../domain/memory/memory.ts'
import { append, appended, mergeTexts } from '../domain/memory/merge.ts'
import { errno, errnoOf, Refusal } from './errno.ts'
import { codeOf, onlyMemory, type Applied, type Link, type Reading } from './link.ts'
import { conflictPath } from './names.ts'
import { inBatch, type Operation, type Put } from './operation.ts'
import type { Identity } from './tree.ts'
import type { ConflictPolicy } from './view.ts'

// One operation that the store refused because somebody else was there first: brought together with
// what he wrote, or kept beside it. Nothing is dropped, and the writer is told.

export interface Resolver {
  readonly link: Link
  readonly policy: ConflictPolicy
  readonly clock: () => number
  readonly note: (path: string, sentence: string) => void
}

/** A memory as an operation left it. */
export interface Commit {
  /** Undefined: a memory that no file of the mount is yet. */
  readonly identity: Identity | undefined
  readonly memory: Memory
  /** Undefined: its text did not change. */
  readonly text: Buffer | undefined
  /** The sequence by which it is so. */
  readonly seq: number
}

export interface Gone {
  readonly identity: Identity
  readonly seq: number
}

export interface Outcome {
  readonly commits: readonly Commit[]
  readonly deleted: readonly Gone[]
}

/** The sequence by which all of it was so; 0 where nothing came of it. */
export function seqOf({ commits, deleted }: Outcome): number {
  return [...commits, ...deleted].reduce((most, { seq }) => Math.max(most, seq), 0)
}

const attemptsMax = 10

/**
 * Carries out one operation by itself, conflicts included.
 * @throws Refusal when it cannot be; whatever is passing, as it came
 */
export async function resolve(resolver: Resolver, operation: Operation): Promise<Outcome> {
  try {
    if (operation.type === 'put') return await resolvePut(resolver, operation)
    const applied = await resolver.link.apply(inBatch(operation, new Set()))
    return outcomeOf(operation, applied)
  } catch (error) {
    return refuse(resolver, operation, error)
  }
}

/** What a batch that carried out the operation says of it. */
export function outcomeOf(operation: Operation, { results, seq }: Applied): Outcome {
  const memories = results.flatMap((result) => {
    if (result.type === 'deleted') return []
    return result.type === 'memory' ? [result.memory] : result.memories
  })
  const commit = (memory: Memory, identity?: Identity, text?: Buffer): Commit => ({
    identity,
    memory,
    text,
    seq,
  })
  switch (operation.type) {
    case 'put': {
      const { identity, content, consumed } = operation
      const commits = memories.map((memory) => commit(memory, identity, content.bytes))
      return { commits, deleted: consumed ? [{ identity: consumed.identity, seq }] : [] }
    }
    case 'rename': {
      const { identity } = operation
      return { commits: memories.map((memory) => commit(memory, identity)), deleted: [] }
    }
    case 'delete':
      return { commits: [], deleted: [{ identity: operation.identity, seq }] }
    case 'move':
    case 'exchange': {
      // A memory named twice ends as its last answer says.
      const last = new Map(memories.map((memory) => [memory.id, memory]))
      return { commits: [...last.values()].map((memory) => commit(memory)), deleted: [] }
    }
  }
}

const nothing: Outcome = { commits: [], deleted: [] }

function refuse({ note }: Resolver, operation: Operation, error: unknown): Outcome {
  const code = codeOf(error)
  if (operation.type === 'delete' && code === 'not_found') {
    return { ...nothing, deleted: [{ identity: operation.identity, seq: 0 }] }
  }
  if (operation.type === 'delete' && code === 'precondition_failed') {
    note(operation.path, 'not deleted: somebody else changed it meanwhile')
    return nothing
  }
  if (operation.type === 'rename' && code === 'not_found') {
    note(operation.from, 'not renamed: somebody else deleted it meanwhile')
    return { ...nothing, deleted: [{ identity: operation.identity, seq: 0 }] }
  }
  if (error instanceof DomainError) throw new Refusal(errnoOf[error.code], error.message)
  throw error
}

async function resolvePut(resolver: Resolver, put: Put): Promise<Outcome> {
  let goal: Goal = { path: put.path, memory: put.identity.memory }
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const current = goal.memory && (await resolver.link.readOne(goal.memory))
    try {
      if (current === undefined) return await create(resolver, put, goal.path)
      return await meet(resolver, put, current)
    } catch (error) {
      const problem = error instanceof DomainError ? error.problem : undefined
      if (problem?.code === 'precondition_failed') continue
      // Deleted between the reading and the writing.
      if (problem?.code === 'not_found' && current !== undefined) {
        goal = { ...goal, memory: undefined }
        continue
      }
      if (problem?.code !== 'path_conflict') throw error
      goal = nextGoal(resolver, put, { goal, problem, attempt })
    }
  }
  throw new Refusal(errno.stale, `others keep changing ${goal.path}: ${attemptsMax} tries failed`)
}

/** Where a text is to go: into a memory, or to a path where none is. */
interface Goal {
  readonly path: string
  readonly memory: MemoryId | undefined
}

interface InTheWay {
  readonly goal: Goal
  readonly problem: Extract<Problem, { readonly code: 'path_conflict' }>
  readonly attempt: number
}

/** A memory at the very path is met; one that makes the path impossible is evaded. */
function nextGoal(resolver: Resolver, put: Put, { goal, problem, attempt }: InTheWay): Goal {
  if (problem.conflictingPath === goal.path) {
    return { path: goal.path, memory: problem.conflictingMemoryId as MemoryId }
  }
  if (resolver.policy === 'fail') throw conflict(goal.path)
  const isAncestor = put.path.startsWith(`${problem.conflictingPath}/`)
  const blocked = isAncestor ? problem.conflictingPath : put.path
  const free = conflictPath(blocked, new Date(resolver.clock()), attempt)
  const path = free + put.path.slice(blocked.length)
  resolver.note(put.path, `${problem.message}; your text is at ${path}`)
  return { path, memory: undefined }
}

function conflict(path: string): Refusal {
  return new Refusal(errno.stale, `somebody else changed ${path} meanwhile (--on-conflict fail)`)
}

/** A new memory, also where the old one was deleted meanwhile: what was written is not lost. */
async function create(resolver: Resolver, put: Put, path: string): Promise<Outcome> {
  if (put.identity.memory !== undefined && resolver.policy === 'fail') throw conflict(path)
  const content = put.content.bytes.toString()
  const applied = await resolver.link.apply([{ type: 'create', path, content }])
  const { identity, content: text } = put
  const memory = onlyMemory(applied)
  return finish(resolver, put, [{ identity, memory, text: text.bytes, seq: applied.seq }])
}

/** Their text is there: ours goes into it, or beside it. */
async function meet(resolver: Resolver, put: Put, theirs: Reading): Promise<Outcome> {
  const { policy } = resolver
  const ours = put.content.bytes.toString()
  const { identity } = put
  const { memory, text, seq } = theirs
  const asTheyHave: Commit = { identity, memory, text: Buffer.from(text), seq }
  if (ours === text) return finish(resolver, put, [asTheyHave])
  const base = put.base?.bytes.toString() ?? ''
  if (base === text && put.base !== undefined) return write(resolver, put, { theirs, text: ours })
  if (policy === 'fail') throw conflict(memory.path)
  const merged = policy === 'merge' ? mergeInto(put, text) : undefined
  if (merged === undefined || Buffer.byteLength(merged) > contentBytesMax) {
    return keepBoth(resolver, put, asTheyHave)
  }
  return write(resolver, put, { theirs, text: merged })
}

/** Our edit made to their text; undefined where both changed the same lines. */
export function mergeInto(put: Put, theirs: string): string | undefined {
  const base = put.base?.bytes.toString() ?? ''
  const ours = put.content.bytes.toString()
  const added = put.isAppended ? appended(base, ours) : undefined
  return added === undefined ? mergeTexts(base, ours, theirs) : append(base, theirs, added)
}

async function write(
  resolver: Resolver,
  put: Put,
  { theirs, text }: { readonly theirs: Reading; readonly text: string },
): Promise<Outcome> {
  const { id, sha256 } = theirs.memory
  const update: BatchOperation = {
    type: 'update',
    target: { memoryId: id },
    content: text,
    expectedSha256: sha256,
  }
  const applied = await resolver.link.apply([update])
  const { identity } = put
  const memory = onlyMemory(applied)
  return finish(resolver, put, [{ identity, memory, text: Buffer.from(text), seq: applied.seq }])
}

/** Theirs stays where it is; ours gets a name beside it. */
async function keepBoth(resolver: Resolver, put: Put, theirs: Commit): Promise<Outcome> {
  const at = new Date(resolver.clock())
  for (let attempt = 1; ; attempt += 1) {
    const path = conflictPath(theirs.memory.path, at, attempt)
    try {
      const content = put.content.bytes.toString()
      const applied = await resolver.link.apply([{ type: 'create', path, content }])
      const { seq } = applied
      const text = put.content.bytes
      const ours: Commit = { identity: undefined, memory: onlyMemory(applied), text, seq }
      const sentence = `somebody else changed the same lines; your text is at ${path}`
      resolver.note(theirs.memory.path, sentence)
      return await finish(resolver, put, [theirs, ours])
    } catch (error) {
      if (codeOf(error) !== 'path_conflict' || attempt === attemptsMax) throw error
    }
  }
}

/** The memory that was renamed over this one ends, once its text is safe. */
async function finish(
  { link, note }: Resolver,
  { consumed }: Put,
  commits: readonly Commit[],
): Promise<Outcome> {
  if (consumed === undefined) return { commits, deleted: [] }
  const { identity, path } = consumed
  const { memory } = identity
  const target = memory === undefined ? { path } : { memoryId: memory }
  try {
    const { seq } = await link.apply([{ type: 'delete', target }])
    return { commits, deleted: [{ identity, seq }] }
  } catch (error) {
    if (codeOf(error) !== 'not_found') throw error
    note(path, 'already deleted by somebody else')
    return { commits, deleted: [{ identity, seq: 0 }] }
  }
}
