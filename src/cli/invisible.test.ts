import { expect, test } from 'vitest'
import { visibleJson, visibleLine, visibleText } from './invisible.ts'

const sneaky = 'a\u202eb\u200bc\u001b[31md\u0085\u{e0041}'

test('on a line everything invisible is spelled out, line breaks too', () => {
  expect(visibleLine(`${sneaky}\n`)).toBe(
    'a\\u{202e}b\\u{200b}c\\u{1b}[31md\\u{85}\\u{e0041}\\u{a}',
  )
})

test('in a text, line breaks and tabs stay', () => {
  expect(visibleText('a\n\tb\r\u007f')).toBe('a\n\tb\\u{d}\\u{7f}')
})

test('ordinary text of any script is left alone', () => {
  const text = 'Grüße, 世界, עברית, 🦊'
  expect(visibleText(text)).toBe(text)
})

test('JSON stays the same JSON', () => {
  const value = { sneaky, 'k\u200bey': ['\u{e0041}', '\ud800'] }
  const shown = visibleJson(JSON.stringify(value, undefined, 2))
  expect(JSON.parse(shown)).toEqual(value)
  expect(shown).not.toMatch(/[\p{Cf}\u0085]/u)
})
