// Finds which rules the titles of tests cite.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export interface Citation {
  /** As in the manifest, like R-7.5-3. */
  readonly rule: string
  /** Relative to the root of the repository. */
  readonly file: string
}

const root = join(import.meta.dirname, '..', '..')
const testFile = /\.(test|contract)\.ts$/

/** Every file of the project that holds tests. */
export function testFiles(): string[] {
  return ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && testFile.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      // The test of the citations spells some that cite nothing.
      .filter((file) => !file.startsWith('test/requirements/')),
  )
}

/**
 * Titles cite at their front: a string that begins with `[R-…]`, several in one pair or in pairs.
 */
export function citationsIn(source: string): string[] {
  const titles = source.matchAll(/['"`]((?:\[R-[^\]]+\]\s*)+)/g)
  return [...titles].flatMap(([, front = '']) => front.match(/R-[\w.-]+/g) ?? [])
}

export function readCitations(): Citation[] {
  return testFiles().flatMap((file) =>
    citationsIn(readFileSync(join(root, file), 'utf8')).map((rule) => ({ rule, file })),
  )
}
