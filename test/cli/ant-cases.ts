// Argument lists that both programs run: the official `ant` and ours.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recorded, Reply } from '../support/recording-server.ts'
import {
  sessionFileCases,
  sessionLists,
  sessionRefusals,
  sessionsPiped,
  sessionVerbs,
  streams,
} from './ant-session-cases.ts'
import { transformPaths } from './transform-paths.ts'

export interface AntCase {
  readonly args: readonly string[]
  readonly stdin?: string
  readonly reply?: ((request: Recorded) => Reply | 'drop') | undefined
  /** How standard output is compared; default "text". */
  readonly stdout?: 'text' | 'json' | 'yaml' | 'ignored'
  readonly env?: Readonly<Record<string, string>>
}

const stores = 'beta:memory-stores'
const memories = `${stores}:memories`
const versions = `${stores}:memory-versions`
const store = ['--memory-store-id', 'memstore_1']
const memory = [...store, '--memory-id', 'mem_1']
const sha = 'a'.repeat(64)

const thing = {
  id: 'memstore_1',
  name: 'Ä "quoted" <b>',
  metadata: { '10': 'ten', '2': 'two' },
  size: 12345678901234567890n,
  ratio: 1.5e10,
  on: true,
  none: null,
  tags: ['a', 'b'],
  parts: [
    { name: 'x', rank: 1, on: true, tags: ['p', 'q'] },
    { name: 'y', rank: 2, on: false },
    { name: 'xyz', rank: 3, note: null },
  ],
  empty: [],
  nothing: {},
  'dotted.key': 'd',
  nested: { deep: { deeper: 'here' } },
}

function asJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'bigint' ? Number(item) : item,
  ).replace('12345678901234567000', '12345678901234567890')
}

const answerThing = (): Reply => ({ body: asJson(thing) })

/** Three pages of two. */
function answerPages(request: Recorded): Reply {
  const page = new URL(request.target, 'http://x').searchParams.get('page') ?? ''
  const number = Number(page.replace('page_', '') || 1)
  const data = [1, 2].map((index) => ({ id: `id_${number}_${index}`, tags: ['t'] }))
  return { body: { data, next_page: number < 3 ? `page_${number + 1}` : null } }
}

const answerConflict = (): Reply => ({
  status: 409,
  headers: { 'x-should-retry': 'false' },
  body: {
    type: 'error',
    error: { type: 'memory_precondition_failed_error', message: 'not current' },
    request_id: 'req_1',
  },
})

/** The examples of the CLI reference, with a valid path, and every verb with every flag. */
const plain: readonly AntCase[] = [
  { args: [memories, 'create', ...store, '--content', 'content', '--path', '/xx'] },
  { args: [memories, 'create', ...store, '--content', '', '--path', '/xx', '--view', 'full'] },
  { args: [memories, 'create', 'memstore_1', '--content=a=b', '--path=/x'] },
  { args: [memories, 'create', ...store, '--content', 'null', '--path', 'null'] },
  { args: [memories, 'create', ...store, '--content', '{a: 1}', '--path', '/x'] },
  { args: [memories, 'create', ...store, '--content', '-', '--path', '/x'] },
  { args: [memories, 'create', ...store, '--content', '@user', '--path', '\\@x'] },
  { args: [stores, 'create', '--name', 'User Preferences', '--description', 'All <b> of it'] },
  { args: [stores, 'create', '--name', 'x', '--metadata', '{a: b, "c": "d"}'] },
  { args: [stores, 'create', '--name', 'x', '--metadata', '{"a": "b"}'] },
  { args: [stores, 'create', '--name', 'x', '--metadata', 'a: b\nc: 1'] },
  { args: [stores, 'create', '--name', 'x', '--metadata', '{a: yes, b: true, c: null, d: ~}'] },
  { args: [stores, 'create', '--name', 'x', '--metadata', '{a: 1.50, b: 0x10, d: 2026-01-01}'] },
  { args: [stores, 'create', '--name', 'x', '--metadata', 'null'] },
  { args: [stores, 'create', '-name', 'x'] },
  { args: [stores, 'retrieve', ...store] },
  { args: [stores, 'retrieve', 'memstore_1'] },
  { args: [stores, 'update', ...store, '--description', '', '--name', 'new'] },
  { args: [stores, 'update', 'memstore_1', '--description', 'null', '--metadata', '{a: null}'] },
  { args: [stores, 'update', 'memstore_1'] },
  { args: [stores, 'delete', 'memstore_1'] },
  { args: [stores, 'archive', ...store] },
  { args: [memories, 'retrieve', ...memory] },
  { args: [memories, 'retrieve', ...store, 'mem_1', '--view', 'basic'] },
  { args: [memories, 'retrieve', 'mem_1', ...store] },
  { args: [memories, 'update', ...memory, '--content', 'new', '--path', '/y', '--view', 'full'] },
  { args: [memories, 'update', ...memory, '--content', 'null'] },
  {
    args: [
      memories,
      'update',
      ...memory,
      '--content',
      'new',
      '--precondition',
      `{type: content_sha256, content_sha256: ${sha}}`,
    ],
  },
  {
    args: [
      memories,
      'update',
      ...memory,
      '--precondition.type',
      'content_sha256',
      '--precondition.content-sha256',
      sha,
    ],
  },
  { args: [memories, 'delete', ...memory, '--expected-content-sha256', sha] },
  { args: [versions, 'retrieve', ...store, '--memory-version-id', 'memver_1', '--view', 'full'] },
  { args: [versions, 'retrieve', 'memver_1', ...store] },
  { args: [versions, 'redact', ...store, 'memver_1'] },
]

