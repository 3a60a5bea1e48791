// Backups, checks, drills and forgetting as commands, against a server and without one.
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli, type RunOptions, type RunResult } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
let folder: string

beforeAll(async () => {
  server = await serve()
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-guard-'))
  await cli(['stores', 'create', 'notes'])
  await cli(['put', '-', 'notes:/a.md'], { stdin: 'a text' })
})
afterAll(() => server[Symbol.asyncDispose]())

function cli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runCli(args, { cwd: folder, ...options, env: { ...server.env, ...options.env } })
}

const at = (name: string) => join(folder, name)

describe('backup, verify and restore-backup', () => {
  test('go there and back again', async () => {
    const made = await cli(['backup', 'copy.db', '--json'])
    expect(made).toMatchObject({ code: 0 })
    const { file, bytes, sha256 } = JSON.parse(made.stdout) as Record<string, unknown>
    expect(file).toBe(at('copy.db'))
    expect(bytes).toBe(statSync(at('copy.db')).size)
    expect(hash('sha256', readFileSync(at('copy.db')))).toBe(sha256)
    const checked = await cli(['verify', '--backup', 'copy.db'])
    expect(checked.code).toBe(0)
    expect(checked.stdout).toMatch(/^all is well: 1 store, 1 memory, 1 version, 6 B/)
    expect(await cli(['restore-backup', 'copy.db', '--data-dir', 'restored'])).toMatchObject({
      code: 0,
    })
    expect(statSync(at('restored')).mode & 0o777).toBe(0o700)
    // Without a server, on the directory itself.
    const direct = await runCli(['verify', '--data-dir', at('restored'), '--json'], {})
    expect(JSON.parse(direct.stdout)).toMatchObject({ ok: true, memories: 1, findings: [] })
    const again = await runCli(['backup', at('second.db'), '--data-dir', at('restored')], {})
    expect(again.code).toBe(0)
  })

  test('say what is wrong, and end with 1', async () => {
    await cli(['backup', 'damaged.db'])
    const db = new DatabaseSync(at('damaged.db'))
    db.exec("UPDATE contents SET body = x'616263'")
    db.close()
    const checked = await cli(['verify', '--backup', 'damaged.db'])
    expect(checked.code).toBe(1)
    expect(checked.stdout).toMatch(
      /^content\tmemstore_\w+ seq 2\thas 3 bytes, and must have 6\n1 finding:/,
    )
    const restored = await cli(['restore-backup', 'damaged.db', '--data-dir', 'none'])
    expect(restored.code).toBe(1)
    expect(existsSync(at('none'))).toBe(false)
  })

  test.each([
    [['backup'], 2, /FILE.db is missing/],
    [['backup', 'copy.txt'], 1, /file: must end with ".db"/],
    [['backup', 'none/copy.db'], 1, /must be in a directory that is there/],
    [['verify', '--backup', 'none.db'], 2, /there is no file/],
    [['restore-backup', 'none.db', '--data-dir', 'x'], 2, /there is no file/],
    [['restore-backup', 'copy.db'], 2, /--data-dir is missing/],
    [['drill', '--in', 'none'], 2, /there is no directory/],
  ] as const)('%j is refused', async (args, code, says) => {
    const result = await cli(args)
    expect(result.stderr).toMatch(says)
    expect(result.code).toBe(code)
  })

  test('replace nothing', async () => {
    writeFileSync(at('mine.db'), 'mine')
    expect((await cli(['backup', 'mine.db'])).code).toBe(1)
    expect(readFileSync(at('mine.db'), 'utf8')).toBe('mine')
    const over = await cli(['restore-backup', 'mine.db', '--data-dir', folder])
    expect(over.code).toBe(1)
  })

  test('the drill does all of it, and leaves nothing', async () => {
    const place = mkdtempSync(join(tmpdir(), 'palimpsest-drills-'))
    const drilled = await cli(['drill', '--in', place, '--json'])
    expect(drilled.code).toBe(0)
    expect(JSON.parse(drilled.stdout)).toMatchObject({
      ok: true,
      stores: 1,
      read: { workspaces: 1, stores: 1, memories: 1 },
    })
    expect(readdirSync(place)).toEqual([])
    const told = await cli(['drill', '--in', place])
    expect(told.stdout).toMatch(/served, read {2}1 memory over HTTP\nThe way back works/)
  })
})

