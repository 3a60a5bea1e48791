import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentBytesMax } from '../../src/domain/memory/content.ts'
import { newScribe } from '../support/scribe.ts'
import type { Given } from '../support/storages.ts'

export function textContract(given: Given): void {
  describe('content comes back byte for byte', () => {
    const traps: [name: string, text: string][] = [
      ['nothing', ''],
      ['NUL', 'a\0b'],
      ['NUL alone', '\0'],
      ['a byte order mark', '\uFEFFtext'],
      ['CR, LF and CRLF', 'a\rb\nc\r\nd'],
      ['a decomposed letter', 'e\u0301 \u00E9'],
      ['astral characters', '\u{1F600}\u{10FFFF}\u{1F468}\u200D\u{1F469}'],
      ['the last of the plane and noncharacters', '\uFFFF\uFFFE\uFDD0\uE000'],
      ['replacement characters', '\uFFFD\uFFFD'],
      ['separators', '\u2028\u2029\u0085\u00A0'],
      ['right to left marks', '\u202Eabc\u202C'],
      ['what looks like SQL', "'; DROP TABLE memories; -- $1 ? :a @b \\x00"],
      ['what looks like an array or JSON', '{"a",NULL,\\"} [null] \\u0000'],
      ['trailing blanks', 'text \t\n\n '],
      ['the longest content', 'é'.repeat(contentBytesMax / 2)],
      ['incompressible content', createHash('shake256', { outputLength: 50_000 }).digest('hex')],
    ]
    test.each(traps)('%s', async (_name, text) => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', text)
      const bytes = Buffer.from(text)
      expect(head.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(head.sizeBytes).toBe(bytes.length)
      expect((await scribe.memory(head)).content).toBe(text)
      await scribe.update(head, { path: '/b' })
      await scribe.batch(
        scribe.createCommand('/c', `before ${text}`.slice(0, 50_000)),
        scribe.updateCommand(head, { content: `${text.slice(0, 50_000)}.` }),
      )
      const contents = (await scribe.versions()).map(({ content }) => content)
      expect(contents).toEqual([
        `${text.slice(0, 50_000)}.`,
        `before ${text}`.slice(0, 50_000),
        text,
        text,
      ])
    })

    test('any valid Unicode, many in one batch', async () => {
      const texts = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 20 })
      const property = fc.asyncProperty(texts, async (all) => {
        const scribe = await newScribe(given.storage)
        await scribe.batch(...all.map((text, index) => scribe.createCommand(`/${index}`, text)))
        const expected = Object.fromEntries(all.map((text, index) => [`/${index}`, text]))
        expect(await scribe.contents()).toEqual(expected)
      })
      await fc.assert(property, { numRuns: 25 })
    })
  })

  describe('paths', () => {
    const traps = [
      '/ leading and trailing ',
      '/.hidden',
      '/~',
      '/...',
      '/back\\slash',
      '/quote\'"',
      '/{a,b}',
      '/NULL',
      '/null/NULL',
      '/$1',
      '/%41_*?',
      '/é',
      '/\u{1F600}',
      '/\uFFFD',
      '/\u{10FFFD}',
      '/ＦＵＬＬ',
      '/.anthropic-memory-store',
      `/${'x'.repeat(1_023)}`,
      `/${'é'.repeat(511)}`,
      '/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20',
    ]
    test('keep every character, alone and together', async () => {
      const scribe = await newScribe(given.storage)
      const whole = traps.filter((path) => path !== '/null/NULL')
      for (const path of whole) {
        const head = await scribe.create(path, path)
        expect(await scribe.memory({ path })).toMatchObject({ path, id: scribe.idOf(head) })
      }
      await scribe.batch(...whole.map((path) => scribe.updateCommand({ path }, { content: 'new' })))
      expect(Object.keys(await scribe.contents()).sort()).toEqual([...whole].sort())
      const last = await scribe.changes({ limit: 1, after: whole.length })
      expect(last[0]!.path).toBe(whole.at(-1))
    })

    test('that differ only in case or by normal form of their neighbours stay apart', async () => {
      const scribe = await newScribe(given.storage)
      await scribe.createAll('/a', '/A', '/\u00E9', '/e', '/\u212A'.normalize('NFC'), '/ﬃ', '/ffi')
      expect((await scribe.usage()).memories).toBe(7)
    })
  })
}
