import { DomainError } from '../domain/errors.ts'
import { authorOf, parseClaim, type Claim } from '../domain/memory/claim.ts'
import { changeKinds } from '../domain/memory/version.ts'
import { decodeClaim, encodeClaim, type WireClaim } from '../wire/claim.ts'
import { encodeTime } from '../wire/timestamp.ts'
import { isRedacted, isVersion, type Entry } from './entry.ts'

// How a change stands in a commit: author, message, trailers, names of files.

/** Where mail addresses are made up, a reserved domain says so (RFC 2606). */
const mailDomain = 'palimpsest.invalid'

interface Person {
  readonly name: string
  readonly mail: string
}

function personOf(actor: string | undefined): Person {
  const clean = (actor ?? 'unknown').replace(/[\0\n]/g, ' ')
  const match = /^(.*?) ?<([^<>\s]+)>$/.exec(clean)
  const name = (match?.[1] ?? clean).replace(/[<>]/g, '').trim() || 'unknown'
  const mail = match?.[2] ?? `${name.replace(/[^\w.+-]/g, '_')}@${mailDomain}`
  return { name, mail }
}

/** `Name <mail> seconds +0000`. */
function signature(actor: string | undefined, at: number | undefined): string {
  const { name, mail } = personOf(actor)
  return `${name} <${mail}> ${Math.max(0, Math.floor((at ?? 0) / 1_000))} +0000`
}

/** Who wrote it, as far back as claimed. */
export function authorLine(entry: Entry): string {
  const { actor, at } = authorOf({ ...entry, actor: entry.actor, at: entry.at ?? 0 })
  return signature(actor, at)
}

/** Who made the change in the store. */
export function committerLine({ actor, at }: Entry): string {
  return signature(actor, at)
}

const trailers = {
  seq: 'Palimpsest-Seq',
  kind: 'Palimpsest-Kind',
  at: 'Palimpsest-Time',
  actor: 'Palimpsest-Actor',
  door: 'Palimpsest-Door',
  requestId: 'Palimpsest-Request',
  storeId: 'Palimpsest-Store',
  memoryId: 'Palimpsest-Memory',
  versionId: 'Palimpsest-Version',
  path: 'Palimpsest-Path',
  previousPath: 'Palimpsest-Previous-Path',
  sha256: 'Palimpsest-Sha256',
  redactedAt: 'Palimpsest-Redacted-Time',
  redactedBy: 'Palimpsest-Redacted-By',
  reason: 'Palimpsest-Reason',
  claimed: 'Palimpsest-Claimed',
} as const

const texts = [
  'actor',
  'door',
  'requestId',
  'storeId',
  'memoryId',
  'versionId',
  'path',
  'previousPath',
  'sha256',
  'redactedBy',
  'reason',
] as const

export function messageOf(entry: Entry): string {
  const lines = [`${trailers.seq}: ${entry.seq}`, `${trailers.kind}: ${entry.kind}`]
  if (entry.at !== undefined) lines.push(`${trailers.at}: ${encodeTime(entry.at)}`)
  for (const name of texts) {
    const value = entry[name]
    if (value !== undefined && value !== '') lines.push(`${trailers[name]}: ${value}`)
  }
  if (entry.redactedAt !== undefined) {
    lines.push(`${trailers.redactedAt}: ${encodeTime(entry.redactedAt)}`)
  }
  if (entry.claimed !== undefined) {
    lines.push(`${trailers.claimed}: ${JSON.stringify(encodeClaim(entry.claimed))}`)
  }
  return `${subjectOf(entry)}\n\n${lines.join('\n')}\n`
}

function subjectOf(entry: Entry): string {
  const { kind, path, previousPath } = entry
  if (isRedacted(entry)) return `${kind} (redacted since)`
  if (!isVersion(entry)) return kind.replace('_', ' ')
  if (previousPath !== undefined) return `${kind} ${path ?? ''}, moved from ${previousPath}`
  return `${kind} ${path ?? ''}`
}

/** The change that a message of an export tells of, without content; undefined for any other. */
export function entryOfMessage(message: string): Entry | undefined {
  const values = new Map<string, string>()
  for (const line of message.split('\n')) {
    const colon = line.indexOf(': ')
    if (line.startsWith('Palimpsest-')) values.set(line.slice(0, colon), line.slice(colon + 2))
  }
  const kind = changeKinds.find((known) => known === values.get(trailers.kind))
  const seq = Number(values.get(trailers.seq))
  if (kind === undefined || !Number.isSafeInteger(seq) || seq < 1) return undefined
  const found: Record<string, unknown> = { kind, seq }
  for (const name of texts) found[name] = values.get(trailers[name])
  for (const name of ['at', 'redactedAt'] as const) {
    const time = Date.parse(values.get(trailers[name]) ?? '')
    if (!Number.isNaN(time)) found[name] = time
  }
  const claimed = values.get(trailers.claimed)
  if (claimed !== undefined) {
    found['claimed'] = claimOf(claimed, seq)
  }
  return found as unknown as Entry
}

/** @throws Error that names the change */
function claimOf(text: string, seq: number): Claim {
  try {
    return parseClaim(decodeClaim(JSON.parse(text) as WireClaim), 'claimed')
  } catch (error) {
    if (error instanceof DomainError) throw error
    throw new Error(`change ${seq}: ${trailers.claimed} is no claim`, { cause: error })
  }
}

/** Names that git itself reads or refuses in a tree, as it spells them on any file system. */
const reserved =
  /^(?:\.git(?:modules|attributes)?|git(?:mod)?~\d+|gi7eba~\d+|\.mailmap)(?=$|[ .:\\])/i
const escaped = /^%(?:25)*2E?(?=git|mailmap)|^%(?:25)*(?=gi)/i

/** The file of a memory: its path, but for names that mean something to git. */
export function gitPathOf(path: string): string {
  return path
    .slice(1)
    .split('/')
    .map((name) => {
      if (escaped.test(name)) return `%25${name.slice(1)}`
      if (!reserved.test(name)) return name
      return name.startsWith('.') ? `%2E${name.slice(1)}` : `%${name}`
    })
    .join('/')
}
