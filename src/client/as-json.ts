// Values of the Api as the JSON that a server answers: what a program that reads our output
// expects.
import type { Deleted } from '../api.ts'
import type { LogEntry } from '../api/history.ts'
import type { Blame } from '../domain/history/blame.ts'
import type { Diff } from '../domain/history/diff.ts'
import type { Plan } from '../domain/history/plan.ts'
import type { GrepHit, SearchHit } from '../api/search.ts'
import type { ListItem, Memory } from '../domain/memory/memory.ts'
import type { Store } from '../domain/memory/store.ts'
import type { Version } from '../domain/memory/version.ts'
import { encodeBlame } from '../wire/blame.ts'
import { encodeDeletedStore } from '../wire/deleted.ts'
import { encodeDiff } from '../wire/diff.ts'
import { encodeLogEntry } from '../wire/logged.ts'
import { encodePlan } from '../wire/plan.ts'
import { encodeStore } from '../wire/memory-store.ts'
import { encodeVersion } from '../wire/memory-version.ts'
import { encodeListItem, encodeMemory } from '../wire/memory.ts'
import { encodeGrepHit, encodeSearchHit } from '../wire/search.ts'

export function storeAsJson(store: Store): object {
  return encodeStore(store)
}

export function deletedStoreAsJson(deleted: Deleted): object {
  return encodeDeletedStore(deleted)
}

export function memoryAsJson(memory: Memory): object {
  return encodeMemory(memory)
}

export function itemAsJson(item: ListItem): object {
  return encodeListItem(item)
}

export function versionAsJson(version: Version): object {
  return encodeVersion(version)
}

export function logEntryAsJson(entry: LogEntry): object {
  return encodeLogEntry(entry)
}

export function blameAsJson(blame: Blame): object {
  return encodeBlame(blame)
}

export function diffAsJson(diff: Diff): object {
  return encodeDiff(diff)
}

export function planAsJson(plan: Plan): object {
  return encodePlan(plan)
}

export function searchHitAsJson(hit: SearchHit): object {
  return encodeSearchHit(hit)
}

export function grepHitAsJson(hit: GrepHit): object {
  return encodeGrepHit(hit)
}
