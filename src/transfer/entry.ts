import type { ActorId } from '../domain/caller.ts'
import type { Claim, Origin } from '../domain/memory/claim.ts'
import { operations, type ChangeKind } from '../domain/memory/version.ts'

/**
 * One change of a source, whatever the source is: a store, an archive, a commit, a file. An entry
 * of a store's history is one. What a source does not know is undefined.
 */
export interface Entry {
  readonly kind: ChangeKind
  /** Its place in the source, ascending. */
  readonly seq: number
  readonly at?: number | undefined
  readonly actor?: ActorId | undefined
  readonly door?: string | undefined
  readonly requestId?: string | undefined
  readonly storeId?: string | undefined
  /** Tells the memories of the source apart; an id where it begins like one. */
  readonly memoryId?: string | undefined
  /** The version that the change is, or that it redacted. */
  readonly versionId?: string | undefined
  /** Undefined for versions means that they were redacted. */
  readonly path?: string | undefined
  readonly previousPath?: string | undefined
  readonly sha256?: string | undefined
  readonly sizeBytes?: number | undefined
  readonly content?: string | undefined
  readonly redactedAt?: number | undefined
  readonly redactedBy?: ActorId | undefined
  /** Of a redaction: why. */
  readonly reason?: string | undefined
  readonly claimed?: Claim | undefined
}

const versionKinds: ReadonlySet<string> = new Set(operations)

export function isVersion({ kind }: Pick<Entry, 'kind'>): boolean {
  return versionKinds.has(kind)
}

/** A version whose content and path are gone. */
export function isRedacted(entry: Pick<Entry, 'kind' | 'path'>): boolean {
  return isVersion(entry) && entry.path === undefined
}

/** What a store that takes the entry in keeps of it. */
export function claimOf(entry: Entry): Claim {
  const claim = originOf(entry)
  const { claimed } = entry
  if (claimed === undefined) return claim
  const { origin, ...direct } = claimed
  return { ...claim, origin: origin ?? direct }
}

function originOf(entry: Entry): Origin {
  const { storeId, memoryId, versionId, requestId, seq, actor, door, at } = entry
  return {
    seq,
    ...(storeId === undefined ? {} : { storeId }),
    ...(memoryId?.startsWith('mem_') ? { memoryId } : {}),
    ...(versionId === undefined ? {} : { versionId }),
    ...(requestId ? { requestId } : {}),
    ...(actor === undefined ? {} : { actor }),
    ...(door === undefined ? {} : { door }),
    ...(at === undefined ? {} : { at }),
  }
}
