import { expect, test } from 'vitest'
import type { Row } from './rows.ts'
import { directoriesAbove, treeLines } from './tree.ts'

const rows = (...paths: string[]): Row[] =>
  paths.sort().map((path) => ({
    id: path,
    path,
    sha256: '',
    sizeBytes: 0,
    versionId: '',
    updatedAt: '',
  }))
const show = (lines: ReturnType<typeof treeLines>) =>
  lines.map(
    ({ depth, name, row, count, position, siblings }) =>
      `${'  '.repeat(depth)}${name}${row === undefined ? `/ (${count})` : ''} ${position}/${siblings}`,
  )

const paths = ['/a/x.md', '/a/b/y.md', '/a/b/z.md', '/a-b.md', '/c.md']

test('a closed directory is one line that counts what is below it', () => {
  expect(show(treeLines(rows(...paths), () => false))).toEqual([
    'a-b.md 1/3',
    'a/ (3) 2/3',
    'c.md 3/3',
  ])
})

test('an open directory shows what is in it', () => {
  expect(show(treeLines(rows(...paths), (path) => path === '/a/'))).toEqual([
    'a-b.md 1/3',
    'a/ (3) 2/3',
    '  b/ (2) 1/2',
    '  x.md 2/2',
    'c.md 3/3',
  ])
  expect(show(treeLines(rows(...paths), () => true))).toEqual([
    'a-b.md 1/3',
    'a/ (3) 2/3',
    '  b/ (2) 1/2',
    '    y.md 1/2',
    '    z.md 2/2',
    '  x.md 2/2',
    'c.md 3/3',
  ])
})

test('nothing makes no lines', () => {
  expect(treeLines([], () => true)).toEqual([])
})

test('the directories above a path', () => {
  expect(directoriesAbove('/a/b/c.md')).toEqual(['/a/', '/a/b/'])
  expect(directoriesAbove('/a/b/')).toEqual(['/a/', '/a/b/'])
  expect(directoriesAbove('/c.md')).toEqual([])
})
