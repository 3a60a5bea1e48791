import { expect, test } from 'vitest'
import type { Row } from './rows.ts'
import { meantPath, problemOf } from './new-path.ts'

test.each([
  ['/a/b.md', '/', '/a/b.md'],
  ['//customers/x.md', '/', '/customers/x.md'],
  ['/a/b/customers/x.md', '/a/b/', '/a/b/customers/x.md'],
  ['/a/b//customers/x.md', '/a/b/', '/customers/x.md'],
  [' /x.md ', '/', '/x.md'],
  ['x.md', '/', '/x.md'],
  ['/cafe\u0301', '/', '/caf\u00e9'],
])('%j behind %j means %j', (typed, within, path) => {
  expect(meantPath(typed, within)).toBe(path)
})

const row = (path: string): Row => ({
  id: path,
  path,
  sha256: '',
  sizeBytes: 0,
  versionId: '',
  updatedAt: '',
})

test.each([
  ['/', 'needs a name'],
  ['/a/', 'needs a name'],
  ['/a//b', 'needs a name'],
  ['/a/../b', '“..”'],
  ['/a\u200bb', 'cannot be seen'],
  ['/a'.repeat(21), 'more than 20'],
  [`/${'é'.repeat(512)}`, 'longer than 1,024'],
  ['/there/is.md', 'already'],
  ['/there/is.md/below', '/there/is.md is there'],
  ['/there', '/there/is.md is there'],
])('no memory begins at %j', (path, reason) => {
  expect(problemOf(path, [row('/there/is.md')])).toContain(reason)
})

test.each([['/there/is.mdx'], ['/a'.repeat(20)], [`/${'é'.repeat(511)}`], ['/the/re']])(
  'a memory can begin at %j',
  (path) => {
    expect(problemOf(path, [row('/there/is.md')])).toBeUndefined()
  },
)
