import { isUtf8 } from 'node:buffer'
import { startGit } from './git-process.ts'

/** A file that a commit changed against its first parent. */
export interface FileChange {
  /** A added, M modified, D deleted, R renamed with the same content, T of another type. */
  readonly status: string
  readonly path: string
  /** Where a renamed one was before. */
  readonly from: string | undefined
  readonly mode: string
  /** The blob after the commit. */
  readonly blob: string
}

export interface Commit {
  readonly id: string
  readonly author: string
  /** Milliseconds since 1970; undefined where the commit says what no calendar has. */
  readonly at: number | undefined
  readonly message: string
  readonly files: readonly FileChange[]
}

const format = '--format=%x01%H%x00%an <%ae>%x00%at%x00%B'

/** The commits from the first to the newest, along first parents: a merge is one change. */
export async function* readLog(directory: string, revision: string): AsyncGenerator<Commit> {
  const { child, done } = startGit(directory, [
    'log',
    '--reverse',
    '--first-parent',
    '--diff-merges=first-parent',
    '--encoding=UTF-8',
    '--raw',
    '-z',
    '--no-abbrev',
    '--no-mailmap',
    '--no-ext-diff',
    '--find-renames=100%',
    '-l0',
    format,
    '--end-of-options',
    revision,
  ])
  child.stdin.end()
  const tokens = tokensOf(child.stdout)
  let next = await tokens.next()
  while (!next.done) {
    const id = next.value.slice(1)
    const [author, at, message] = [await word(tokens), await word(tokens), await word(tokens)]
    const files: FileChange[] = []
    for (next = await tokens.next(); !next.done; next = await tokens.next()) {
      const token = next.value.trimStart()
      if (!token.startsWith(':')) break
      const [, mode = '', , blob = '', status = ''] = token.slice(1).split(' ')
      const first = await word(tokens)
      const isRename = status.startsWith('R')
      const path = isRename ? await word(tokens) : first
      const from = isRename ? first : undefined
      files.push({ status: status.slice(0, 1), path, from, mode, blob })
    }
    yield {
      id,
      author: authorOf(author),
      at: timeOf(Number(at)),
      message: message.toWellFormed(),
      files,
    }
  }
  await done
}

const authorMax = 255

/** As a claim may have it: a name can be anything. */
function authorOf(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, authorMax)
    .toWellFormed()
}

const endOfCalendar = Date.UTC(10_000, 0, 1)

function timeOf(seconds: number): number | undefined {
  const at = seconds * 1_000
  return Math.abs(at) < endOfCalendar ? at : undefined
}

async function word(tokens: AsyncIterator<string>): Promise<string> {
  const next = await tokens.next()
  if (next.done) throw new Error('git ended in the middle of a commit')
  return next.value
}

/**
 * What stands between NULs. Bytes that are not UTF-8 become lone surrogates: no path may have
 * those, and different names stay different.
 */
async function* tokensOf(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    held = Buffer.concat([held, chunk])
    let start = 0
    for (let end = held.indexOf(0); end !== -1; end = held.indexOf(0, start)) {
      yield textOf(held.subarray(start, end))
      start = end + 1
    }
    held = held.subarray(start)
  }
  if (held.length > 0) yield textOf(held)
}

function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString()
  const high = (byte: string) => String.fromCharCode(0xdc00 + byte.charCodeAt(0))
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, high)
}
