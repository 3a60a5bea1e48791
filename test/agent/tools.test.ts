import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { betaAgentToolset20260401 } from '@anthropic-ai/sdk/tools/agent-toolset/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Memory } from '../../src/domain/memory/memory.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import type { StoreId } from '../../src/domain/ids.ts'
import type { World } from '../../src/agent/tools/tool.ts'
import { openAgentWorld, use, type AgentWorld } from '../support/agent-world.ts'

type Json = string | boolean | readonly number[]

let agent: AgentWorld
let notes: StoreId
let rules: StoreId
let world: World

beforeAll(async () => {
  agent = await openAgentWorld()
  notes = await agent.store('My Notes')
  rules = await agent.store('Rules')
  world = agent.world([
    { id: notes, name: 'My Notes' },
    { id: rules, name: 'Rules', access: 'read_only' },
  ])
})
afterAll(() => agent[Symbol.asyncDispose]())

async function memoryAt(storeId: StoreId, path: string): Promise<Memory | undefined> {
  const { items } = await agent.operator.listMemories({ storeId, view: 'full' })
  return items.find((item): item is Memory => !isDirectory(item) && item.path === path)
}

describe('memory as files', () => {
  test('[R-S2-2] a write is a version by the session before the tool answers', async () => {
    const file_path = '/mnt/memory/my-notes/users/maya.md'
    const content = 'colour: #0E7A4F\n'
    expect(await use(world, 'write', { file_path, content })).toBe(`wrote 16 bytes to ${file_path}`)
    const memory = await memoryAt(notes, '/users/maya.md')
    expect(memory?.content).toBe(content)
    const { items } = await agent.operator.listVersions({ storeId: notes })
    expect(items[0]).toMatchObject({ createdBy: agent.sessionId, door: 'agent' })
    expect(await use(world, 'read', { file_path })).toBe(content)
  })

  test('replacing and editing make versions of the same memory', async () => {
    const file_path = '/mnt/memory/my-notes/list.md'
    await use(world, 'write', { file_path, content: 'a\n' })
    const first = await memoryAt(notes, '/list.md')
    await use(world, 'write', { file_path, content: 'a\nb\n' })
    const edit = { file_path, old_string: 'b', new_string: 'c' }
    expect(await use(world, 'edit', edit)).toBe(`edited ${file_path} (1 replacement(s))`)
    const last = await memoryAt(notes, '/list.md')
    expect(last).toMatchObject({ id: first?.id, content: 'a\nc\n' })
  })

  test('what others wrote is seen by the next call', async () => {
    expect(await use(world, 'glob', { pattern: '**/*', path: '/mnt/memory/rules' })).toBe(
      'no matches',
    )
    await agent.operator.createMemory({ storeId: rules, path: '/style.md', content: 'ISO dates\n' })
    expect(await use(world, 'read', { file_path: '/mnt/memory/rules/style.md' })).toBe(
      'ISO dates\n',
    )
    const found = await use(world, 'grep', { pattern: 'ISO', path: '/mnt/memory' })
    expect(found).toBe('/mnt/memory/rules/style.md:1:ISO dates')
  })

  test('edits by many at once all survive', async () => {
    const file_path = '/mnt/memory/my-notes/race.md'
    await use(world, 'write', { file_path, content: 'end\n' })
    const other = agent.world([{ id: notes, name: 'My Notes' }])
    const edits = Array.from({ length: 12 }, (_, n) => {
      const edit = { file_path, old_string: 'end', new_string: `${n}\nend` }
      return use(n % 2 === 0 ? world : other, 'edit', edit)
    })
    expect(new Set(await Promise.all(edits)).size).toBe(1)
    const lines = (await use(world, 'read', { file_path })).trim().split('\n')
    expect(
      lines
        .map(Number)
        .filter((n) => n >= 0)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 12 }, (_, n) => n))
  })

  test('[R-S2-3] a read-only store refuses, and says so', async () => {
    const file_path = '/mnt/memory/rules/new.md'
    const refused = `${file_path} is inside read-only directory /mnt/memory/rules`
    expect(await use(world, 'write', { file_path, content: 'x' })).toBe(`error: write: ${refused}`)
    const edit = { file_path, old_string: 'a', new_string: 'b' }
    expect(await use(world, 'edit', edit)).toBe(`error: edit: ${refused}`)
    expect(await memoryAt(rules, '/new.md')).toBeUndefined()
  })

  test.each([
    ['/mnt/memory/x.md', 'outside'],
    ['/mnt/memory/other/x.md', 'outside'],
    ['/mnt/memory/rules/../../../etc/passwd', 'outside'],
    ['../etc/passwd', 'outside'],
    ['/etc/passwd', 'outside'],
    ['/mnt/memory/my-notes', 'is a directory'],
    ['/mnt/memory/my-notes/a\u0300.md', 'NFC'],
    ['/mnt/memory/my-notes/a\u0007.md', 'control'],
    ['/mnt/memory/my-notes/list.md/below.md', 'is a file'],
    ['/mnt/memory/my-notes/users', 'is a directory'],
  ])('writing %j is refused with a reason', async (file_path, reason) => {
    const text = await use(world, 'write', { file_path, content: 'x' })
    expect(text).toMatch(/^error: /)
    expect(text).toContain(reason)
  })

  test('[R-S2-5] too much content is refused whole, with the limit', async () => {
    const file_path = '/mnt/memory/my-notes/big.md'
    expect(await use(world, 'write', { file_path, content: 'x'.repeat(102_400) })).toMatch(/^wrote/)
    expect(await use(world, 'write', { file_path, content: 'x'.repeat(102_401) })).toBe(
      'error: write: content: must be at most 102400 bytes of UTF-8; it has 102401',
    )
  })

  test('".." inside a path is resolved by name, and stays where it leads', async () => {
    const file_path = '/mnt/memory/rules/../my-notes/up.md'
    expect(await use(world, 'write', { file_path, content: 'x' })).toMatch(/^wrote/)
    expect(await memoryAt(notes, '/up.md')).toBeDefined()
  })
})

