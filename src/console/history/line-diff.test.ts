import { array, assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './line-diff.ts'

const said = (before: string, after: string) =>
  diffLines(before, after).map(({ lines, ...at }) => ({
    ...at,
    lines: lines.map(({ op, text }) => `${{ keep: ' ', add: '+', remove: '-' }[op]}${text}`),
  }))

test('what changed stands with the lines around it, and with their numbers', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n'
  const after = 'a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n'
  expect(said(before, after)).toEqual([
    {
      old_start: 1,
      old_lines: 5,
      new_start: 1,
      new_lines: 5,
      lines: [' a', '-b', '+B', ' c', ' d', ' e'],
    },
    {
      old_start: 10,
      old_lines: 3,
      new_start: 10,
      new_lines: 4,
      lines: [' j', ' k', ' l', '+m'],
    },
  ])
  expect(said(before, before)).toEqual([])
})

test('what goes at the end is told apart from a line break that is missing there', () => {
  expect(diffLines('a\nb', 'a\n')[0]?.lines.at(-1)).toEqual({
    op: 'remove',
    text: 'b',
    no_newline: true,
  })
  expect(said('a\n', 'a')[0]?.lines).toEqual(['-a', '+a'])
})

test('what is kept and taken out is the old text, what is kept and put in the new one', () => {
  const text = array(constantFrom('a\n', 'b\n', 'c\n', 'd')).map((parts) => parts.join(''))
  assert(
    property(text, text, (before, after) => {
      for (const hunk of diffLines(before, after)) {
        const side = (left: 'add' | 'remove') =>
          hunk.lines
            .filter(({ op }) => op !== left)
            .map(({ text: line, no_newline: ends }) => (ends ? line : `${line}\n`))
        const lines = (of: string) => of.match(/[^\n]*\n|[^\n]+$/g) ?? []
        const [oldAt, newAt] = [hunk.old_start - 1, hunk.new_start - 1]
        expect(side('add')).toEqual(lines(before).slice(oldAt, oldAt + hunk.old_lines))
        expect(side('remove')).toEqual(lines(after).slice(newAt, newAt + hunk.new_lines))
      }
    }),
  )
})