const lists: readonly AntCase[] = [
  { args: [stores, 'list'] },
  { args: [stores, 'list', '--include-archived'] },
  { args: [stores, 'list', '--include-archived=false', '--limit', '0x10'] },
  { args: [stores, 'list', '--limit', '010', '--page', 'page_2'] },
  {
    args: [stores, 'list', '--created-at-gte', '2026-01-01', '--created-at-lte', '{a: 1, b: [x]}'],
  },
  { args: [stores, 'list', '--created-at-gte', '2026-01-01T10:00:00Z'] },
  { args: [stores, 'list', '--created-at-gte', '"2026-01-01T10:00:00+02:00"'] },
  { args: [stores, 'list', '--created-at-gte', '20260101'] },
  { args: [stores, 'list', '--max-items', '3'] },
  { args: [stores, 'list', '--max-items', '0'] },
  { args: [stores, 'list', '--max-items', '-1'] },
  { args: [stores, 'list', '--max-items', '2', '--format', 'json'] },
  { args: [stores, 'list', '--format', 'jsonl'] },
  { args: [stores, 'list', '--format', 'raw'] },
  { args: [stores, 'list', '--format', 'raw', '--max-items', '1'] },
  { args: [stores, 'list', '--format', 'yaml'], stdout: 'yaml' },
  { args: [stores, 'list', '--format', 'pretty'], stdout: 'ignored' },
  { args: [stores, 'list', '--format', 'explore'] },
  { args: [stores, 'list', '--transform', 'id', '--raw-output'] },
  { args: ['-r', '--transform', 'id', stores, 'list'] },
  { args: [stores, '--transform', 'tags.0', '-r', 'list'] },
  { args: [stores, 'list', '--transform', 'nope', '-r'] },
  {
    args: [
      memories,
      'list',
      ...store,
      '--depth',
      '1',
      '--path-prefix',
      '/n otes/',
      '--view',
      'full',
    ],
  },
  { args: [memories, 'list', 'memstore_1', '--limit', '2', '--max-items', '5'] },
  {
    args: [
      versions,
      'list',
      ...store,
      '--memory-id',
      'mem_1',
      '--operation',
      'modified',
      '--session-id',
      'sesn_1',
      '--api-key-id',
      'apikey_1',
      '--created-at-gte',
      '2026-01-01T00:00:00Z',
      '--created-at-lte',
      '2026-02-01T00:00:00Z',
      '--view',
      'basic',
      '--limit',
      '5',
    ],
  },
]

const headers: readonly AntCase[] = [
  { args: [stores, 'retrieve', 'memstore_1', '--beta', 'files-api-2025-04-14'] },
  { args: [stores, 'retrieve', 'memstore_1', '--beta', 'a-2025-01-01', '--beta', 'b-2025-01-01'] },
  { args: [stores, 'retrieve', 'memstore_1', '--beta', 'a-2025-01-01,b-2025-01-01'] },
  { args: [stores, 'retrieve', 'memstore_1', '--workspace-id', 'wrkspc_1'] },
  { args: [stores, 'retrieve', 'memstore_1'], env: { ANTHROPIC_WORKSPACE_ID: 'wrkspc_2' } },
]

