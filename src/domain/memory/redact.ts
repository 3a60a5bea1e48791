import { refuse, type Refused, type StoreFacts } from './decide.ts'

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
