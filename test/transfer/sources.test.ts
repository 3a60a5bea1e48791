// Folders of text, and repositories that no export made.
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSource } from '../../src/cli/transfer/import-source.ts'
import { checkSource } from '../../src/cli/transfer/import-store.ts'
import type { Entry } from '../../src/transfer/entry.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-sources-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

async function read(includesHidden = false) {
  await using source = await openSource({ place: folder, format: undefined, includesHidden })
  const { left, memories } = await checkSource(source)
  const entries: Entry[] = await Array.fromAsync(source.entries())
  const lost = left.map(({ file, reason }) => `${file.replace(`${folder}/`, '')} ${reason}`)
  return { entries, memories, lost: lost.toSorted(), skipped: source.skipped }
}

describe('a vault of notes', () => {
  test('comes along as it is, and what cannot is listed with the reason', async () => {
    write('Daily/2026-11-20.md', '# Today\n[[Ideas]]\n')
    write('Ideas.md', '\ufeffwith a mark')
    write('empty.md', '')
    write('.obsidian/app.json', '{}')
    write('attachments/picture.png', Buffer.from([0x89, 0x50, 0xff]))
    write('long.md', 'x'.repeat(102_401))
    write('longest.md', 'x'.repeat(102_400))
    write('odd\u200bname.md', 'x')
    symlinkSync('/etc/passwd', join(folder, 'link.md'))
    utimesSync(join(folder, 'Ideas.md'), 1_000, 2_000)
    const { entries, lost, skipped, memories } = await read()
    expect(entries.map(({ path }) => path)).toEqual([
      '/Daily/2026-11-20.md',
      '/Ideas.md',
      '/empty.md',
      '/longest.md',
    ])
    expect(memories).toBe(4)
    expect(entries[1]).toMatchObject({ at: 2_000_000, content: '\ufeffwith a mark' })
    expect(lost).toEqual([
      'attachments/picture.png is not UTF-8 text',
      'link.md is a symbolic link',
      expect.stringContaining('long.md has 102401 bytes'),
      expect.stringContaining('control or format characters'),
    ])
    expect(skipped).toEqual([join(folder, '.obsidian')])
  })
})

