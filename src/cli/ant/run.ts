import { openTransport, type HttpRequest } from '../../client/transport.ts'
import type { ExitCode } from '../command.ts'
import { resolveServer, type Server } from '../credentials.ts'
import { err, isTerminal, out, wantsColour } from '../terminal.ts'
import { printAnswer, printItems, type Call } from './answers.ts'
import { debugObserver } from './debug.ts'
import type { Operation } from './operation.ts'
import type { OutputOptions } from './output.ts'
import { parseAnt, type Format, type Invocation } from './parse.ts'
import { draftRequest, type Draft } from './request.ts'
import { AntUsageError } from './usage.ts'

export interface Program {
  /** The name it was started under: "palimpsest", or "ant". */
  readonly name: string
  readonly version: string
}

/** Runs one line in the grammar of `ant`: its streams and its exit codes (contract §14.5). */
export async function runAnt(tokens: readonly string[], program: Program): Promise<ExitCode> {
  try {
    const invocation = parseAnt(tokens)
    if (invocation.globals.has('version')) {
      out(`${program.name} version ${program.version}\n`)
      return 0
    }
    if (invocation.operation === undefined || invocation.globals.has('help')) {
      const { antHelp } = await import('./help.ts')
      out(antHelp(invocation, program.name))
      return 0
    }
    return await perform(invocation.operation, invocation, program)
  } catch (error) {
    if (error instanceof AntUsageError) {
      err(`${error.message}\n`)
      return error.exitCode
    }
    err(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

async function perform(
  operation: Operation,
  { globals, given }: Invocation,
  program: Program,
): Promise<ExitCode> {
  const draft = await draftRequest(operation, given)
  const server = resolveServer({
    baseUrl: globals.get('base-url'),
    apiKey: globals.get('api-key'),
    authToken: globals.get('auth-token'),
    workspaceId: globals.get('workspace-id'),
    purpose: 'ant',
  })
  if (server.note !== undefined) err(`${server.note}\n`)
  // Under the name `ant`, stderr too is what a script of theirs expects.
  if (operation.method !== 'GET' && program.name !== 'ant') {
    err(`${program.name}: ${operation.verb} on ${server.baseUrl} (${server.source})\n`)
  }
  const isExplored = globals.get('format') === 'explore'
  if (isExplored) err('Note: palimpsest has no explorer; this is the format "json"\n')
  const observer = isSwitchOn(globals, 'debug') ? debugObserver(err) : undefined
  using transport = openTransport({ observer })
  const call: Call = {
    transport,
    observer,
    request: address(operation, draft, { server, program }),
    output: outputOptions(globals, 'format', 'transform'),
    errorOutput: { ...outputOptions(globals, 'format-error', 'transform-error'), raw: false },
  }
  if (operation.answer === 'stream') {
    const { printStream } = await import('./stream.ts')
    return await printStream(call, draft.itemsMax)
  }
  const isPaged = operation.answer === 'page' && call.output.format !== 'raw'
  return await (isPaged ? printItems(call, draft.itemsMax) : printAnswer(call))
}

function isSwitchOn(globals: Invocation['globals'], name: string): boolean {
  const value = globals.get(name)
  return value !== undefined && !/^(0|f|false)$/i.test(value)
}

function outputOptions(
  globals: Invocation['globals'],
  format: 'format' | 'format-error',
  transform: 'transform' | 'transform-error',
): OutputOptions {
  return {
    format: (globals.get(format) ?? 'auto') as Format,
    transform: globals.get(transform),
    raw: isSwitchOn(globals, 'raw-output'),
    isTerminal: isTerminal(process.stdout),
    colour: wantsColour(process.stdout),
  }
}

function address(
  operation: Operation,
  draft: Draft,
  { server, program }: { server: Server; program: Program },
): HttpRequest {
  const url = new URL(draft.path, server.baseUrl)
  for (const [key, value] of draft.query) url.searchParams.append(key, value)
  return {
    method: operation.method,
    url,
    headers: {
      accept: 'application/json',
      'anthropic-version': '2023-06-01',
      'user-agent': `Palimpsest/CLI ${program.version}`,
      ...server.headers,
      ...draft.headers,
      ...(draft.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: draft.body,
  }
}
