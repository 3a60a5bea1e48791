import { formatBytes } from '../print.ts'
import { err, isTerminal } from '../terminal.ts'

/** How far a transfer is, on stderr, where that is a terminal. */
export interface Progress extends Disposable {
  /** One more of them is done, or several. @param bytes they had */
  advance(bytes: number, count?: number): void
  /** Writes a line that stays, above the bar. */
  note(line: string): void
}

const redrawMs = 80
const barWidth = 24

/** @param total how many there will be; undefined when nobody knows */
export function startProgress(total: number | undefined): Progress {
  const isShown = isTerminal(process.stderr)
  let [done, bytes, drawnAt] = [0, 0, 0]
  const startedAt = performance.now()
  const clear = () => isShown && err('\r\u001b[K')
  const draw = () => {
    if (!isShown) return
    drawnAt = performance.now()
    const rate = done / Math.max(0.001, (drawnAt - startedAt) / 1_000)
    const left = total === undefined ? '' : `  ${duration((total - done) / Math.max(rate, 0.001))}`
    const line = `${bar(done, total)} ${formatBytes(bytes)}  ${Math.round(rate)}/s${left}`
    err(`\r\u001b[K${line.slice(0, (process.stderr.columns || 80) - 1)}`)
  }
  return {
    advance(more, count = 1) {
      done += count
      bytes += more
      if (performance.now() - drawnAt >= redrawMs) draw()
    },
    note(line) {
      clear()
      err(`${line}\n`)
      draw()
    },
    [Symbol.dispose]() {
      clear()
    },
  }
}

function bar(done: number, total: number | undefined): string {
  if (total === undefined) return `${done}`
  const filled = total === 0 ? barWidth : Math.floor((done / total) * barWidth)
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${done}/${total}`
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds > 86_400) return ''
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s left` : `${Math.floor(whole / 60)} min ${whole % 60} s left`
}
