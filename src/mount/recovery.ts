import type { MemoryId } from '../domain/ids.ts'
import type { Operation } from './operation.ts'
import type { Fact, OperationFact } from './record.ts'
import type { Entry } from './record-file.ts'
import type { Committed } from './replica.ts'
import type { Base, Identity } from './tree.ts'
import type { ViewOptions } from './view.ts'

type Shown = Extract<Fact, { type: 'shown' }>
type Times = Pick<Shown, 'atimeMs' | 'mtimeMs' | 'ctimeMs'>
type Set = Pick<Shown, 'mode' | 'uid' | 'gid'>

/** A file or directory as the worker before this one left it. */
export interface KnownNode {
  readonly id: number
  readonly type: 'file' | 'directory' | 'loose'
  readonly parent: number
  readonly name: string
  readonly cookie: number
  readonly isKept: boolean
  readonly isHeld: boolean
  readonly isScratch: boolean
  readonly identity: number | undefined
  readonly sha256: string | undefined
  /** A text that no version holds. */
  readonly text: Buffer | undefined
  /** What a program set; its times only until the next write. */
  readonly shown: (Partial<Times> & Set) | undefined
  /** The text was closed, so it is owed to the store. */
  readonly isStaged: boolean
  readonly replacedAt: string | undefined
  readonly aside:
    | {
        readonly from: string
        readonly over: number | undefined
        readonly sha256: string | undefined
      }
    | undefined
}

/** What a journal tells. */
export interface Recovered {
  readonly nodes: ReadonlyMap<number, KnownNode>
  readonly texts: ReadonlyMap<string, Base>
  readonly operations: readonly Operation[]
  /** The store as of a sequence; undefined where the journal does not have all of it. */
  readonly store: RecoveredStore | undefined
  /** No operation can have happened before this sequence; undefined without operations. */
  readonly after: number | undefined
  readonly nextNode: number
  identity(number: number): Identity
}

export interface RecoveredStore {
  readonly memories: readonly Committed[]
  readonly seq: number
  readonly limits: ViewOptions['limits']
  readonly isNative: boolean
}

const nothing = {
  parent: 0,
  name: '',
  cookie: 0,
  isKept: false,
  isHeld: false,
  isScratch: false,
  identity: undefined,
  sha256: undefined,
  text: undefined,
  shown: undefined,
  isStaged: false,
  replacedAt: undefined,
  aside: undefined,
}

export function recover(entries: readonly Entry[]): Recovered {
  const reader = new Reader()
  for (const { fact, bytes } of entries) reader.take(fact as unknown as Fact, bytes)
  return reader.recovered()
}

/** A write ends what was set of its times. */
function written(known: KnownNode): KnownNode {
  const { mode, uid, gid } = known.shown ?? {}
  const isSet = mode !== undefined && uid !== undefined && gid !== undefined
  return { ...known, isStaged: false, shown: isSet ? { mode, uid, gid } : undefined }
}

class Reader {
  readonly #nodes = new Map<number, KnownNode>()
  readonly #texts = new Map<string, Base>()
  readonly #identities = new Map<number, Identity>()
  readonly #pending = new Map<number, { readonly fact: OperationFact; readonly after: number }>()
  readonly #memories = new Map<string, Extract<Fact, { type: 'memory' }>>()
  #nextNode = 0
  #applied: number | undefined
  #limits: Extract<Fact, { type: 'limits' }> | undefined
  #settledSeq = 0

  take(fact: Fact, bytes: Buffer | undefined): void {
    if ('node' in fact) this.#nextNode = Math.max(this.#nextNode, fact.node + 1)
    switch (fact.type) {
      case 'text':
        this.#texts.set(fact.sha256, { sha256: fact.sha256, bytes: bytes ?? Buffer.alloc(0) })
        return
      case 'identity':
        this.#identity(fact.identity).memory = fact.memory as MemoryId
        return
      case 'submit':
        this.#pending.set(fact.number, { fact: fact.operation, after: fact.after })
        return
      case 'settle':
        this.#pending.delete(fact.number)
        this.#settledSeq = Math.max(this.#settledSeq, fact.seq)
        return
      case 'memory':
        this.#memories.set(fact.id, fact)
        return
      case 'forgotten':
        this.#memories.delete(fact.id)
        return
      case 'applied':
        this.#applied = fact.seq
        return
      case 'limits':
        this.#limits = fact
        return
      case 'next':
        return
      default:
        this.#takeNode(fact, bytes)
    }
  }

