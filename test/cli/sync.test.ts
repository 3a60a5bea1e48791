// What sync prints; what it does stands in test/sync.
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-cli-sync-'))

beforeAll(async () => {
  server = await serve()
  await cli(['stores', 'create', 'notes'])
  await cli(['put', '-', 'notes:/theirs.md'], 'theirs\n')
})
afterAll(() => server[Symbol.asyncDispose]())

function cli(args: readonly string[], stdin?: string) {
  return runCli(args, { stdin, cwd: folder, env: server.env })
}

test('--dry-run says what would be done and does nothing, --json says what was done', async () => {
  const dry = await cli(['sync', 'notes', 'dir', '--dry-run'])
  expect(dry).toEqual({
    code: 0,
    stdout: '/theirs.md: would be fetched\n1 would be changed\n',
    stderr: '',
  })
  expect(existsSync(join(folder, 'dir'))).toBe(false)
  const fetched = await cli(['sync', 'notes', 'dir', '--json'])
  expect(JSON.parse(fetched.stdout)).toEqual({
    dry_run: false,
    changes: [{ path: '/theirs.md', action: 'pull', what: 'fetched' }],
    left_alone: [],
    postponed_deletes: 0,
  })
  writeFileSync(join(folder, 'dir/ours.md'), 'ours\n')
  writeFileSync(join(folder, 'dir/binary'), Buffer.from([0xff]))
  const before = readFileSync(join(folder, 'dir/.palimpsest-sync.json'), 'utf8')
  const again = await cli(['sync', 'notes', 'dir', '--dry-run', '--json'])
  expect(again.code).toBe(1)
  expect(JSON.parse(again.stdout)).toEqual({
    dry_run: true,
    changes: [{ path: '/ours.md', action: 'create', what: 'would be created' }],
    left_alone: [{ path: '/binary', reason: expect.stringContaining('UTF-8') }],
    postponed_deletes: 0,
  })
  expect(readFileSync(join(folder, 'dir/.palimpsest-sync.json'), 'utf8')).toBe(before)
  expect(readdirSync(join(folder, 'dir')).sort()).toEqual([
    '.palimpsest-sync.json',
    'binary',
    'ours.md',
    'theirs.md',
  ])
  expect((await cli(['find', 'notes'])).stdout).toBe('/theirs.md\n')
  const sent = await cli(['sync', 'notes', 'dir'])
  expect([sent.code, sent.stdout]).toEqual([1, '1 changed, 1 left alone\n'])
  expect((await cli(['find', 'notes'])).stdout).toBe('/ours.md\n/theirs.md\n')
})

test.each(['--json', '--dry-run'])('%s does not go with --watch', async (flag) => {
  const { code, stderr } = await cli(['sync', 'notes', 'dir', '--watch', flag])
  expect(code).toBe(2)
  expect(stderr).toContain('--watch goes on for ever')
})
