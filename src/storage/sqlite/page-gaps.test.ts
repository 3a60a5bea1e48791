import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cleanPages, findDirtyPages, gapOf } from './page-gaps.ts'

const directory = mkdtempSync(join(tmpdir(), 'palimpsest-gaps-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** A database whose pages were rebuilt often, with rows moved between them. */
function churned(name: string): string {
  const file = join(directory, name)
  const db = new DatabaseSync(file)
  db.exec(
    'PRAGMA secure_delete = ON; CREATE TABLE t (a INTEGER, b TEXT, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID',
  )
  const insert = db.prepare('INSERT INTO t VALUES (?, ?)')
  db.exec('BEGIN')
  for (let index = 0; index < 4_000; index += 1) {
    insert.run((index * 7_919) % 50, `word-${index}-${'x'.repeat(index % 60)}`)
  }
  db.exec('COMMIT; DELETE FROM t WHERE a % 5 <> 0')
  db.close()
  return file
}

describe('the unused middle of a page', () => {
  test('lies between the cell pointers and the cells', () => {
    const page = Buffer.alloc(4_096)
    page[0] = 0x0d
    page.writeUInt16BE(3, 3)
    page.writeUInt16BE(4_000, 5)
    expect(gapOf(page, 2)).toEqual({ start: 8 + 6, end: 4_000 })
    page[0] = 0x05
    expect(gapOf(page, 2)).toEqual({ start: 12 + 6, end: 4_000 })
  })

  test('begins behind the header of the database on the first page', () => {
    const page = Buffer.alloc(4_096)
    page[100] = 0x0d
    page.writeUInt16BE(1, 103)
    page.writeUInt16BE(300, 105)
    expect(gapOf(page, 1)).toEqual({ start: 110, end: 300 })
  })

  test('is none on a page of another kind, a full page, and one that makes no sense', () => {
    const page = Buffer.alloc(4_096)
    expect(gapOf(page, 2)).toBeUndefined()
    page[0] = 0x0d
    page.writeUInt16BE(100, 3)
    page.writeUInt16BE(208, 5)
    expect(gapOf(page, 2)).toBeUndefined()
    page.writeUInt16BE(9_000, 5)
    expect(gapOf(page, 2)).toBeUndefined()
  })
})

test('SQLite leaves moved rows behind, and cleaning removes them and nothing else', () => {
  const file = churned('a.db')
  const before = rowsOf(file)
  const descriptor = openSync(file, 'r+')
  const dirty = findDirtyPages(descriptor)
  expect(dirty.length).toBeGreaterThan(10)
  cleanPages(descriptor, dirty)
  expect(findDirtyPages(descriptor)).toEqual([])
  closeSync(descriptor)
  const after = rowsOf(file)
  expect(after).toEqual(before)
  const bytes = readFileSync(file).toString('latin1')
  const left = new Set([...bytes.matchAll(/word-(\d+)-/g)].map(([, index]) => Number(index)))
  const live = new Set(before.map(({ b }) => Number(b.split('-')[1])))
  expect(left).toEqual(live)
})

function rowsOf(file: string): { a: number; b: string }[] {
  const db = new DatabaseSync(file)
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  const rows = db.prepare('SELECT a, b FROM t').all() as { a: number; b: string }[]
  db.close()
  return rows
}
