import type { Api } from '../../api.ts'
import { memoryAsJson } from '../../client/as-json.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import { parsePath } from '../../domain/memory/path.ts'
import {
  asDirectory,
  findMemory,
  memoriesBelow,
  nothingAt,
  parseAddress,
  resolveStore,
} from '../address.ts'
import { checked, UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { exitCodes } from '../exit.ts'
import { counted, lineFor, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { dryRunOption, jsonOption } from '../shared-options.ts'
import { err, out } from '../terminal.ts'

export const command: Command = {
  name: 'mv',
  summary: 'Move a memory or a directory; ids and versions stay',
  usage: 'mv STORE:FROM TO [--dry-run] [--json]',
  example: 'palimpsest mv notes:/draft.md /done/draft.md',
  options: [dryRunOption, jsonOption, ...connectionOptions],
  positionalsMax: 2,
  details:
    'TO is a path in the same store ("STORE:/…" also works); with "/" at its end, FROM moves into\n' +
    'it. Nothing is ever overwritten. A directory moves as one change, all or nothing, where the\n' +
    'server can do that, else memory by memory.',
  run(args) {
    const [fromText, toText] = args.positionals
    const from = parseAddress(fromText, 'STORE:FROM')
    if (from.path === undefined) throw new UsageError('STORE:FROM must name a path')
    const to = parseTarget(toText, from.store)
    const source: Source = { store: from.store, path: from.path }
    const change = args.flag('dry-run') ? undefined : 'mv'
    return withRemote(args, { change }, async (api) => {
      const storeId = await resolveStore(api, source.store)
      const plan = await planMove(api, storeId, { from: source.path, to })
      if (args.flag('dry-run')) return showPlan(plan, args)
      return plan.kind === 'memory' ? moveMemory(api, plan, args) : moveDirectory(api, plan, args)
    })
  },
}

interface Source {
  readonly store: string
  readonly path: string
}

/** Moves stay in a store: another store has other ids and versions. */
function parseTarget(text: string | undefined, store: string): string {
  if (text === undefined) throw new UsageError('TO is missing: the path to move to')
  if (text.startsWith('/')) return text
  const target = parseAddress(text, 'TO')
  if (target.path === undefined) throw new UsageError('TO must be a path, like /done/')
  if (target.store !== store) {
    throw new UsageError('mv stays within one store: `get` and `put` copy between stores')
  }
  return target.path
}

interface Step {
  readonly memory: Memory
  readonly to: string
}

type Plan =
  | { readonly kind: 'memory'; readonly steps: readonly [Step] }
  | {
      readonly kind: 'directory'
      readonly storeId: string
      readonly from: string
      readonly to: string
      readonly steps: readonly Step[]
    }

async function planMove(
  api: Api,
  storeId: string,
  { from, to }: { from: string; to: string },
): Promise<Plan> {
  const memory = from.endsWith('/') ? undefined : await findMemory(api, storeId, from)
  const name = from.replace(/\/$/, '').slice(from.replace(/\/$/, '').lastIndexOf('/') + 1)
  const target = to.endsWith('/') ? to + name : to
  if (memory !== undefined) return { kind: 'memory', steps: [{ memory, to: valid(target) }] }
  const source = asDirectory(from)
  const moving = await Array.fromAsync(memoriesBelow(api, storeId, source))
  if (moving.length === 0) throw nothingAt(from)
  const prefix = `${valid(target)}/`
  const steps = moving.map((one) => ({
    memory: one,
    to: valid(prefix + one.path.slice(source.length)),
  }))
  return { kind: 'directory', storeId, from: source, to: prefix, steps }
}

function valid(path: string): string {
  return checked(() => parsePath(path, 'TO'))
}

function showPlan(plan: Plan, args: Arguments): ExitCode {
  const moves = plan.steps.map(({ memory, to }) => ({ from: memory.path, to }))
  if (args.flag('json')) printJson({ would_move: moves })
  else out(moves.map(({ from, to }) => `would move ${lineFor(from)} → ${lineFor(to)}\n`).join(''))
  return 0
}

async function moveMemory(
  api: Api,
  { steps: [step] }: { steps: readonly [Step] },
  args: Arguments,
): Promise<ExitCode> {
  const moved = await moveOne(api, step)
  if (args.flag('json')) printJson(memoryAsJson(moved))
  else out(`moved ${lineFor(step.memory.path)} → ${lineFor(moved.path)}\n`)
  return 0
}

function moveOne(api: Api, { memory, to }: Step): Promise<Memory> {
  const { storeId, id, sha256 } = memory
  return api.updateMemory({ storeId, memoryId: id, path: to, expectedSha256: sha256 })
}

async function moveDirectory(
  api: Api,
  plan: Extract<Plan, { kind: 'directory' }>,
  args: Arguments,
): Promise<ExitCode> {
  const { storeId, from, to } = plan
  try {
    const operations = [{ type: 'move', from, to } as const]
    const { results } = await api.applyBatch({ storeId, operations })
    const moved = results.flatMap((result) => (result.type === 'moved' ? result.memories : []))
    if (args.flag('json')) printJson(moved.map(memoryAsJson))
    else out(`moved ${counted(moved.length, 'memory', 'memories')} to ${lineFor(to)}\n`)
    return 0
  } catch (error) {
    // Another server does not have this operation.
    if (!(error instanceof DomainError) || error.code !== 'not_found') throw error
  }
  err('palimpsest: this server cannot move a directory at once; moving memory by memory\n')
  return moveEach(api, plan.steps, args)
}

/** One after the other, so that a failure leaves the rest where it was. */
async function moveEach(api: Api, steps: readonly Step[], args: Arguments): Promise<ExitCode> {
  const moved: Memory[] = []
  let failure: ExitCode = 0
  for (const step of steps) {
    try {
      const memory = await moveOne(api, step)
      moved.push(memory)
      if (!args.flag('json')) out(`moved ${lineFor(step.memory.path)} → ${lineFor(memory.path)}\n`)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      failure = exitCodes[error.code]
      err(`palimpsest: ${lineFor(step.memory.path)} stays: ${error.message}\n`)
    }
  }
  if (args.flag('json')) printJson(moved.map(memoryAsJson))
  return failure
}
