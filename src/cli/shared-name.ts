import { visibleLine } from './invisible.ts'
import { counted } from './print.ts'
import { err } from './terminal.ts'

interface SharedName {
  readonly name: string
  /** How many have it now. */
  readonly count: number
  /** "store" */
  readonly noun: string
  /** What says which is which. */
  readonly list: string
}

/** Names need not be unique: says so when one stands for several now. */
export function warnOfSharedName({ name, count, noun, list }: SharedName): void {
  if (count < 2) return
  const shown = visibleLine(name)
  err(
    `Warning: ${counted(count, noun)} are named "${shown}" now: commands will want an id instead of ` +
      `the name (\`palimpsest ${list}\`).\n`,
  )
}
