import { once } from 'node:events'
import type { WriteStream } from 'node:tty'

type Stream = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number }
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Whether to colour what goes to a stream: NO_COLOR, FORCE_COLOR, else whether it is a terminal.
 */
export function wantsColour(stream: Stream, env: Environment = process.env): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR'] === '0') return false
  if (env['FORCE_COLOR']) return true
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}

export function isTerminal(stream: Stream): boolean {
  return stream.isTTY === true
}

const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 }

/** Paints text, or leaves it as it is where colours are not wanted. */
export type Paint = (style: keyof typeof styles, text: string) => string

export function painter(isColoured: boolean): Paint {
  return (style, text) => (isColoured ? `\u001b[${styles[style]}m${text}\u001b[0m` : text)
}

let isReaderGone = false

/** Writes to standard output, unless its reader has gone away. */
export function out(text: string): void {
  if (!isReaderGone) process.stdout.write(text)
}

export function err(text: string): void {
  process.stderr.write(text)
}

/** As `out`, and waits for a slow reader; false when it has gone away. */
export async function outPatiently(text: string | Uint8Array): Promise<boolean> {
  if (isReaderGone) return false
  if (process.stdout.write(text)) return true
  try {
    await once(process.stdout, 'drain')
  } catch {
    // `outliveReaders` sees the same error, and knows which ones matter.
  }
  return !isReaderGone
}

/** A reader that goes away (`| head`) is no error, and what was begun is still finished. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      isReaderGone ||= stream === process.stdout
    })
  }
}
