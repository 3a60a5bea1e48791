import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Path } from '../memory/path.ts'
import type { Sha256 } from '../memory/content.ts'
import { compareTrees, type Leaf } from './compare-trees.ts'
import type { DiffHunk, FileDiff } from './diff.ts'
import { diffTexts } from './hunks.ts'
import { formatUnified } from './unified.ts'

const text = fc
  .array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd\r\n'), { maxLength: 30 })
  .chain((lines) => fc.constantFrom('', 'end').map((end) => lines.join('') + end))

/** As `patch` does it: every line that is kept or removed must be there. */
function applyHunks(before: string, hunks: readonly DiffHunk[]): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const made: string[] = []
  let position = 0
  for (const { oldStart, oldLines, newStart, newLines, lines: shown } of hunks) {
    const start = oldLines === 0 ? oldStart : oldStart - 1
    made.push(...lines.slice(position, start))
    position = start
    expect(made).toHaveLength(newLines === 0 ? newStart : newStart - 1)
    for (const { op, text, hasNoNewline } of shown) {
      const line = hasNoNewline ? text : `${text}\n`
      if (op !== 'add') expect(lines[position]).toBe(line)
      if (op !== 'add') position += 1
      if (op !== 'remove') made.push(line)
    }
  }
  return [...made, ...lines.slice(position)].join('')
}

describe('hunks', () => {
  test('applied to the first text they give the second, with any context', () => {
    fc.assert(
      fc.property(text, text, fc.nat(5), (before, after, context) => {
        expect(applyHunks(before, diffTexts(before, after, context))).toBe(after)
      }),
      { numRuns: 1_000 },
    )
  })

  test('changes that share context stand in one hunk, others apart', () => {
    const before = Array.from({ length: 12 }, (_none, index) => `${index}\n`).join('')
    const near = before.replace('2\n', 'x\n').replace('5\n', 'y\n')
    const far = before.replace('0\n', 'x\n').replace('9\n', 'y\n')
    expect(diffTexts(before, near, 1)).toHaveLength(1)
    expect(diffTexts(before, far, 1)).toHaveLength(2)
  })
})

type Tree = Readonly<Record<string, string>>

const name = fc.constantFrom('/a', '/b c', '/d/e "f"', '/d/g', '/h\\i', '/ü')
const tree = fc.dictionary(name, text, { maxKeys: 6 }) as fc.Arbitrary<Tree>

function leavesOf(tree: Tree, firstSeqs: (path: string) => number): Leaf[] {
  return Object.entries(tree).map(([path, content]) => ({
    firstSeq: firstSeqs(path),
    createdAt: 0,
    seq: 1,
    at: 0,
    path: path as Path,
    sha256: content as Sha256,
    sizeBytes: content.length,
  }))
}

function filesOf(before: Tree, after: Tree, firstSeqs: (path: string) => number): FileDiff[] {
  const changes = compareTrees(leavesOf(before, ids), leavesOf(after, firstSeqs), true)
  return changes.map(({ status, ...sides }) => {
    const old = sides.before?.path === undefined ? '' : (before[sides.before.path] ?? '')
    const now = sides.after?.path === undefined ? '' : (after[sides.after.path] ?? '')
    return {
      status,
      path: sides.after?.path ?? sides.before?.path,
      previousPath: status === 'moved' ? sides.before?.path : undefined,
      memoryId: 'mem_' as FileDiff['memoryId'],
      fromVersionId: undefined,
      toVersionId: undefined,
      isRedacted: false,
      hunks: diffTexts(old, now, 3),
    }
  })
}

const order = ['/a', '/b c', '/d/e "f"', '/d/g', '/h\\i', '/ü']
const ids = (path: string) => order.indexOf(path)

describe('a unified diff', () => {
  test.each(['patch', 'git'])('is taken by %s, moves among it', (tool) => {
    fc.assert(
      fc.property(tree, tree, fc.nat(5), (before, after, shift) => {
        // The second tree's memories are the first one's under other names: some moved.
        const moved = (path: string) => (order.indexOf(path) + shift) % order.length
        const unified = formatUnified(filesOf(before, after, moved))
        expect(applied(tool, before, unified)).toEqual(after)
      }),
      { numRuns: 25 },
    )
  })

  test('names what is redacted and shows nothing of it', () => {
    const leaf = { ...leavesOf({ '/a': 'x' }, ids)[0]! }
    const erased = { ...leaf, seq: 0, path: undefined, sha256: undefined, sizeBytes: undefined }
    const [change] = compareTrees([erased], [leaf], true)
    expect(change).toMatchObject({ status: 'modified', before: erased, after: leaf })
    const [gone] = compareTrees([erased], [], true)
    expect(gone).toMatchObject({ status: 'removed', before: erased })
    expect(compareTrees([erased], [erased], true)).toEqual([])
  })
})

function applied(tool: string, before: Tree, unified: string): Tree {
  const directory = mkdtempSync(join(tmpdir(), 'history-diff-'))
  try {
    for (const [path, content] of Object.entries(before)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), content)
    }
    const patch = ['-p1', '--binary', '--silent', '--no-backup-if-mismatch']
    const options = { cwd: directory, input: unified }
    if (unified !== '' && tool === 'patch') execFileSync('patch', patch, options)
    if (unified !== '' && tool === 'git') {
      execFileSync('git', ['apply', '--whitespace=nowarn', '-'], options)
    }
    return readTree(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function readTree(directory: string): Tree {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .map((file) => [file.slice(directory.length), readFileSync(file, 'utf8')]),
  )
}
