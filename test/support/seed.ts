// One kind of damage that a check of everything must see.
import type { FindingRule } from '../../src/domain/guard/steps.ts'

export interface Seed {
  readonly name: string
  /** What a check must call it. */
  readonly rule: FindingRule
  /** A part of what it must say. */
  readonly says: RegExp
  readonly sqlite?: string
  readonly postgres?: string
}

/** The same on both, for tables that are alike. */
export const both = (sql: string) => ({ sqlite: sql, postgres: sql })