  #takeNode(fact: Extract<Fact, { readonly node: number }>, bytes: Buffer | undefined): void {
    const id = fact.node
    const known = this.#nodes.get(id)
    if (fact.type === 'gone') this.#nodes.delete(id)
    else if (fact.type === 'directory') {
      const shown = known?.shown
      this.#nodes.set(id, { ...nothing, id, ...fact, shown, type: 'directory' })
    } else if (fact.type === 'file') this.#takeFile(fact, known)
    else if (fact.type === 'loose') {
      const replacedAt = fact.path ?? undefined
      this.#nodes.set(id, { ...nothing, ...known, id, type: 'loose', replacedAt, text: bytes })
    } else if (known !== undefined && fact.type !== 'next') {
      this.#nodes.set(id, this.#changed(known, fact, bytes))
    }
  }

  #takeFile(fact: Extract<Fact, { type: 'file' }>, known: KnownNode | undefined): void {
    const { node: id, sha256 } = fact
    // Only its name changed: what was written to it is still there. A new file begins as a text.
    const isNew = sha256 === null && !fact.isScratch ? Buffer.alloc(0) : undefined
    const text = known?.type === 'file' ? known.text : isNew
    const isStaged = known?.isStaged ?? false
    this.#nodes.set(id, {
      ...nothing,
      ...fact,
      id,
      type: 'file',
      sha256: sha256 ?? undefined,
      text,
      shown: known?.shown,
      isStaged,
    })
  }

  #changed(known: KnownNode, fact: ChangeFact, bytes: Buffer = Buffer.alloc(0)): KnownNode {
    switch (fact.type) {
      case 'shown': {
        const { mode, uid, gid, atimeMs, mtimeMs, ctimeMs } = fact
        return { ...known, shown: { mode, uid, gid, atimeMs, mtimeMs, ctimeMs } }
      }
      case 'claim':
        return { ...known, identity: fact.identity }
      case 'write':
        return { ...written(known), text: this.#written(known, fact.offset, bytes) }
      case 'truncate':
        return { ...written(known), text: this.#resized(known, fact.size) }
      case 'dirty':
        return { ...known, isStaged: false, text: bytes }
      case 'staged':
        return { ...known, isStaged: true }
      case 'clean': {
        const sha256 = fact.sha256 ?? undefined
        return {
          ...known,
          isStaged: false,
          isHeld: false,
          text: undefined,
          sha256,
          aside: undefined,
        }
      }
      case 'aside': {
        const over = fact.overIdentity ?? undefined
        const aside = { from: fact.from, over, sha256: fact.overSha256 ?? undefined }
        return { ...known, aside }
      }
    }
  }

  #textOf({ text, sha256 }: KnownNode): Buffer {
    return (
      text ?? (sha256 === undefined ? undefined : this.#texts.get(sha256)?.bytes) ?? Buffer.alloc(0)
    )
  }

  #written(known: KnownNode, offset: number, data: Buffer): Buffer {
    const text = this.#resized(known, Math.max(this.#textOf(known).length, offset + data.length))
    data.copy(text, offset)
    return text
  }

  #resized(known: KnownNode, size: number): Buffer {
    const text = Buffer.alloc(size)
    this.#textOf(known).copy(text)
    return text
  }

  #identity(number: number): Identity {
    const known = this.#identities.get(number)
    if (known !== undefined) return known
    const made: Identity = { memory: undefined, file: undefined, pending: 0 }
    this.#identities.set(number, made)
    return made
  }

  recovered(): Recovered {
    const pending = [...this.#pending.values()]
    return {
      nodes: this.#nodes,
      texts: this.#texts,
      operations: pending.flatMap(({ fact }) => this.#operation(fact) ?? []),
      store: this.#store(),
      after: pending.length === 0 ? undefined : this.#after(pending.map(({ after }) => after)),
      nextNode: this.#nextNode,
      identity: (number) => this.#identity(number),
    }
  }

  /** They go one after another: what is pending came after what is settled. */
  #after(pending: readonly number[]): number {
    return Math.max(this.#settledSeq, Math.min(...pending))
  }

  #store(): RecoveredStore | undefined {
    if (this.#applied === undefined || this.#limits === undefined) return undefined
    const memories: Committed[] = []
    for (const { id, path, sha256, seq, at } of this.#memories.values()) {
      const bytes = this.#texts.get(sha256)?.bytes
      if (bytes === undefined) return undefined
      memories.push({ id: id as MemoryId, path, sha256, bytes, seq, updatedAtMs: at })
    }
    const { isNative, ...limits } = this.#limits
    return { memories, seq: this.#applied, limits, isNative }
  }

  #operation(fact: OperationFact): Operation | undefined {
    const end = ({ identity, path }: { readonly identity: number; readonly path: string }) => ({
      identity: this.#identity(identity),
      path,
    })
    switch (fact.type) {
      case 'put': {
        const content = this.#texts.get(fact.content)
        if (content === undefined) return undefined
        const base = fact.base === null ? undefined : this.#texts.get(fact.base)
        const consumed = fact.consumed === null ? undefined : end(fact.consumed)
        return { ...fact, identity: this.#identity(fact.identity), content, base, consumed }
      }
      case 'rename':
        return { ...fact, identity: this.#identity(fact.identity) }
      case 'delete':
        return {
          ...fact,
          identity: this.#identity(fact.identity),
          sha256: fact.sha256 ?? undefined,
        }
      case 'move':
        return { ...fact, identities: fact.identities.map((number) => this.#identity(number)) }
      case 'exchange':
        return { type: 'exchange', left: end(fact.left), right: end(fact.right) }
    }
  }
}

type ChangeFact = Exclude<
  Extract<Fact, { readonly node: number }>,
  { readonly type: 'gone' | 'directory' | 'file' | 'loose' | 'next' }
>
