import { describe, expect, test } from 'vitest'
import { Matcher } from './words.ts'

const plain = { isCaseSensitive: false, isWholeWord: false }
const matcher = (...texts: string[]) => new Matcher({ texts, ...plain })

describe('what is looked for', () => {
  test.each([
    ['Ada Example', 'it was ADA example!', 'it was [redacted]!'],
    ['zoë', 'Zoe\u0308 and ZOË', '[redacted] and [redacted]'],
    ['a.b', 'a.b axb', '[redacted] axb'],
    ['ada', 'Canada', 'Can[redacted]'],
    ['$1', 'costs $1', 'costs [redacted]'],
  ])('%s is cut out of "%s"', (text, before, after) => {
    expect(matcher(text).redact(before)).toBe(after)
  })

  test('is left alone in other case where case counts, and inside of words where words count', () => {
    const exact = new Matcher({ texts: ['Ada'], isCaseSensitive: true, isWholeWord: false })
    expect(exact.redact('Ada ada')).toBe('[redacted] ada')
    const whole = new Matcher({ texts: ['ada'], isCaseSensitive: false, isWholeWord: true })
    expect(whole.redact("Canada: Ada's, ada_1 éada adaé")).toBe(
      "Canada: [redacted]'s, [redacted]_1 éada adaé",
    )
    expect(whole.holds('Canada')).toBe(false)
  })

  test('what cannot be cut out takes all of the text with it', () => {
    // Lower case of İ is two characters, of which a pattern knows nothing.
    const text = 'before İstanbul after'
    expect(matcher('i\u0307stanbul').redact(text)).toBe('[redacted]')
  })

  test.each([
    ['Ada Example', 'ls /users/ada-example/x', 'ls /users/[redacted]/x'],
    ['Zoë Öztürk', '/mnt/memory/notes-of-zo-zt-rk', '/mnt/memory/notes-of-[redacted]'],
    // Too little is left of it, or nothing.
    ['A B', '/a-b', '/a-b'],
    ['日本', 'memory', 'memory'],
  ])('%s is found as paths spell it, in "%s"', (text, before, after) => {
    expect(matcher(text).redact(before)).toBe(after)
  })

  test('of two that overlap the longer one goes as a whole', () => {
    expect(matcher('Ada', 'Ada Example').redact('Ada Example')).toBe('[redacted]')
  })
})

describe('values of JSON', () => {
  test('keep their shape: ids, types and names of our fields stay', () => {
    const event = {
      id: 'sevt_user',
      type: 'user.message',
      toolUseId: 'user',
      content: [{ type: 'text', text: 'the user said' }],
    }
    expect(matcher('user').redactIn(event)).toEqual({
      ...event,
      content: [{ type: 'text', text: 'the [redacted] said' }],
    })
  })

  test('lose names and values of what is somebody’s own', () => {
    const event = { type: 'agent.tool_use', name: 'ask_ada', input: { ada: 1, id: ['ADA', true] } }
    expect(matcher('ada').redactIn(event)).toEqual({
      type: 'agent.tool_use',
      name: 'ask_redacted',
      input: { '[redacted]': 1, id: ['[redacted]', true] },
    })
  })

  test('are seen at a glance, also where JSON spells the text otherwise', () => {
    const text = 'say "hi"\n\\o/'
    expect(matcher(text).mayBeIn(JSON.stringify({ text: `x ${text} y` }))).toBe(true)
    expect(matcher('ada').mayBeIn('{"text":"ADA"}')).toBe(true)
    expect(matcher('ada').mayBeIn('{"text":"bob"}')).toBe(false)
  })
})