describe('a repository of somebody', () => {
  const git = (...args: string[]) =>
    execFileSync('git', [
      '-C',
      folder,
      '-c',
      'user.name=Ada',
      '-c',
      'user.email=ada@example.com',
      ...args,
    ])

  beforeEach(() => {
    git('init', '--quiet', '--initial-branch=main')
  })

  const commit = (message: string, date = '2026-01-02T03:04:05Z') => {
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', '-m', message, '--date', date)
  }

  test('becomes a history: authors, times, renames and deletions', async () => {
    write('a.md', 'one\n')
    write('b/c.md', 'two\n')
    commit('first')
    write('a.md', 'one\nmore\n')
    git('mv', 'b/c.md', 'd.md')
    commit('second', '2020-01-01T00:00:00Z')
    git('rm', '--quiet', 'a.md')
    write('a.md/inside', 'a directory now')
    commit('third')
    commit('nothing')
    const { entries, lost, memories } = await read()
    const brief = entries.map(({ kind, path, previousPath, content }) => [
      kind,
      path,
      previousPath,
      content,
    ])
    expect(brief).toEqual([
      ['created', '/a.md', undefined, 'one\n'],
      ['created', '/b/c.md', undefined, 'two\n'],
      ['modified', '/d.md', '/b/c.md', 'two\n'],
      ['modified', '/a.md', undefined, 'one\nmore\n'],
      ['deleted', '/a.md', undefined, undefined],
      ['created', '/a.md/inside', undefined, 'a directory now'],
    ])
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect(entries[0]).toMatchObject({ actor: 'Ada <ada@example.com>', at: 1_767_323_045_000 })
    expect(entries[2]).toMatchObject({ at: 1_577_836_800_000, memoryId: entries[1]?.memoryId })
    expect(memories).toBe(2)
    expect(lost).toEqual([])
  })

  test('leaves out what is no text, says so, and takes it when it becomes text', async () => {
    write('binary', Buffer.from([0xff, 0xfe]))
    write('text', 'one')
    symlinkSync('text', join(folder, 'link'))
    commit('first')
    write('binary', 'text now')
    write('text', Buffer.from([0xff]))
    commit('second')
    const { entries, lost } = await read()
    expect(entries.map(({ kind, path, content }) => [kind, path, content])).toEqual([
      ['created', '/text', 'one'],
      ['created', '/binary', 'text now'],
      ['deleted', '/text', undefined],
    ])
    expect(lost).toEqual([
      'binary is not UTF-8 text',
      'link is a symbolic link',
      'text is not UTF-8 text',
    ])
  })

  test('runs no program that it names', async () => {
    write('a', 'one')
    commit('first')
    const trap = join(folder, 'trap')
    writeFileSync(join(folder, 'trap.sh'), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 })
    const program = join(folder, 'trap.sh')
    git('config', 'core.fsmonitor', program)
    git('config', 'gpg.program', program)
    git('config', 'log.showSignature', 'true')
    git('config', 'diff.external', program)
    git('config', 'core.pager', program)
    git('config', 'core.sshCommand', program)
    git('config', 'filter.x.smudge', program)
    const signed = git('cat-file', 'commit', 'HEAD')
      .toString()
      .replace(
        '\n\n',
        '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n',
      )
    const options = { input: signed, encoding: 'utf8' } as const
    const id = execFileSync(
      'git',
      ['-C', folder, 'hash-object', '-t', 'commit', '-w', '--stdin'],
      options,
    )
    git('update-ref', 'refs/heads/main', id.trim())
    expect((await read()).entries).toHaveLength(1)
    expect(existsSync(trap)).toBe(false)
    execFileSync('git', ['-C', folder, 'log'], { stdio: 'pipe' })
    expect(existsSync(trap)).toBe(true)
  })

  test('hides nothing by its settings', async () => {
    write('a', 'one')
    commit('first')
    const settings = { 'log.showRoot': 'false', 'color.ui': 'always', 'diff.renames': 'copies' }
    for (const [name, value] of Object.entries(settings)) git('config', name, value)
    expect((await read()).entries).toMatchObject([{ path: '/a', content: 'one' }])
  })

  test('may have names, authors and times that nothing else has', async () => {
    for (const byte of [0xfe, 0xff]) {
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([byte])]), 'x')
    }
    write('a', 'one')
    git('add', '--all')
    git('commit', '--quiet', '-m', 'x', '--author', `T\tab${'n'.repeat(300)} <t@x>`)
    const odd = git('cat-file', 'commit', 'HEAD').toString().replace(/> \d+/, '> 99999999999999')
    const args = ['-C', folder, 'hash-object', '-t', 'commit', '-w', '--stdin']
    const id = execFileSync('git', args, { input: odd, encoding: 'utf8' }).trim()
    git('update-ref', 'refs/heads/main', id)
    const { entries, lost } = await read()
    expect(entries).toMatchObject([
      { path: '/a', actor: expect.stringMatching(/^T abn{200}/), at: undefined },
    ])
    expect(entries[0]?.actor).toHaveLength(255)
    expect(lost).toHaveLength(2)
    expect(lost[0]).toContain('must be valid Unicode')
  })

  const told = (...lines: string[]) =>
    commit(
      [
        'created /a',
        '',
        'Palimpsest-Seq: 1',
        'Palimpsest-Kind: created',
        'Palimpsest-Memory: mem_x',
        'Palimpsest-Version: memver_x',
        ...lines,
      ].join('\n'),
    )

  test('that names a file it has not is read to its end, whatever the name says', async () => {
    write('a', 'one')
    told('Palimpsest-Path: /a blob 3')
    const { entries } = await read()
    expect(entries).toMatchObject([{ path: '/a blob 3' }])
    expect(entries[0]?.content).toBeUndefined()
  })

  test.each(['{bad', 'null', '[]'])('that claims %s is refused, by the change', async (claim) => {
    write('a', 'one')
    told('Palimpsest-Path: /a', `Palimpsest-Claimed: ${claim}`)
    await expect(read()).rejects.toThrow(/claim/)
  })

  test('is followed along its own branch, where a merge is one change', async () => {
    write('a', 'one')
    commit('first')
    git('checkout', '--quiet', '-b', 'side')
    write('side', '1')
    commit('side one')
    write('side', '2')
    commit('side two')
    git('checkout', '--quiet', 'main')
    write('b', 'two')
    commit('second')
    git('merge', '--quiet', '--no-edit', 'side')
    const { entries } = await read()
    expect(entries.map(({ path, content }) => [path, content])).toEqual([
      ['/a', 'one'],
      ['/b', 'two'],
      ['/side', '2'],
    ])
  })
})
