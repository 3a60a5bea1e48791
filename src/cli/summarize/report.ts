import type { Arguments, ExitCode } from '../command.ts'
import { counted, formatBytes, lineFor, printJson } from '../print.ts'
import { out } from '../terminal.ts'

/**
 * What became of a memory. `changed`: somebody else was faster, twice; `gone`: there was nothing
 * left to condense; `refused`: the model's answer cannot be the memory; `failed`: it gave none;
 * `left`: it was not asked.
 */
export type Outcome =
  | 'condensed'
  | 'would_condense'
  | 'declined'
  | 'changed'
  | 'gone'
  | 'refused'
  | 'failed'
  | 'left'

export interface Summarized {
  readonly memoryId: string
  readonly path: string
  readonly outcome: Outcome
  readonly sizeBytes: number
  readonly newSizeBytes?: number | undefined
  readonly versionId?: string | undefined
  readonly reason?: string | undefined
  readonly newText?: string | undefined
}

interface Report {
  readonly done: readonly Summarized[]
  readonly calls: number
  readonly model: string | undefined
}

/** Said as soon as it is known: what was saved stays saved when a later memory fails. */
export function printOutcome(one: Summarized, args: Arguments): void {
  if (!args.flag('json')) out(`${lineOf(one)}\n`)
}

export function printReport({ done, calls, model }: Report, args: Arguments): void {
  if (args.flag('json')) {
    const memories = done.map(asJson)
    printJson({ dry_run: args.flag('dry-run'), model: model ?? null, calls, memories })
  } else if (model !== undefined) out(`${counted(calls, 'call')} to the model\n`)
}

function asJson({ memoryId, newText, ...one }: Summarized) {
  return {
    memory_id: memoryId,
    path: one.path,
    outcome: one.outcome,
    size_bytes: one.sizeBytes,
    new_size_bytes: one.newSizeBytes,
    memory_version_id: one.versionId,
    reason: one.reason,
    new_content: one.outcome === 'would_condense' ? newText : undefined,
  }
}

const words: Record<Outcome, string> = {
  condensed: 'condensed',
  would_condense: 'would condense',
  declined: 'not saved',
  changed: 'changed by others',
  gone: 'nothing to do',
  refused: 'refused',
  failed: 'failed',
  left: 'left',
}

function lineOf({ outcome, path, sizeBytes, newSizeBytes, reason }: Summarized): string {
  const shorter = newSizeBytes === undefined ? '' : ` → ${formatBytes(newSizeBytes)}`
  const why = reason === undefined ? '' : `: ${lineFor(reason)}`
  return `${words[outcome]} ${lineFor(path)} (${formatBytes(sizeBytes)}${shorter})${why}`
}

/** 4 where others were faster, 1 where the model did not do it; what was left is no fault. */
export function exitCodeOf(done: readonly Summarized[]): ExitCode {
  const has = (...outcomes: readonly Outcome[]) =>
    done.some(({ outcome }) => outcomes.includes(outcome))
  if (has('failed', 'refused')) return 1
  return has('changed') ? 4 : 0
}