describe('scratch space', () => {
  test('relative paths live there and are no memory', async () => {
    expect(await use(world, 'write', { file_path: 'a/b.txt', content: 'x' })).toMatch(/^wrote/)
    expect(await readFile(join(agent.directory, 'a/b.txt'), 'utf8')).toBe('x')
    expect(await use(world, 'read', { file_path: '/workspace/a/b.txt' })).toBe('x')
  })

  test('[R-S2-4] links are not followed, wherever they stand', async () => {
    await symlink('/etc', join(agent.directory, 'etc'))
    await symlink('/etc/passwd', join(agent.directory, 'passwd'))
    for (const file_path of ['etc/passwd', 'passwd']) {
      expect(await use(world, 'read', { file_path })).toMatch(/^error: read: /)
    }
    expect(await use(world, 'write', { file_path: 'etc/new', content: '' })).toMatch(/^error/)
    expect(await use(world, 'grep', { pattern: 'root' })).toBe('no matches')
    expect(await use(world, 'glob', { pattern: 'etc/*' })).toBe('no matches')
    // Writing over a link replaces the link, not what it points at.
    await use(world, 'write', { file_path: 'passwd', content: 'mine' })
    expect(await readFile('/etc/passwd', 'utf8')).toContain('root:')
    expect(await use(world, 'read', { file_path: 'passwd' })).toBe('mine')
  })
})

describe('input', () => {
  test.each([
    [
      'grep',
      { pattern: 'x', output_mode: 'count' },
      'grep: unknown option "output_mode"; it takes pattern, path',
    ],
    ['read', {}, 'read: file_path is required'],
    ['read', { file_path: 7 }, 'read: file_path must be a string'],
    ['edit', { file_path: 'x', old_string: '', new_string: '' }, 'edit: old_string is required'],
    ['bash', {}, 'bash: command is required'],
    [
      'glob',
      { pattern: '/etc/*' },
      'glob: absolute pattern not permitted; pass a relative pattern (and optionally path)',
    ],
    ['glob', { pattern: 'a/../*' }, 'glob: ".." is not permitted in the pattern'],
    ['read', 'x', 'read: the input must be an object'],
  ] as const)('%s %j', async (name, input, message) => {
    expect(await use(world, name, input)).toBe(`error: ${message}`)
  })

  test('a pattern that runs away is stopped with the call', async () => {
    await use(world, 'write', { file_path: 'evil.txt', content: `${'a'.repeat(40)}!` })
    const { runTool } = await import('../../src/agent/tools/run-tool.ts')
    const input = { pattern: '(a+)+$', path: 'evil.txt' }
    const run = runTool(world, { name: 'grep', input }, AbortSignal.timeout(300))
    await expect(run).rejects.toThrow()
    await rm(join(agent.directory, 'evil.txt'))
  })
})

