import { expect, test } from 'vitest'
import { resolveTarget } from './link-target.ts'

const from = '/customers/4711/profile.md'

test.each([
  ['notes.md', '/customers/4711/notes.md'],
  ['./notes.md#part', '/customers/4711/notes.md'],
  ['../other.md', '/customers/other.md'],
  ['../../../other.md', '/other.md'],
  ['/standards/tone.md', '/standards/tone.md'],
  ['a%20b.md', '/customers/4711/a b.md'],
])('%s leads to a memory', (address, path) => {
  expect(resolveTarget(address, from)).toEqual({ type: 'memory', path })
})

test.each(['https://example.org/', 'http://example.org/a?b#c', 'mailto:a@example.org'])(
  '%s leads outside',
  (address) => {
    expect(resolveTarget(address, from)).toEqual({ type: 'outside', address })
  },
)

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,<script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://example.org/1',
  '//evil.example.org/x',
  'https://',
  '#part',
  '',
  '%ff',
])('%s leads nowhere', (address) => {
  expect(resolveTarget(address, from)).toEqual({ type: 'refused' })
})
