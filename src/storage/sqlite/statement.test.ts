import { expect, test } from 'vitest'
import { keepingItsPlan } from './statement.ts'

test.each([
  ['SELECT 1 LIMIT ?', 'SELECT 1 LIMIT ? + 0'],
  ['SELECT 1 LIMIT ?12', 'SELECT 1 LIMIT ?12 + 0'],
  [
    '(SELECT 1 LIMIT ?5) UNION ALL SELECT 2 LIMIT ?',
    '(SELECT 1 LIMIT ?5 + 0) UNION ALL SELECT 2 LIMIT ? + 0',
  ],
])('no bound value is a whole LIMIT: %s', (given, spelled) => {
  expect(keepingItsPlan(given)).toBe(spelled)
})

test.each(['SELECT 1 LIMIT 20', 'SELECT 1 LIMIT ? + 0', 'SELECT 1 LIMIT ?10 + 0'])(
  'a statement that keeps its plan is left alone: %s',
  (sql) => {
    expect(keepingItsPlan(sql)).toBe(sql)
  },
)