const output: readonly AntCase[] = [
  ...['json', 'jsonl', 'raw', 'auto', 'explore'].map((format) => ({
    args: [stores, 'retrieve', 'memstore_1', '--format', format],
  })),
  { args: [stores, 'retrieve', 'memstore_1', '--format', 'yaml'], stdout: 'yaml' },
  { args: [stores, 'retrieve', 'memstore_1', '--format', 'pretty'], stdout: 'ignored' },
  { args: [stores, 'retrieve', 'memstore_1', '--format', 'JSON'] },
  ...transformPaths.map((path) => ({
    args: [stores, 'retrieve', 'memstore_1', '--transform', path],
  })),
  ...['id', 'name', 'tags', 'size', 'none'].map((path) => ({
    args: [stores, 'retrieve', 'memstore_1', '--transform', path, '--raw-output'],
  })),
]

const piped: readonly AntCase[] = [
  { args: [stores, 'create'], stdin: 'name: piped\nmetadata: {a: b}\n' },
  { args: [stores, 'create', '--name', 'flag'], stdin: '{"name":"piped","description":"d"}' },
  { args: [stores, 'create'], stdin: 'name: "@user"\nunknown: [1, {a: "\\\\@x"}]' },
  { args: [stores, 'update'], stdin: '{"id":"memstore_1","name":"x"}' },
  { args: [stores, 'update'], stdin: '{"memory_store_id":"memstore_1","name":"x","limit":3}' },
  { args: [stores, 'update', '--memory-store-id', 'a'], stdin: '{"id":"memstore_1","name":"x"}' },
  {
    args: [memories, 'create'],
    stdin: 'memory_store_id: s\npath: /p\ncontent: |\n  two\n  lines\n',
  },
  { args: [memories, 'create', ...store], stdin: '{"path":"/p","content":"c","view":"full"}' },
  {
    args: [memories, 'update', ...store],
    stdin: `{id: mem_1, content: x, precondition: {type: t}}`,
  },
  {
    args: [memories, 'update', ...memory, '--precondition.content-sha256', sha],
    stdin: '{"precondition":{"type":"content_sha256"},"content":"x"}',
  },
  { args: [stores, 'list'], stdin: 'limit: 2\ninclude_archived: true\n' },
  { args: [memories, 'list'], stdin: '{"memory_store_id":"s","path_prefix":"/a/","depth":1}' },
  { args: [memories, 'retrieve'], stdin: '{"memory_store_id":"s","memory_id":"m"}' },
  { args: [stores, 'retrieve', 'memstore_1'], stdin: '' },
  { args: [stores, 'retrieve', 'memstore_1'], stdin: '[1]' },
  { args: [stores, 'create', '--name', 'x'], stdin: '[1, 2]' },
  { args: [stores, 'create'], stdin: '[1, 2]' },
  { args: [stores, 'create', '--name', 'x'], stdin: '{bad' },
  { args: [stores, 'archive', 'memstore_1'], stdin: 'a: b' },
]

const failures: readonly AntCase[] = [
  { args: [stores] },
  { args: [stores, '--help'] },
  { args: [stores, 'list', '--help'] },
  { args: ['beta:memory-store', 'list'] },
  { args: [stores, 'lsit'] },
  { args: [stores, 'list', '--lmit', '3'] },
  { args: [stores, 'list', '--limit', 'abc'] },
  { args: [stores, 'list', '--limit'] },
  { args: [stores, 'list', '--include-archived=maybe'] },
  { args: [stores, 'list', 'extra'] },
  { args: [stores, 'retrieve'] },
  { args: [stores, 'retrieve', ''] },
  { args: [stores, 'retrieve', 'a', 'b'] },
  { args: [stores, 'retrieve', ...store, 'b'] },
  { args: [stores, 'create'] },
  { args: [memories, 'create', ...store] },
  { args: [stores, 'update', 'x', '--metadata', 'abc'] },
  { args: [stores, 'update', 'x', '--metadata', '[1'] },
  { args: [stores, 'update', 'x', '--metadata', '@file'] },
  { args: [stores, 'create', '--name', '@/no/such/file'] },
  { args: [stores, 'list', '--format', 'bogus'] },
  { args: ['--base-url', 'no-scheme', stores, 'list'] },
].map((one) => ({ ...one, stdout: 'ignored' as const }))

