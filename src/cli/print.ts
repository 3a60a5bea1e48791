import { visibleJson, visibleLine } from './invisible.ts'
import { isTerminal, out } from './terminal.ts'

/** `--json`: one value, indented. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, undefined, 2)
  out(`${isTerminal(process.stdout) ? visibleJson(text) : text}\n`)
}

/** A name, a path or a message as one line of standard output. */
export function lineFor(text: string): string {
  return isTerminal(process.stdout) ? visibleLine(text) : text
}

/** A cell of a table: the text, and how it looks on a terminal. */
export interface Cell {
  readonly text: string
  readonly paint?: (text: string) => string
  readonly alignRight?: boolean
}

/**
 * Rows for people: aligned on a terminal, separated by tabs for a pipe. The last cell is not
 * padded.
 */
export function printRows(rows: readonly (readonly Cell[])[]): void {
  const terminal = isTerminal(process.stdout)
  const shown = rows.map((row) => row.map((cell) => ({ ...cell, text: lineFor(cell.text) })))
  if (!terminal) {
    out(shown.map((row) => `${row.map((cell) => cell.text).join('\t')}\n`).join(''))
    return
  }
  const widths: number[] = []
  for (const row of shown) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.text.length)
    }
  }
  for (const row of shown) {
    const cells = row.map((cell, index) => {
      const width = index === row.length - 1 && !cell.alignRight ? 0 : (widths[index] ?? 0)
      const padded = cell.alignRight ? cell.text.padStart(width) : cell.text.padEnd(width)
      return cell.paint?.(padded) ?? padded
    })
    out(`${cells.join('  ')}\n`)
  }
}

/** 1.5 KiB, 20.0 MiB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1_023.95 && unit < units.length - 1) {
    value /= 1_024
    unit += 1
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit] ?? ''}`
}

/** Local time to the minute on a terminal, RFC 3339 for a pipe. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds)
  if (!isTerminal(process.stdout)) return date.toISOString()
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** "1 memory", "2 memories". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
