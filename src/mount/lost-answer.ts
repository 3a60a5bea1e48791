import { hash } from 'node:crypto'
import type { Memory } from '../domain/memory/memory.ts'
import type { Change } from '../domain/memory/version.ts'
import type { Operation, Rename } from './operation.ts'
import { seqOf, type Commit, type Outcome } from './resolve.ts'

// A batch was sent and its answer never came. The feed tells whether it happened: sending it again
// blindly would meet its own result and take it for somebody else's.

/**
 * What the changes say of each operation, in their order; undefined when it is not among them.
 */
export function outcomesInFeed(
  operations: readonly Operation[],
  changes: readonly Change[],
): (Outcome | undefined)[] {
  let rest = changes
  return operations.map((operation) => {
    const outcome = outcomeInFeed(operation, rest)
    // What came of one is no sign of a later one that is alike.
    if (outcome !== undefined) rest = rest.filter(({ seq }) => seq > seqOf(outcome))
    return outcome
  })
}

function outcomeInFeed(operation: Operation, changes: readonly Change[]): Outcome | undefined {
  const found = changes.filter((change) => isOf(operation, change))
  const last = found.at(-1)
  if (last === undefined) return undefined
  const identity = 'identity' in operation ? operation.identity : undefined
  if (operation.type === 'delete') {
    return { commits: [], deleted: [{ identity: operation.identity, seq: last.seq }] }
  }
  const text = operation.type === 'put' ? operation.content.bytes : undefined
  const commits = found.flatMap((change): Commit[] => {
    const memory = memoryOf(change)
    return memory === undefined ? [] : [{ identity, memory, text, seq: change.seq }]
  })
  const consumed = operation.type === 'put' ? operation.consumed : undefined
  const deleted = consumed ? [{ identity: consumed.identity, seq: last.seq }] : []
  return { commits, deleted }
}

function isOf(operation: Operation, change: Change): boolean {
  const isWrite = change.kind === 'created' || change.kind === 'modified'
  switch (operation.type) {
    case 'put': {
      const { memory } = operation.identity
      const isHere =
        memory === undefined ? change.path === operation.path : change.memoryId === memory
      return isWrite && isHere && change.sha256 === operation.content.sha256
    }
    case 'rename':
      return isWrite && change.path === operation.to && isFrom(operation, change)
    case 'delete':
      return change.kind === 'deleted' && change.memoryId === operation.identity.memory
    case 'move':
      return (
        isWrite &&
        change.previousPath?.startsWith(`${operation.from}/`) === true &&
        change.path?.startsWith(`${operation.to}/`) === true
      )
    case 'exchange':
      return isWrite && change.path === operation.left.path
  }
}

/** A list of versions does not tell where a memory was before: that it is there now has to do. */
function isFrom({ from, identity }: Rename, { previousPath, memoryId }: Change): boolean {
  return previousPath === undefined ? memoryId === identity.memory : previousPath === from
}

function memoryOf(change: Change): Memory | undefined {
  const { memoryId, versionId, path, sha256, sizeBytes } = change
  if (memoryId === undefined || versionId === undefined || path === undefined) return undefined
  return {
    id: memoryId,
    storeId: change.storeId,
    path,
    versionId,
    sha256: sha256 ?? (hash('sha256', '') as NonNullable<typeof sha256>),
    sizeBytes: sizeBytes ?? 0,
    createdAt: change.at,
    updatedAt: change.at,
  }
}
