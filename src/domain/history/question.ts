import type { ActorId } from '../caller.ts'
import type { Head } from '../memory/memory.ts'
import type { Path } from '../memory/path.ts'
import type { Chain, Lineage, OtherDeed } from './lineage.ts'
import type { MomentFacts, MomentInput } from './moment.ts'

// What is undone depends on facts, and which facts are needed depends on those before. So a
// decision is a generator: it asks, the engine answers from inside the store's scope.

export interface Answers {
  moment: MomentFacts
  changed_since: readonly Lineage[]
  lineage: Lineage | undefined
  version: Lineage | undefined
  deeds: Deeds
  chain: Chain | undefined
  texts: ReadonlyMap<number, string>
  in_the_way: readonly Blocked[]
}

export type Question =
  | { readonly type: 'moment'; readonly input: MomentInput }
  /** Every memory with a version above this sequence, and its state at it. */
  | { readonly type: 'changed_since'; readonly seq: number }
  /** One memory, and its state at a sequence. */
  | { readonly type: 'lineage'; readonly memoryId: string; readonly seq: number }
  /** The memory of a version, and that version as its state. */
  | { readonly type: 'version'; readonly versionId: string }
  /** What an actor did from one sequence to another, both inclusive. */
  | { readonly type: 'deeds'; readonly actor: ActorId; readonly from: number; readonly to: number }
  /** A memory's versions from the one before a sequence on. */
  | { readonly type: 'chain'; readonly firstSeq: number; readonly from: number }
  /** The texts of versions, by their sequence; redacted ones are left out. */
  | { readonly type: 'texts'; readonly seqs: readonly number[] }
  /** Live memories at, above or below paths, other than those whose first sequences are named. */
  | {
      readonly type: 'in_the_way'
      readonly paths: readonly Path[]
      readonly except: ReadonlySet<number>
    }

export interface Deeds {
  /** Memories that the actor wrote: their first sequence and the actor's first write to them. */
  readonly written: readonly { readonly firstSeq: number; readonly from: number }[]
  readonly others: readonly OtherDeed[]
}

/** A path, and the first live memory in byte order that keeps it from being taken. */
export interface Blocked {
  readonly path: Path
  readonly by: Head
}

export type Asking<Value> = Generator<Question, Value, unknown>

/** One question, and its answer. */
export function* ask<Q extends Question>(question: Q): Asking<Answers[Q['type']]> {
  return (yield question) as Answers[Q['type']]
}
