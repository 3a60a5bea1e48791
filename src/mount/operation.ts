import { unreachable } from '../domain/assert.ts'
import type { BatchOperation, BatchTarget } from '../api.ts'
import type { Base, Identity } from './tree.ts'

// What a mount owes the store: each operation is one finished act of a program, sent in order.

export interface Put {
  readonly type: 'put'
  readonly identity: Identity
  readonly path: string
  readonly content: Base
  /** What the edit began from; undefined for a new memory. */
  readonly base: Base | undefined
  /** Nothing was done but appending: it is done again to whatever the text is by now. */
  readonly isAppended: boolean
  /** The memory that was renamed over this one: it ends where its text goes on. */
  readonly consumed: Consumed | undefined
}

export interface Consumed {
  readonly identity: Identity
  readonly path: string
}

export interface Rename {
  readonly type: 'rename'
  readonly identity: Identity
  readonly from: string
  readonly to: string
}

export interface Delete {
  readonly type: 'delete'
  readonly identity: Identity
  readonly path: string
  /** What was deleted: a text changed by somebody else meanwhile is not. */
  readonly sha256: string | undefined
}

/** Moves a directory; paths without the slash at the end. */
export interface Move {
  readonly type: 'move'
  readonly from: string
  readonly to: string
  readonly identities: readonly Identity[]
}

export interface Exchange {
  readonly type: 'exchange'
  readonly left: Consumed
  readonly right: Consumed
}

export type Operation = Put | Rename | Delete | Move | Exchange

/** Everything an operation is under way for. */
export function identitiesOf(operation: Operation): readonly Identity[] {
  switch (operation.type) {
    case 'put':
      return operation.consumed
        ? [operation.identity, operation.consumed.identity]
        : [operation.identity]
    case 'rename':
    case 'delete':
      return [operation.identity]
    case 'move':
      return operation.identities
    case 'exchange':
      return [operation.left.identity, operation.right.identity]
    default:
      return unreachable(operation)
  }
}

/** Bytes that wait in memory and in the journal. */
export function operationBytes(operation: Operation): number {
  return operation.type === 'put' ? operation.content.bytes.length + 256 : 256
}

/**
 * The operation in the words of a batch.
 * @param made identities that earlier operations of the batch create: they have no id yet
 */
export function inBatch(operation: Operation, made: Set<Identity>): BatchOperation[] {
  switch (operation.type) {
    case 'put':
      return putInBatch(operation, made)
    case 'rename':
      return [
        { type: 'update', target: target(operation.identity, operation.from), path: operation.to },
      ]
    case 'delete':
      return [
        {
          type: 'delete',
          target: target(operation.identity, operation.path),
          expectedSha256: operation.sha256,
        },
      ]
    case 'move':
      return [{ type: 'move', from: `${operation.from}/`, to: `${operation.to}/` }]
    case 'exchange':
      return exchangeInBatch(operation)
    default:
      return unreachable(operation)
  }
}

function putInBatch(put: Put, made: Set<Identity>): BatchOperation[] {
  const { identity, path, content, base, consumed } = put
  const text = content.bytes.toString()
  const operations: BatchOperation[] = []
  if (consumed !== undefined) {
    operations.push({ type: 'delete', target: target(consumed.identity, consumed.path) })
  }
  if (identity.memory === undefined && !made.has(identity)) {
    made.add(identity)
    return [{ type: 'create', path, content: text }, ...operations]
  }
  const expectedSha256 = base?.sha256
  return [
    { type: 'update', target: target(identity, path), content: text, expectedSha256 },
    ...operations,
  ]
}

/** Two memories change places by way of a third path, all in one change of the store. */
function exchangeInBatch({ left, right }: Exchange): BatchOperation[] {
  const between = `${left.path}.exchange`
  const move = (from: string, to: string, identity: Identity): BatchOperation => ({
    type: 'update',
    target: target(identity, from),
    path: to,
  })
  return [
    move(left.path, between, left.identity),
    move(right.path, left.path, right.identity),
    move(between, right.path, left.identity),
  ]
}

function target(identity: Identity, path: string): BatchTarget {
  return identity.memory === undefined ? { path } : { memoryId: identity.memory }
}