const errorAnswers: readonly AntCase[] = [
  [stores, 'retrieve', 'memstore_1'],
  [memories, 'create', ...store, '--content', 'content', '--path', 'xx'],
  [stores, 'list'],
  [stores, 'list', '--format', 'jsonl', '--format-error', 'jsonl'],
  [stores, 'list', '--transform', 'error.type', '-r'],
  [stores, 'list', '--transform-error', 'error.type', '-r'],
].map((args) => ({ args, reply: answerConflict }))

/** One case after another fails once, and is tried again. */
function failingOnce(first: Reply | 'drop'): AntCase['reply'] {
  const seen = new Set<string>()
  return (request) => {
    const program = String(request.headers['x-api-key'])
    if (seen.has(program)) return answerThing()
    seen.add(program)
    return first
  }
}

const retries: readonly AntCase[] = [
  { args: [stores, 'retrieve', 'a'], reply: failingOnce({ status: 500, body: {} }) },
  { args: [stores, 'retrieve', 'a'], reply: failingOnce({ status: 429, body: {} }) },
  {
    args: [stores, 'delete', 'a'],
    reply: failingOnce({ status: 409, headers: { 'x-should-retry': 'true' }, body: {} }),
  },
  {
    args: [memories, 'create', ...store, '--content', 'c', '--path', '/a'],
    reply: failingOnce('drop'),
  },
  { args: [stores, 'retrieve', 'a'], reply: () => ({ status: 404, body: { error: {} } }) },
].map((one) => ({ ...one, stdout: 'json' as const }))

/** Files in `folder`, which must exist, and cases that read them. */
function fileCases(folder: string): AntCase[] {
  writeFileSync(join(folder, 'note.md'), 'A note.\nWith ä and 🦊.\n')
  writeFileSync(join(folder, 'data.bin'), Buffer.from([0, 1, 2, 255]))
  writeFileSync(join(folder, 'empty'), '')
  const create = (name: string, stdin?: string): AntCase => ({
    args: [stores, 'create', '--description', name, '--name', 'x'],
    ...(stdin === undefined ? {} : { stdin }),
  })
  return [
    create(`@${folder}/note.md`),
    create(`@file://${folder}/note.md`),
    create(`@data://${folder}/note.md`),
    create(`@${folder}/data.bin`),
    create(`@data://${folder}/data.bin`),
    create(`@${folder}/empty`),
    create(`\\@${folder}/note.md`),
    { args: [stores, 'create', '--name', 'x', '--metadata', `{a: "@${folder}/note.md"}`] },
    { args: [stores, 'create'], stdin: `{"name":"@${folder}/note.md"}` },
  ]
}

/** All cases, by what they are about. */
export function antCases(folder: string): Record<string, readonly AntCase[]> {
  const replying = (reply: () => Reply, cases: readonly AntCase[]) =>
    cases.map((one) => ({ reply, ...one }))
  return {
    'every verb': replying(answerThing, plain),
    lists: lists.map((one) => ({ reply: answerPages, ...one })),
    headers: replying(answerThing, headers),
    'output formats and transforms': replying(answerThing, output),
    'piped input': piped.map((one) => ({ reply: pipedReply, ...one })),
    files: replying(answerThing, fileCases(folder)),
    'wrong usage': replying(answerThing, failures),
    'error answers': errorAnswers,
    retries,
    'agents and sessions': replying(answerThing, [
      ...sessionVerbs,
      ...sessionsPiped,
      ...sessionFileCases(folder),
      ...sessionRefusals,
    ]),
    'lists of agents and sessions': sessionLists.map((one) => ({ reply: answerPages, ...one })),
    streams,
  }
}

function pipedReply(request: Recorded): Reply {
  return request.method === 'GET' && /(stores|memories)\?/.test(request.target)
    ? answerPages(request)
    : answerThing()
}
