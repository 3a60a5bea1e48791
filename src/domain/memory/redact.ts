import { invalid } from '../errors.ts'
import { Matcher } from '../forget/words.ts'
import { countCharacters } from '../text.ts'
import { refuse, type Refused, type StoreFacts } from './decide.ts'
import type { Version } from './version.ts'

/** What redaction needs to know of a version. */
export interface RedactFacts extends StoreFacts {
  readonly version:
    | {
        readonly seq: number
        readonly redactedAt: number | undefined
        /** Whether a live memory points at it. */
        readonly isHead: boolean
      }
    | undefined
}

export type RedactDecision =
  | Refused
  | { readonly kind: 'unchanged' }
  /** The change that records the redaction is not itself a version. */
  | {
      readonly kind: 'changed'
      readonly versionSeq: number
      readonly seq: number
      readonly at: number
    }

/** Allowed on archived stores; once redacted, redacting again changes nothing (contract §8.5). */
export function decideRedact(facts: RedactFacts): RedactDecision {
  const { version } = facts
  if (version === undefined) {
    return refuse({ code: 'not_found', message: 'memory version not found' })
  }
  if (version.isHead) {
    return refuse({
      code: 'head_version',
      message:
        'this version is the current state of a live memory and cannot be redacted: write the memory anew or delete it first',
    })
  }
  if (version.redactedAt !== undefined) return { kind: 'unchanged' }
  return { kind: 'changed', versionSeq: version.seq, seq: facts.seq, at: facts.now }
}

/** Shorter lines are words that any reason may have. */
const lineCharactersMin = 6

/**
 * A reason stays where the version goes, so it must not tell what that was: neither its path nor
 * its text, as a whole or a line of it. A single word cannot be told from one that explains.
 * @throws DomainError `invalid`
 */
export function refuseRepeating(
  reason: string,
  { path, content = '' }: Pick<Version, 'path' | 'content'>,
  field = 'reason',
): void {
  const texts = path === undefined ? [] : [path]
  const namesPath = new Matcher({ texts, isCaseSensitive: false, isWholeWord: true }).holds(reason)
  const said = folded(reason)
  const repeats = content.split(/[\r\n]+/).some((text) => {
    const line = folded(text)
    return line === said || (countCharacters(line) >= lineCharactersMin && said.includes(line))
  })
  if (namesPath || repeats) {
    throw invalid(field, 'must not repeat what is redacted, its path or a line of it: it stays')
  }
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase().trim()
}
