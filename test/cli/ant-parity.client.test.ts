// The same argument lists through the official `ant` and through ours, against one server: exit
// code, standard output and the requests that arrive must be the same.
import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { findAnt } from '../support/ant.ts'
import {
  startRecordingServer,
  type Recorded,
  type RecordingServer,
} from '../support/recording-server.ts'
import { mainFile, runProgram, type RunResult } from '../support/run-cli.ts'
import { antCases, type AntCase } from './ant-cases.ts'

const ant = findAnt()
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-ant-'))
// Under the name `ant`, ours too leaves stderr to errors.
const ours = join(folder, 'ant')
symlinkSync(mainFile, ours)

let server: RecordingServer
beforeAll(async () => {
  server = await startRecordingServer()
})
afterAll(() => server[Symbol.asyncDispose]())

interface Run {
  readonly result: RunResult
  readonly requests: readonly Recorded[]
}

async function run(program: readonly string[], one: AntCase): Promise<Run> {
  server.requests.length = 0
  if (one.reply !== undefined) server.reply = one.reply
  const key = program.length === 1 ? 'theirs' : 'ours'
  const connection = ['--base-url', server.url, '--api-key', key]
  const result = await runProgram([...program, ...connection, ...one.args], {
    stdin: one.stdin,
    env: { NO_PROXY: '*', ...one.env },
    cwd: folder,
  })
  return { result, requests: [...server.requests] }
}

/** What of a request must be the same: all that the server acts on. */
function essence({ method, target, headers, body }: Recorded) {
  const url = new URL(target, 'http://server')
  return {
    method,
    path: url.pathname,
    query: [...url.searchParams].map((pair) => pair.join('=')).sort(),
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
    accept: headers.accept,
    version: headers['anthropic-version'],
    beta: headers['anthropic-beta'],
    workspace: headers['anthropic-workspace-id'],
    type: headers['content-type'],
    hasKey: headers['x-api-key'] !== undefined,
    hasToken: headers.authorization !== undefined,
  }
}

function readOutput(text: string, how: AntCase['stdout']): unknown {
  switch (how) {
    case 'ignored':
      return undefined
    case 'json':
      return text === '' ? '' : JSON.parse(text)
    case 'yaml': // The documents of a list are run together.
      return text
        .split(/^(?=id:)|^---\n/m)
        .filter(Boolean)
        .map(readYaml)
    default:
      return text
  }
}

function readYaml(text: string): unknown {
  return parseAllDocuments(text).map((document) => document.toJS() as unknown)
}

if ('missing' in ant) {
  test('the official ant is there', ({ skip }) => {
    if (ant.unobtainable || !process.env['CI']) skip(ant.missing)
    expect(ant.missing).toBe('')
  })
}

describe.skipIf('missing' in ant)(
  `the official ant and ours${'missing' in ant ? `: skipped, ${ant.missing}` : ''}`,
  () => {
    const theirs = 'path' in ant ? ant.path : ''

    for (const [title, cases] of Object.entries(antCases(folder))) {
      describe(title, () => {
        test.each(cases.map((one) => [title_(one), one] as const))('%s', async (_, one) => {
          const expected = await run([theirs], one)
          const actual = await run([process.execPath, ours], one)
          expect(actual.requests.map(essence)).toEqual(expected.requests.map(essence))
          expect(readOutput(actual.result.stdout, one.stdout)).toEqual(
            readOutput(expected.result.stdout, one.stdout),
          )
          expect(actual.result.code).toBe(expected.result.code)
          expect(actual.result.stderr === '').toBe(expected.result.stderr === '')
        })
      })
    }
  },
)

function title_({ args, stdin }: AntCase): string {
  const line = args.map((arg) => (/^[\w:./@=-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(' ')
  return (stdin === undefined ? line : `${JSON.stringify(stdin)} | ${line}`).replaceAll('%', '%%')
}
