import { describe, expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { authorLine, committerLine, entryOfMessage, gitPathOf, messageOf } from './git-format.ts'

describe('names of files', () => {
  const same = [
    '/a.md',
    '/a/b c/d',
    '/.github/x',
    '/.gitignore',
    '/gitea',
    '/git',
    '/%41',
    '/a.git',
  ]
  test.each(same)('%s stays', (path) => {
    expect(gitPathOf(path)).toBe(path.slice(1))
  })

  const others: readonly [string, string][] = [
    ['/.git/config', '%2Egit/config'],
    ['/a/.GIT', 'a/%2EGIT'],
    ['/.git ', '%2Egit '],
    ['/.git./x', '%2Egit./x'],
    ['/git~1', '%git~1'],
    ['/.gitmodules', '%2Egitmodules'],
    ['/.gitattributes', '%2Egitattributes'],
    ['/.mailmap', '%2Emailmap'],
    ['/%2Egit', '%252Egit'],
    ['/%252Egit', '%25252Egit'],
    ['/%git~1', '%25git~1'],
  ]
  test.each(others)('%s becomes %s', (path, file) => {
    expect(gitPathOf(path)).toBe(file)
  })

  test('no two paths share a file', () => {
    const files = [...same, ...others.map(([path]) => path)].map(gitPathOf)
    expect(new Set(files).size).toBe(files.length)
  })
})

const entry: Entry = {
  kind: 'modified',
  seq: 7,
  at: 1_795_000_000_123,
  actor: 'sesn_1',
  door: 'mount',
  requestId: 'req_1',
  storeId: 'memstore_1',
  memoryId: 'mem_1',
  versionId: 'memver_1',
  path: '/b: c',
  previousPath: '/a',
  sha256: 'a'.repeat(64),
  redactedAt: 1_795_000_000_456,
  redactedBy: 'user_1',
  claimed: { actor: 'Ada <ada@example.com>', at: 5, seq: 2, origin: { storeId: 's' } },
}

test('a message tells all of a change but its content', () => {
  expect(entryOfMessage(messageOf(entry))).toEqual(entry)
  expect(messageOf(entry)).toMatch(/^modified \/b: c, moved from \/a\n\nPalimpsest-Seq: 7\n/)
  expect(entryOfMessage('fix\n\nSigned-off-by: Ada <ada@example.com>\n')).toBeUndefined()
  expect(entryOfMessage('Palimpsest-Seq: x\nPalimpsest-Kind: created')).toBeUndefined()
})

test('the author is who is claimed, the committer who made the change here', () => {
  expect(committerLine(entry)).toBe('sesn_1 <sesn_1@palimpsest.invalid> 1795000000 +0000')
  const claimed = { actor: 'Ada <ada@example.com>', at: 5_000 }
  expect(authorLine({ ...entry, claimed })).toBe('Ada <ada@example.com> 5 +0000')
  const { claimed: _claim, ...own } = entry
  expect(authorLine(own)).toBe(committerLine(entry))
  expect(authorLine({ kind: 'created', seq: 1 })).toBe(
    'unknown <unknown@palimpsest.invalid> 0 +0000',
  )
  const odd = { kind: 'created', seq: 1, actor: '<\n>' } as const
  expect(authorLine(odd)).toBe('unknown <unknown@palimpsest.invalid> 0 +0000')
})
