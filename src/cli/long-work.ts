import type { BackupStep, Finding, VerifyStep } from '../domain/guard/steps.ts'
import { counted, formatBytes, lineFor } from './print.ts'
import { err, isTerminal, out } from './terminal.ts'

/** Aborted by the first Ctrl-C or SIGTERM; a second one ends the process. */
export function interruptible(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController()
  const stop = () => controller.abort()
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const name of signals) process.once(name, stop)
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of signals) process.off(name, stop)
    },
  }
}

const redrawMs = 80

/** One line on standard error that says how far something is, where that is a terminal. */
export function statusLine(): { say(text: string): void } & Disposable {
  const isShown = isTerminal(process.stderr)
  let saidAt = 0
  return {
    say(text) {
      if (!isShown || performance.now() - saidAt < redrawMs) return
      saidAt = performance.now()
      err(`\r\u001b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`)
    },
    [Symbol.dispose]() {
      if (isShown) err('\r\u001b[K')
    },
  }
}

type Done = Extract<BackupStep, { type: 'done' }>

/** The end of a backup; undefined when it was given up. */
export async function finishBackup(steps: AsyncIterable<BackupStep>): Promise<Done | undefined> {
  using status = statusLine()
  for await (const step of steps) {
    if (step.type === 'done') return step
    if (step.type === 'checking') status.say(`checking ${formatBytes(step.bytes)}`)
    else {
      const percent = Math.floor((100 * step.bytes) / Math.max(1, step.bytesTotal))
      status.say(`${percent} % of ${formatBytes(step.bytesTotal)}`)
    }
  }
  return undefined
}

type Verified = Extract<VerifyStep, { type: 'verified' }>

export interface Verdict {
  readonly verified: Verified
  /** As far as they were told one by one. */
  readonly told: readonly Finding[]
}

/** The verdict of a check, and what it found; undefined when it was given up. */
export async function finishVerification(
  steps: AsyncIterable<VerifyStep>,
): Promise<Verdict | undefined> {
  using status = statusLine()
  const told: Finding[] = []
  for await (const step of steps) {
    if (step.type === 'verified') return { verified: step, told }
    if (step.type === 'finding') {
      const { rule, where, message } = step
      told.push({ rule, where, message })
    } else {
      const { stores, storesTotal, versions, sessions, contentBytes } = step
      const rest = `${counted(versions, 'version')}, ${formatBytes(contentBytes)}`
      status.say(`store ${stores} of ${storesTotal}, ${rest}, ${counted(sessions, 'session')}`)
    }
  }
  return undefined
}

/** What was found, a line each, and the verdict. */
export function printVerdict({ verified, told }: Verdict): void {
  for (const { rule, where, message } of told) {
    out(`${rule}\t${lineFor(where)}\t${lineFor(message)}\n`)
  }
  const { stores, memories, versions, sessions, events, contentBytes, findings } = verified
  const looked = [
    counted(stores, 'store'),
    counted(memories, 'memory', 'memories'),
    counted(versions, 'version'),
    formatBytes(contentBytes),
    counted(sessions, 'session'),
    counted(events, 'event'),
  ].join(', ')
  out(`${findings === 0 ? 'all is well' : counted(findings, 'finding')}: ${looked}\n`)
}

/** As `--json` prints it. */
export function verdictJson({ verified, told }: Verdict) {
  const { stores, memories, versions, sessions, events, contentBytes, findings } = verified
  const counts = { stores, memories, versions, sessions, events, content_bytes: contentBytes }
  return { ok: findings === 0, findings: told, findings_total: findings, ...counts }
}