describe('forget', () => {
  test('shows, erases, and gives a receipt that others can check', async () => {
    await cli(['put', '-', 'notes:/ada.md'], { stdin: 'Ada Example' })
    writeFileSync(at('texts'), 'ada example\n\nnobody else\n')
    const shown = await cli(['forget', '--text-file', 'texts', '--dry-run'])
    expect(shown).toMatchObject({ code: 0 })
    expect(shown.stdout).toMatch(/^memory +memstore_\w+ mem_\w+ {2}\/ada.md {2}1 version\n$/)
    const subject = ['--text-file', 'texts']
    expect((await cli(['forget', ...subject])).code).toBe(2)
    const done = await cli(['forget', ...subject, '--yes', '--out', 'receipt.json', '--json'])
    expect(done.code).toBe(0)
    expect(JSON.parse(done.stdout)).toEqual(JSON.parse(readFileSync(at('receipt.json'), 'utf8')))
    expect(statSync(at('receipt.json')).mode & 0o777).toBe(0o600)
    expect((await cli(['cat', 'notes:/ada.md'])).code).toBe(3)
    const key = await fetch(`${server.url}/palimpsest/v1/signing_key`, {
      headers: { 'x-api-key': server.key },
    })
    const { public_key_pem: pem } = (await key.json()) as { public_key_pem: string }
    writeFileSync(at('key.pem'), pem)
    const offline = { env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' } }
    const check = ['forget', '--check', 'receipt.json', '--public-key', 'key.pem']
    const good = await cli(check, offline)
    expect(good).toMatchObject({ code: 0 })
    expect(good.stdout).toMatch(/^the signature is good\nforget_\w+ .* 1 memory, 1 version/)
    const receipt = JSON.parse(done.stdout) as { document: string; signature: string }
    // As docs/forget.md has it.
    writeFileSync(at('document'), receipt.document)
    writeFileSync(at('signature'), Buffer.from(receipt.signature, 'base64'))
    const openssl = ['-verify', '-pubin', '-inkey', 'key.pem', '-rawin', '-in', 'document']
    const verified = execFileSync('openssl', ['pkeyutl', ...openssl, '-sigfile', 'signature'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(verified).toContain('Signature Verified Successfully')
    const forged = {
      ...receipt,
      document: receipt.document.replace('"versions":1', '"versions":0'),
    }
    writeFileSync(at('receipt.json'), JSON.stringify(forged))
    expect((await cli(check, offline)).code).toBe(1)
    const listed = await cli(['forget', '--receipts', '--json'])
    expect(JSON.parse(listed.stdout)).toMatchObject([{ document: receipt.document }])
  })

  test.each([
    [['forget'], 2, /needs a mark of what to erase: --text, --text-file, --path/],
    [['forget', '--yes', '--whole-words'], 2, /needs a mark of what to erase/],
    [['forget', '--text', 'x', '--yes'], 1, /subject.text: must have 2 to 1000 characters/],
    [['forget', '--metadata', 'user', '--dry-run'], 2, /must be KEY=VALUE/],
    [['forget', '--store', 'nowhere', '--dry-run'], 3, /no store with the id or name/],
    [['forget', '--check', 'copy.db'], 2, /is no receipt/],
    [['forget', '--text', 'Ada', '--reason', 'for Ada', '--yes'], 1, /reason: must not hold/],
  ] as const)('%j is refused', async (args, code, says) => {
    const result = await cli(args)
    expect(result.stderr).toMatch(says)
    expect(result.code).toBe(code)
  })
})
