// The oldest Node that package.json admits knows fewer globals than the one that runs the tests.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesBelow, root, withoutComments } from '../support/imports.ts'

const newer =
  /\b(?:Async)?DisposableStack\b|\bSuppressedError\b|\bPromise\.try\b|\bError\.isError\b|\bRegExp\.escape\b|\bMath\.sumPrecise\b|\bfromBase64\b|\.getOrInsert\b/

test('the product uses no global that came after Node 22', () => {
  const sources = filesBelow('src').filter((file) => /(?<!\.test)\.ts$/.test(file))
  expect(sources.length).toBeGreaterThan(100)
  expect('new AsyncDisposableStack()').toMatch(newer)
  const found = sources.filter((file) =>
    newer.test(withoutComments(readFileSync(join(root, file), 'utf8'))),
  )
  expect(found).toEqual([])
})
