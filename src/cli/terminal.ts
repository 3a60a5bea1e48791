import type { WriteStream } from 'node:tty'

type Stream = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number }
type Environment = Readonly<Record<string, string | undefined>>

/** Whether to colour what goes to a stream: NO_COLOR, FORCE_COLOR, else whether it is a terminal. */
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

export function out(text: string): void {
  process.stdout.write(text)
}

export function err(text: string): void {
  process.stderr.write(text)
}

/** A reader that went away (`| head`) ends the program quietly. */
export function endQuietlyWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit(0)
    })
  }
}
