import type { DiffHunk, FileDiff } from './diff.ts'

/** Text that `patch -p1` and `git apply` take; what is redacted is only named. */
export function formatUnified(files: readonly FileDiff[]): string {
  return files.map(formatFile).join('')
}

function formatFile(file: FileDiff): string {
  const { status, path, previousPath } = file
  if (path === undefined || file.isRedacted) {
    return `Redacted: ${path ?? previousPath ?? file.memoryId}\n`
  }
  const before = `a${previousPath ?? path}`
  const after = `b${path}`
  const head = [`diff --git ${quoted(before)} ${quoted(after)}\n`]
  if (status === 'added') head.push('new file mode 100644\n')
  if (status === 'removed') head.push('deleted file mode 100644\n')
  if (previousPath !== undefined) {
    const [from, to] = [quoted(previousPath.slice(1)), quoted(path.slice(1))]
    // Without hunks the texts are equal; how alike others are is for people, and not worked out.
    const index = file.hunks.length === 0 ? 100 : 50
    head.push(`similarity index ${index}%\n`, `rename from ${from}\n`, `rename to ${to}\n`)
  }
  // Without hunks only this line tells `patch` that an empty file comes or goes.
  if (file.hunks.length === 0 && status === 'added') head.push(`index 0000000..${emptyBlob}\n`)
  if (file.hunks.length === 0 && status === 'removed') head.push(`index ${emptyBlob}..0000000\n`)
  if (file.hunks.length === 0) return head.join('')
  head.push(`--- ${status === 'added' ? '/dev/null' : quoted(before)}\n`)
  head.push(`+++ ${status === 'removed' ? '/dev/null' : quoted(after)}\n`)
  return head.join('') + file.hunks.map(formatHunk).join('')
}

const emptyBlob = 'e69de29'

/**
 * As git quotes names. Spaces need none for git, but without it `patch` takes what follows one for
 * something else. Control characters no path has.
 */
function quoted(name: string): string {
  return /["\\ ]/.test(name) ? `"${name.replaceAll(/["\\]/g, '\\$&')}"` : name
}

const marks = { keep: ' ', remove: '-', add: '+' } as const

export function formatHunk(hunk: DiffHunk): string {
  const old = rangeOf(hunk.oldStart, hunk.oldLines)
  const now = rangeOf(hunk.newStart, hunk.newLines)
  const lines = hunk.lines.map(
    ({ op, text, hasNoNewline }) =>
      `${marks[op]}${text}\n${hasNoNewline ? '\\ No newline at end of file\n' : ''}`,
  )
  return `@@ -${old} +${now} @@\n${lines.join('')}`
}

function rangeOf(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${start},${lines}`
}
