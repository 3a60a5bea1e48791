// Facts to decide on, as an engine would load them, with sensible values for what a test leaves
// out.
import type { Provenance } from '../../src/domain/caller.ts'
import { makeRequestId, makeStoreId, makeWorkspaceId } from '../../src/domain/ids.ts'
import { defaultLimits } from '../../src/domain/limits.ts'
import type {
  CreateMemory,
  DeleteMemory,
  MoveTree,
  UpdateMemory,
  UpdateStore,
} from '../../src/domain/memory/command.ts'
import { parseContent, parseSha256 } from '../../src/domain/memory/content.ts'
import type { StoreFacts } from '../../src/domain/memory/decide.ts'
import type { Head } from '../../src/domain/memory/memory.ts'
import { parseDirectory, parsePath } from '../../src/domain/memory/path.ts'
import type { Store, Usage } from '../../src/domain/memory/store.ts'

export const workspaceId = makeWorkspaceId(1)
export const storeId = makeStoreId(1)
/** The time of the decision. */
export const now = 5_000
/** The sequence of the decision's first change. */
export const seq = 100

const by: Provenance = { actor: 'apikey_1', door: 'http', requestId: makeRequestId(1) }
const scope = { workspaceId, storeId, by }

export const store: Store = {
  id: storeId,
  workspaceId,
  name: 'Notes',
  description: 'What we know',
  metadata: { user: 'maya' },
  createdAt: 1_000,
  updatedAt: 2_000,
  archivedAt: undefined,
}

export const archived: Store = { ...store, archivedAt: 3_000, updatedAt: 3_000 }

const usage: Usage = { seq: seq - 1, memories: 3, contentBytes: 30, versions: 9, historyFrom: 1 }

interface Given {
  readonly store?: Store
  readonly usage?: Partial<Usage>
  readonly limits?: Partial<StoreFacts['limits']>
}

export function facts(given: Given = {}): StoreFacts {
  return {
    store: given.store ?? store,
    usage: { ...usage, ...given.usage },
    seq,
    now,
    limits: { ...defaultLimits, ...given.limits },
  }
}

/** A live memory that was created as change 10 and last written as change 20. */
export function head(path: string, text = 'stored'): Head {
  const { sha256, sizeBytes } = parseContent(text)
  const times = { createdAt: 1_500, updatedAt: 1_800 }
  return { firstSeq: 10, headSeq: 20, path: parsePath(path), sha256, sizeBytes, ...times }
}

export function createMemory(path: string, text = 'new'): CreateMemory {
  return { type: 'create_memory', ...scope, path: parsePath(path), content: parseContent(text) }
}

interface Wanted {
  readonly path?: string | undefined
  readonly content?: string | undefined
  /** The text whose hash is expected. */
  readonly expected?: string | undefined
}

export function updateMemory(wanted: Wanted): UpdateMemory {
  const { path, content, expected } = wanted
  return {
    type: 'update_memory',
    ...scope,
    target: { memoryId: 'mem_1' },
    content: content === undefined ? undefined : parseContent(content),
    path: path === undefined ? undefined : parsePath(path),
    expected: expected === undefined ? undefined : parseContent(expected).sha256,
  }
}

export function deleteMemory(expectedSha256?: string): DeleteMemory {
  const expected =
    expectedSha256 === undefined ? undefined : parseSha256(expectedSha256, 'expected')
  return { type: 'delete_memory', ...scope, target: { memoryId: 'mem_1' }, expected }
}

export function moveTree(from: string, to: string): MoveTree {
  return {
    type: 'move_tree',
    ...scope,
    from: parseDirectory(from, 'from'),
    to: parseDirectory(to, 'to'),
  }
}

export function updateStore(
  change: Partial<Pick<UpdateStore, 'name' | 'description' | 'metadata'>>,
): UpdateStore {
  const nothing = { name: undefined, description: undefined, metadata: undefined }
  return { type: 'update_store', ...scope, ...nothing, ...change }
}
