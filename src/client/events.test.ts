import { expect, test } from 'vitest'
import { readEvents } from './events.ts'

const text =
  ': hello\n\nevent: created\nid: 1\ndata: {"a":1}\n\n' +
  'data: two\r\ndata: lines ä🦊\r\n\r\nretry: 5\n\nid\ndata\n\ndata: unfinished\n'

const expected = [
  { event: 'created', id: '1', data: '{"a":1}' },
  { event: 'message', id: '', data: 'two\nlines ä🦊' },
  { event: 'message', id: '', data: '' },
]

test.each([1, 2, 3, 7, 1_000])('in pieces of %d bytes', async (size) => {
  const bytes = Buffer.from(text)
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  expect(await Array.fromAsync(readEvents(pieces()))).toEqual(expected)
})
