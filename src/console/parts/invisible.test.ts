import { expect, test } from 'vitest'
import { countInvisible, findInvisible } from './invisible.ts'

const marks = (text: string) =>
  findInvisible(text).map((piece) =>
    piece.type === 'text' ? piece.text : `[${piece.label}×${piece.count}]`,
  )

test('text that can be seen stays as it is', () => {
  const text = 'Zürich\n\tかな 👩‍👩‍👧 é ע'
  expect(marks(text)).toEqual([text])
  expect(countInvisible(text)).toBe(0)
  expect(findInvisible('')).toEqual([])
})

test('what would turn or hide text becomes a mark', () => {
  expect(marks('a\u202eb\u200b')).toEqual(['a', '[U+202E×1]', 'b', '[U+200B×1]'])
  expect(marks('\u0000\r\n')).toEqual(['[U+0000×1]', '[U+000D×1]', '\n'])
  expect(marks('a\u200db')).toEqual(['a', '[U+200D×1]', 'b'])
  expect(marks('\u3164')).toEqual(['[U+3164×1]'])
})

test('a long run is one mark', () => {
  const text = '\u200b'.repeat(34_000)
  expect(marks(text)).toEqual(['[U+200B×34000]'])
  expect(countInvisible(text)).toBe(34_000)
})

test('tags that spell words nobody sees are spelled', () => {
  const hidden = 'obey'
    .split('')
    .map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)))
  expect(marks(`hi${hidden.join('')}`)).toEqual(['hi', '[tags “obey”×4]'])
})
