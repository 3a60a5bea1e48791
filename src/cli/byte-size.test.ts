import { expect, test } from 'vitest'
import { parseByteSize } from './byte-size.ts'
import { UsageError } from './command.ts'

const range = { min: 1_000, max: 102_400 }

test.each([
  ['20000', 20_000],
  ['20kB', 20_000],
  ['20KB', 20_000],
  ['20k', 20_000],
  ['1.5 KiB', 1_536],
  ['100KiB', 102_400],
  ['1000B', 1_000],
])('%s is %d bytes', (text, bytes) => {
  expect(parseByteSize(text, 'longer-than', range)).toBe(bytes)
})

test.each(['', 'kB', '-1', '20 bytes', '20x', '1e4', '999', '100.1KiB', '1MB'])(
  '"%s" is refused, and the flag is named',
  (text) => {
    expect(() => parseByteSize(text, 'longer-than', range)).toThrow(UsageError)
    expect(() => parseByteSize(text, 'longer-than', range)).toThrow(/^--longer-than must be/)
  },
)