// The official toolset over a directory is the oracle: same files, same calls, same texts.
describe('as the official toolset answers', () => {
  const files = {
    'a.md': 'one\ntwo\nthree\n',
    'sub/b.md': 'two\nfour',
    'sub/deep/c.txt': 'Two words\n',
    'empty.md': '',
  }
  const calls: [name: 'read' | 'write' | 'edit' | 'glob' | 'grep', input: Record<string, Json>][] =
    [
      ['read', { file_path: 'a.md' }],
      ['read', { file_path: 'a.md', view_range: [2, 3] }],
      ['read', { file_path: 'a.md', view_range: [2, -1] }],
      ['read', { file_path: 'a.md', view_range: [1, 99] }],
      ['read', { file_path: 'a.md', view_range: [9, 12] }],
      ['read', { file_path: 'a.md', view_range: [1] }],
      ['read', { file_path: 'sub/b.md', view_range: [2, 2] }],
      ['read', { file_path: 'empty.md' }],
      ['read', { file_path: 'missing.md' }],
      ['read', { file_path: 'sub' }],
      ['read', { file_path: '../x' }],
      ['edit', { file_path: 'a.md', old_string: 'nine', new_string: 'x' }],
      ['edit', { file_path: 'a.md', old_string: 'o', new_string: 'x' }],
      ['edit', { file_path: 'a.md', old_string: 'e', new_string: 'E', replace_all: true }],
      ['read', { file_path: 'a.md' }],
      ['edit', { file_path: 'missing.md', old_string: 'e', new_string: 'E' }],
      ['edit', { file_path: 'sub', old_string: 'e', new_string: 'E' }],
      ['write', { file_path: 'new/x.md', content: 'äö' }],
      ['read', { file_path: 'new/x.md' }],
      ['grep', { pattern: 'nothing at all' }],
      ['grep', { pattern: 'four' }],
      ['grep', { pattern: '^f.*r$', path: 'sub' }],
      ['glob', { pattern: '*.zip' }],
      ['glob', { pattern: '**/c.*' }],
      ['glob', { pattern: '*.txt', path: 'sub/deep' }],
      ['glob', { pattern: '**/{b,c}.txt' }],
      ['glob', { pattern: '/a' }],
    ]

  test('[R-S2-1] texts are the same for files and for memories', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'oracle-'))
    const storeId = await agent.store('Oracle')
    const ours = agent.world([{ id: storeId, name: 'Oracle' }])
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(directory, name, '..'), { recursive: true })
      await writeFile(join(directory, name), text)
      await use(ours, 'write', { file_path: `/mnt/memory/oracle/${name}`, content: text })
      await use(ours, 'write', { file_path: `same/${name}`, content: text })
    }
    const official = betaAgentToolset20260401({ workdir: directory })
    for (const [name, input] of calls) {
      const oracle = await officialAnswer(official, name, input)
      for (const at of ['/mnt/memory/oracle', '/workspace/same']) {
        const text = await use(ours, name, below(at, name, input))
        const shown = text.replaceAll(`${at}/`, '').replaceAll(at, 'sub')
        // Their search ends its output with a line break only where ripgrep is installed.
        const expected = oracle.replaceAll(`${directory}/`, '').replace(/(:\d+:.*)\n$/, '$1')
        if (/outside/.test(expected)) expect(text).toMatch(/outside|no such file/)
        else expect({ name, input, at, text: shown }).toEqual({ name, input, at, text: expected })
      }
    }
    await rm(directory, { recursive: true })
  })

  function below(at: string, name: string, input: Record<string, Json>) {
    if ('file_path' in input) return { ...input, file_path: `${at}/${String(input['file_path'])}` }
    if (name === 'glob' && String(input['pattern']).startsWith('/')) return input
    const path = input['path'] === undefined ? at : `${at}/${String(input['path'])}`
    return { ...input, path }
  }

  async function officialAnswer(
    tools: ReturnType<typeof betaAgentToolset20260401>,
    name: string,
    input: Record<string, Json>,
  ): Promise<string> {
    const tool = tools.find((one) => one.name === name)
    try {
      const answer: unknown = await (tool!.run as (input: unknown) => unknown)(input)
      return typeof answer === 'string' ? answer : JSON.stringify(answer)
    } catch (error) {
      return `error: ${error instanceof Error ? error.message : String(error)}`
    }
  }
})
