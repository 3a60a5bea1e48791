import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { isTerminal, outPatiently } from '../terminal.ts'

/** Where a list's items go: straight out, or through $PAGER once they fill a terminal. */
export interface Sink extends AsyncDisposable {
  /** False when the reader has gone away and the rest is not wanted. */
  write(text: string): Promise<boolean>
}

export function openSink(): Sink {
  return isTerminal(process.stdout) ? pagedSink() : plainSink()
}

function plainSink(): Sink {
  return {
    write: outPatiently,
    async [Symbol.asyncDispose]() {},
  }
}

function pagedSink(): Sink {
  const linesMax = (process.stdout.rows ?? 24) - 3
  let held = ''
  let pager: ChildProcess | undefined
  let isOpen = true
  return {
    async write(text) {
      held += text
      if (pager === undefined) {
        if (held.split('\n').length <= linesMax) return true
        pager = await startPager()
        pager.once('exit', () => (isOpen = false))
      }
      const ready = pager.stdin?.write(held) ?? true
      held = ''
      if (!ready && isOpen && pager.stdin) {
        await Promise.race([once(pager.stdin, 'drain'), once(pager, 'exit')])
      }
      return isOpen
    },
    async [Symbol.asyncDispose]() {
      if (pager === undefined) return void process.stdout.write(held)
      pager.stdin?.end(held)
      if (isOpen) await once(pager, 'exit')
    },
  }
}

async function startPager(): Promise<ChildProcess> {
  const { spawn } = await import('node:child_process')
  const program = process.env['PAGER'] || 'less'
  const pager = spawn(program, {
    shell: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: '-R -X -F', ...process.env },
  })
  pager.stdin?.on('error', () => {}) // it was closed before everything was read
  return pager
}
