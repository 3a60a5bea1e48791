import { createHmac } from 'node:crypto'
import { invalid } from '../errors.ts'
import { isId, type StoreId } from '../ids.ts'
import { parsePath, parsePrefix, type Path, type Prefix } from '../memory/path.ts'
import { parseMetadata, type Metadata } from '../memory/store.ts'
import { parseReason } from '../reason.ts'
import { countCharacters } from '../text.ts'
import { canonicalJson } from './canonical.ts'
import { mark, Matcher, type Words } from './words.ts'

/**
 * Whom or what to forget. `stores` and `metadata` choose stores, and with nothing else these go as
 * a whole. Paths and texts choose what bears any of them, within the chosen stores or everywhere.
 */
export interface Subject {
  readonly stores: readonly StoreId[]
  readonly metadata: Metadata | undefined
  readonly path: Path | undefined
  readonly prefix: Prefix | undefined
  readonly words: Words
}

const textsMax = 50
const textCharactersMin = 2
const textCharactersMax = 1_000
const storesMax = 1_000

/** Raw fields, as a door hands them on. */
export interface RawSubject {
  readonly metadata?: unknown
  readonly path?: unknown
  readonly pathPrefix?: unknown
  readonly text?: unknown
  readonly caseSensitive?: unknown
  readonly wholeWords?: unknown
  readonly storeIds?: unknown
}

/** @throws DomainError `invalid` that names the field */
export function parseSubject(raw: RawSubject): Subject {
  const subject: Subject = {
    stores: parseStores(raw.storeIds),
    metadata: isGiven(raw.metadata) ? parseOwnMetadata(raw.metadata) : undefined,
    path: isGiven(raw.path) ? parsePath(raw.path, 'subject.path') : undefined,
    prefix: isGiven(raw.pathPrefix)
      ? parsePrefix(raw.pathPrefix, 'subject.path_prefix')
      : undefined,
    words: {
      texts: parseTexts(raw.text),
      isCaseSensitive: parseSwitch(raw.caseSensitive, 'subject.case_sensitive'),
      isWholeWord: parseSwitch(raw.wholeWords, 'subject.whole_words'),
    },
  }
  const isNobody = !isOfStores(subject) && !hasMarks(subject)
  if (isNobody) {
    throw invalid(
      'subject',
      'must say what to forget: metadata, memory_store_ids, path, path_prefix or text',
    )
  }
  return subject
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** Whether it chooses stores. */
export function isOfStores({ stores, metadata }: Subject): boolean {
  return stores.length > 0 || metadata !== undefined
}

/** Whether it looks into stores, rather than taking them whole. */
export function hasMarks({ path, prefix, words }: Subject): boolean {
  return path !== undefined || prefix !== undefined || words.texts.length > 0
}

export function hasMetadata(subject: Subject, metadata: Metadata): boolean {
  const wanted = Object.entries(subject.metadata ?? {})
  return wanted.every(([key, value]) => metadata[key] === value)
}

function parseOwnMetadata(input: unknown): Metadata {
  const metadata = parseMetadata(input)
  if (Object.keys(metadata).length > 0) return metadata
  throw invalid('subject.metadata', 'must have a pair: nothing would match everything')
}

function parseStores(input: unknown): readonly StoreId[] {
  if (!isGiven(input)) return []
  const isList = Array.isArray(input) && input.length > 0 && input.length <= storesMax
  if (!isList || !input.every((id) => typeof id === 'string' && isId(id, 'memstore_'))) {
    throw invalid('subject.memory_store_ids', `must be 1 to ${storesMax} ids of stores`)
  }
  return [...new Set(input as StoreId[])].sort()
}

function parseTexts(input: unknown): readonly string[] {
  if (!isGiven(input)) return []
  const field = 'subject.text'
  if (!Array.isArray(input) || input.length === 0 || input.length > textsMax) {
    throw invalid(field, `must be a list of 1 to ${textsMax} texts`)
  }
  return [...new Set(input.map((text: unknown) => parseText(text, field)))].sort()
}

function parseText(input: unknown, field: string): string {
  if (typeof input !== 'string' || !input.isWellFormed()) throw invalid(field, 'must be text')
  const characters = countCharacters(input.trim())
  if (characters < textCharactersMin || countCharacters(input) > textCharactersMax) {
    const rule = `${textCharactersMin} to ${textCharactersMax} characters each, white space around them aside`
    throw invalid(field, `must have ${rule}`)
  }
  if (mark.includes(input.toLowerCase())) throw invalid(field, `must not be part of "${mark}"`)
  return input.normalize('NFC')
}

function parseSwitch(input: unknown, field: string): boolean {
  if (!isGiven(input)) return false
  if (typeof input !== 'boolean') throw invalid(field, 'must be true or false')
  return input
}

/** @throws DomainError `invalid`, also when the reason would keep what is to be forgotten */
export function parseReasonToForget(input: unknown, subject: Subject): string | undefined {
  if (!isGiven(input)) return undefined
  const reason = parseReason(input)
  const kept = [...Object.values(subject.metadata ?? {}), ...subject.words.texts]
  const words = {
    texts: kept.filter((text) => text !== ''),
    isCaseSensitive: false,
    isWholeWord: false,
  }
  if (new Matcher(words).holds(reason)) {
    throw invalid('reason', 'must not hold what is to be forgotten: the receipt keeps it')
  }
  return reason
}

/** Tells one subject from another without saying what it is, to those who have not the key. */
export function sealOf(subject: Subject, key: Uint8Array): string {
  const mac = createHmac('sha256', key).update('forget subject').update(canonicalJson(subject))
  return `hmac-sha256:${mac.digest('hex')}`
}
