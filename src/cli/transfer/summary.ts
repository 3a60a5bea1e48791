import { compareBytes } from '../../domain/text.ts'
import type { ExitCode } from '../command.ts'
import { visibleLine } from '../invisible.ts'
import { counted, printJson } from '../print.ts'
import { err, out } from '../terminal.ts'
import type { Left } from './read-tree.ts'

export interface Summary {
  /** Paths by what became of them. */
  readonly done: Readonly<Record<string, readonly string[]>>
  readonly left: readonly Left[]
  /** What was not asked for; undefined where everything is. */
  readonly skipped?: readonly string[]
  readonly isDryRun: boolean
  readonly json: boolean
}

/** Says what a transfer did and what could not come along; fails when something could not. */
export function summarize({ done, left, skipped, isDryRun, json }: Summary): ExitCode {
  if (json) printJson({ dry_run: isDryRun, ...done, failed: left, skipped })
  else {
    const counts = Object.entries(done).filter(([, paths]) => paths.length > 0)
    const words = counts.map(([word, paths]) => `${paths.length.toLocaleString('en')} ${word}`)
    const text = words.length === 0 ? 'nothing to do' : words.join(', ')
    out(`${isDryRun ? 'would be: ' : ''}${text}\n`)
  }
  if (!json && skipped !== undefined && skipped.length > 0) {
    const what = counted(skipped.length, 'hidden file or directory', 'hidden files or directories')
    err(`skipped ${what} (--hidden includes all but .git, .hg and .svn)\n`)
  }
  if (left.length === 0) return 0
  if (!json) showLeft(left)
  return 1
}

const shownMax = 50

/** Lists on stderr what could not come along. */
export function showLeft(left: readonly Left[]): void {
  err(`${counted(left.length, 'file')} could not come along:\n`)
  const shown = left.toSorted((a, b) => compareBytes(a.file, b.file)).slice(0, shownMax)
  for (const { file, reason } of shown) err(`  ${visibleLine(file)}: ${visibleLine(reason)}\n`)
  const more = left.length - shown.length
  if (more > 0) err(`  … and ${more.toLocaleString('en')} more (--json lists them all)\n`)
}
