import { isVersion, type Entry } from './entry.ts'
import { changeKinds } from '../domain/memory/version.ts'
import { parseClaim, type Claim } from '../domain/memory/claim.ts'
import { parseKeptReason } from '../domain/reason.ts'
import { decodeClaim, encodeClaim } from '../wire/claim.ts'
import { encodeTime } from '../wire/timestamp.ts'
import { BrokenArchive } from './tar.ts'

// What docs/spec/archive.md describes: the lines of history.ndjson, and manifest.json.

export const formatName = 'palimpsest-archive'
export const formatVersion = 1

export interface Manifest {
  readonly format: typeof formatName
  readonly version: number
  readonly exported_at: string
  readonly store: {
    readonly id: string
    readonly name: string
    readonly description: string
    readonly metadata: Readonly<Record<string, string>>
    readonly created_at: string
    readonly updated_at: string
    readonly archived_at: string | null
  }
  /** The history is complete from this sequence on, and goes up to `seq`. */
  readonly history_from: number
  readonly seq: number
  readonly counts: {
    readonly changes: number
    readonly versions: number
    readonly contents: number
    readonly content_bytes: number
  }
  readonly history: { readonly bytes: number; readonly sha256: string }
}

/** One change as a line, its content named by its hash. */
export function lineOf(entry: Entry): string {
  const time = (at: number | undefined) => (at === undefined ? null : encodeTime(at))
  const line = {
    seq: entry.seq,
    kind: entry.kind,
    at: time(entry.at),
    actor: entry.actor ?? null,
    door: entry.door ?? null,
    request_id: entry.requestId ?? null,
    memory_store_id: entry.storeId ?? null,
    memory_id: entry.memoryId ?? null,
    memory_version_id: entry.versionId ?? null,
    path: entry.path ?? null,
    previous_path: entry.previousPath ?? null,
    content_sha256: entry.sha256 ?? null,
    content_size_bytes: entry.sizeBytes ?? null,
    redacted_at: time(entry.redactedAt),
    redacted_by: entry.redactedBy ?? null,
    reason: entry.reason ?? null,
    claimed: entry.claimed === undefined ? null : encodeClaim(entry.claimed),
  }
  return `${JSON.stringify(line)}\n`
}

const lineFields = Object.keys(JSON.parse(lineOf({ kind: 'created', seq: 1 })) as object)

/** @throws BrokenArchive that names the line */
export function entryOfLine(text: string, number: number): Entry {
  const broken = (rule: string) => new BrokenArchive(`history.ndjson, line ${number}: ${rule}`)
  const line = parseObject(text)
  if (line === undefined) throw broken('is no JSON object')
  const unknown = Object.keys(line).find((name) => !lineFields.includes(name))
  if (unknown !== undefined) throw broken('has a field that the format does not know')
  const read = <Value>(name: string, type: 'string' | 'number'): Value | undefined => {
    const value = line[name] ?? undefined
    if (value !== undefined && typeof value !== type) throw broken(`${name} must be a ${type}`)
    return value as Value | undefined
  }
  const time = (name: string): number | undefined => {
    const value = read<string>(name, 'string')
    const at = value === undefined ? undefined : Date.parse(value)
    if (Number.isNaN(at)) throw broken(`${name} must be a time`)
    return at
  }
  const kind = changeKinds.find((known) => known === line['kind'])
  const seq = read<number>('seq', 'number')
  if (kind === undefined) throw broken('has an unknown kind')
  if (seq === undefined || !Number.isSafeInteger(seq) || seq < 1) throw broken('has no seq')
  const entry: Entry = {
    kind,
    seq,
    at: time('at'),
    actor: read('actor', 'string'),
    door: read('door', 'string'),
    requestId: read('request_id', 'string'),
    storeId: read('memory_store_id', 'string'),
    memoryId: read('memory_id', 'string'),
    versionId: read('memory_version_id', 'string'),
    path: read('path', 'string'),
    previousPath: read('previous_path', 'string'),
    sha256: read('content_sha256', 'string'),
    sizeBytes: read('content_size_bytes', 'number'),
    redactedAt: time('redacted_at'),
    redactedBy: read('redacted_by', 'string'),
    reason: reasonOfLine(line['reason'], broken),
    claimed: claimOfLine(line['claimed'], broken),
  }
  const hasIds = entry.memoryId !== undefined && entry.versionId !== undefined
  if (isVersion(entry) && !hasIds) throw broken('is a version without ids')
  return entry
}

function reasonOfLine(input: unknown, broken: (rule: string) => Error): string | undefined {
  if (input === undefined || input === null) return undefined
  return checked(() => parseKeptReason(input, 'reason'), broken)
}

function claimOfLine(input: unknown, broken: (rule: string) => Error): Claim | undefined {
  if (input === undefined || input === null) return undefined
  if (typeof input !== 'object') throw broken('claimed must be an object')
  return checked(() => parseClaim(decodeClaim(input), 'claimed'), broken)
}

function checked<Value>(parse: () => Value, broken: (rule: string) => Error): Value {
  try {
    return parse()
  } catch (error) {
    throw broken(error instanceof Error ? error.message : 'is wrong')
  }
}

/** @throws BrokenArchive */
export function manifestOf(text: string): Manifest {
  const value = parseObject(text) as unknown as Manifest | undefined
  if (value?.format !== formatName) throw new BrokenArchive('manifest.json is of another format')
  if (value.version !== formatVersion) {
    throw new BrokenArchive(
      `it has format version ${value.version}, this program reads ${formatVersion}`,
    )
  }
  const { store, counts, history } = value
  const isWhole =
    typeof store?.id === 'string' &&
    typeof store.name === 'string' &&
    typeof store.description === 'string' &&
    isObject(store.metadata) &&
    [counts?.changes, counts?.contents, counts?.content_bytes, history?.bytes].every(
      (count) => Number.isSafeInteger(count) && (count ?? -1) >= 0,
    ) &&
    typeof history?.sha256 === 'string'
  if (!isWhole) throw new BrokenArchive('manifest.json lacks what it must have')
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
