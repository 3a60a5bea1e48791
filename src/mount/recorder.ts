import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MountJournal } from './journal.ts'
import type { Consumed, Operation } from './operation.ts'
import type { Fact, OperationFact } from './record.ts'
import { RecordFile, type Entry } from './record-file.ts'
import { textOf } from './text.ts'
import type { Committed } from './replica.ts'
import type { Base, File, Identity, Node } from './tree.ts'
import type { ViewOptions } from './view.ts'

/** Beyond this the file is written anew with what still matters. */
const rewriteBytes = 16 * 1_048_576

/**
 * Writes down what a next worker has to know: the files the kernel knows by number, texts that no
 * version holds yet, and operations the server has not confirmed.
 */
export class Recorder implements MountJournal {
  readonly #file: RecordFile
  readonly #refusedDirectory: string
  readonly #texts = new Set<string>()
  readonly #numbers = new Map<Operation, number>()
  #identities = new WeakMap<Identity, number>()
  #nextOperation = 1
  /** What was left when it was last written anew. */
  #bytesBefore = 0
  #nextIdentity = 1
  #batch: Entry[] | undefined

  /** @param directory its own, readable by its owner alone */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.#file = new RecordFile(join(directory, 'journal'))
    this.#refusedDirectory = join(directory, 'refused')
  }

  get isDue(): boolean {
    return this.#file.size > rewriteBytes + 2 * this.#bytesBefore
  }

  /** Starts over: everything that `tell` records replaces the file, all or nothing. */
  rewrite(tell: () => void): void {
    this.#texts.clear()
    this.#numbers.clear()
    this.#identities = new WeakMap()
    this.#batch = []
    tell()
    this.#file.replace(this.#batch)
    this.#batch = undefined
    this.#bytesBefore = this.#file.size
  }

  /** Writes what `tell` records at once: a kill leaves all of it, or nothing. */
  inOne<Value>(tell: () => Value): Value {
    if (this.#batch !== undefined) return tell()
    const batch: Entry[] = []
    this.#batch = batch
    try {
      return tell()
    } finally {
      this.#batch = undefined
      this.#file.append(batch)
    }
  }

  #add(fact: Fact, bytes?: Buffer): void {
    const entry: Entry = { fact: { ...fact }, bytes }
    if (this.#batch === undefined) this.#file.append([entry])
    else this.#batch.push(entry)
  }

  attached(node: Node): void {
    const { id, name, parent } = node
    const place = { node: id, parent: parent?.id ?? 0, name, cookie: node.cookie }
    if (node.type === 'directory') {
      this.#add({ type: 'directory', ...place, isKept: node.isKept })
      return
    }
    const { base, isHeld, isScratch, identity } = node
    const what = { identity: this.#number(identity), sha256: base?.sha256 ?? null }
    this.#add({ type: 'file', ...place, ...what, isHeld, isScratch })
  }

  changed(file: File): void {
    if (file.parent !== undefined) this.attached(file)
  }

  detached(node: Node): void {
    if (node.type === 'file' && node.lookups > 0) {
      // Whoever has it open reads on, from the next worker too.
      this.#add({ type: 'loose', node: node.id, path: node.replacedAt ?? null }, textOf(node))
    } else this.#add({ type: 'gone', node: node.id })
  }

  committed(memory: Committed): void {
    this.#text(memory)
    const { id, path, sha256, seq, updatedAtMs: at } = memory
    this.#add({ type: 'memory', id, path, sha256, seq, at })
  }

  uncommitted(id: string, seq: number): void {
    this.#add({ type: 'forgotten', id, seq })
  }

  applied(seq: number): void {
    this.#add({ type: 'applied', seq })
  }

  server({ limits, hasBatches }: ViewOptions): void {
    this.#add({ type: 'limits', ...limits, isNative: hasBatches })
  }

  /** Numbers below were given out, also to files that are gone. */
  next(node: number): void {
    this.#add({ type: 'next', node })
  }

  dropped(id: number): void {
    this.#add({ type: 'gone', node: id })
  }

  claimed(file: File): void {
    this.#add({ type: 'claim', node: file.id, identity: this.#number(file.identity) })
  }

  identified(identity: Identity): void {
    const { memory } = identity
    if (memory === undefined) return
    this.#add({ type: 'identity', identity: this.#number(identity), memory })
  }

  aside(file: File): void {
    const { setAside } = file
    if (setAside === undefined) return
    const { from, over } = setAside
    this.#text(over?.base)
    const overIdentity = over === undefined ? null : this.#number(over.identity)
    const overSha256 = over?.base?.sha256 ?? null
    this.#add({ type: 'aside', node: file.id, from, overIdentity, overSha256 })
  }

  shown({ id: node, shown }: Node): void {
    if (!shown.isSet) return
    const { mode, uid, gid, atimeMs, mtimeMs, ctimeMs } = shown
    this.#add({ type: 'shown', node, mode, uid, gid, atimeMs, mtimeMs, ctimeMs })
  }

  wrote(file: File, offset: number, data: Buffer): void {
    this.#text(file.base)
    this.#add({ type: 'write', node: file.id, offset }, data)
  }

  truncated(file: File): void {
    this.#text(file.base)
    this.#add({ type: 'truncate', node: file.id, size: file.size })
  }

  /** A text whole, where its writes are not known one by one. */
  dirty(file: File): void {
    this.#text(file.base)
    this.#add({ type: 'dirty', node: file.id }, textOf(file))
  }

  /** The text it shows, which the server may not have yet. */
  text(file: File): void {
    this.#text(file.base)
  }

  staged(file: File): void {
    this.#add({ type: 'staged', node: file.id })
  }

  unstaged(file: File): void {
    this.#add({ type: 'clean', node: file.id, sha256: file.base?.sha256 ?? null })
  }

  submitted(operation: Operation, after: number): void {
    const number = this.#nextOperation
    this.#nextOperation += 1
    this.#numbers.set(operation, number)
    if (operation.type === 'put') {
      this.#text(operation.base)
      this.#text(operation.content)
    }
    const fact = this.#fact(operation)
    this.#add({ type: 'submit', number, after, operation: fact })
  }

  settled(operation: Operation, seq: number): void {
    const number = this.#numbers.get(operation)
    this.#numbers.delete(operation)
    if (number !== undefined) this.#add({ type: 'settle', number, seq })
  }

  #text(base: Base | undefined): void {
    if (base === undefined || this.#texts.has(base.sha256)) return
    this.#texts.add(base.sha256)
    this.#add({ type: 'text', sha256: base.sha256 }, base.bytes)
  }

  #number(identity: Identity): number {
    const known = this.#identities.get(identity)
    if (known !== undefined) return known
    const number = this.#nextIdentity
    this.#nextIdentity += 1
    this.#identities.set(identity, number)
    if (identity.memory !== undefined) {
      this.#add({ type: 'identity', identity: number, memory: identity.memory })
    }
    return number
  }

  #fact(operation: Operation): OperationFact {
    const end = ({ identity, path }: Consumed) => ({ identity: this.#number(identity), path })
    switch (operation.type) {
      case 'put': {
        const { path, content, base, isAppended, consumed } = operation
        return {
          type: 'put',
          identity: this.#number(operation.identity),
          path,
          content: content.sha256,
          base: base?.sha256 ?? null,
          isAppended,
          consumed: consumed === undefined ? null : end(consumed),
        }
      }
      case 'rename':
      case 'delete':
        return {
          ...operation,
          sha256: null,
          ...shaOf(operation),
          identity: this.#number(operation.identity),
        }
      case 'move': {
        const identities = operation.identities.map((identity) => this.#number(identity))
        return { ...operation, identities }
      }
      case 'exchange':
        return { type: 'exchange', left: end(operation.left), right: end(operation.right) }
    }
  }

  sync(): Promise<void> {
    return this.#file.sync()
  }

  keepRefused(path: string, text: Buffer): string | undefined {
    mkdirSync(this.#refusedDirectory, { recursive: true, mode: 0o700 })
    const name = `${Date.now()}-${path.slice(path.lastIndexOf('/') + 1)}`.slice(0, 200)
    const place = join(this.#refusedDirectory, name)
    writeFileSync(place, text, { mode: 0o600 })
    return place
  }

  close(): void {
    this.#file.close()
  }
}

function shaOf(operation: Operation): { readonly sha256?: string } {
  if (operation.type !== 'delete' || operation.sha256 === undefined) return {}
  return { sha256: operation.sha256 }
}
