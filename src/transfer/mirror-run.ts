import type { Api } from '../api.ts'
import type { Lost } from './replay.ts'

// What a mirror is given, and what it answers.

export interface End {
  readonly api: Api
  readonly storeId: string
}

export interface MirrorInput {
  readonly source: End
  readonly target: End
  readonly isDryRun: boolean
  /** Told once how many changes there are, at most, before the first is brought. */
  readonly onStart?: (changes: number) => void
  readonly onBrought?: ((entries: number, bytes: number) => void) | undefined
}

export interface Mirrored {
  /** Versions written into the target, or that would be. */
  readonly versions: number
  /** The source's newest change that is in the target now. */
  readonly sourceSeq: number
  readonly lost: readonly Lost[]
  /** Whether the target keeps who wrote what and when, as claims. */
  readonly keepsClaims: boolean
}
