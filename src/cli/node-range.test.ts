import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { isSupportedNode, tooOldSentence } from './node-range.ts'

test.each([
  ['20.20.2', false],
  ['22.22.2', false],
  ['22.22.3', true],
  ['22.23.0', true],
  ['23.11.0', false],
  ['24.14.9', false],
  ['24.15.0', true],
  ['25.0.0', true],
])('%s: %s', (version, supported) => {
  expect(isSupportedNode(version)).toBe(supported)
})

test('the sentence names the range of the package', () => {
  expect(tooOldSentence('20.1.0')).toContain(manifest.engines.node.replaceAll(' || ', ' or '))
})
