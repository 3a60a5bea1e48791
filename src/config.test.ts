import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

test.each([
  ['sandbox-memory', 'auto', 'auto'],
  ['sandbox-memory', 'copy', 'copy'],
  ['work-lease-seconds', '1', 1],
  ['work-lease-seconds', '600', 600],
] as const)('--%s %s is taken, as a flag and as a variable', (name, text, value) => {
  expect(loadConfig({ [name]: text }, {}).config[name]).toBe(value)
  const variable = `PALIMPSEST_${name.toUpperCase().replaceAll('-', '_')}`
  expect(loadConfig({}, { [variable]: text }).config[name]).toBe(value)
})

test.each([
  ['sandbox-memory', 'mount', /^--sandbox-memory: must be auto or copy/],
  ['sandbox-memory', '', /^--sandbox-memory: must not be empty/],
  ['work-lease-seconds', '0', /^--work-lease-seconds: must be a whole number from 1/],
  ['work-lease-seconds', '1.5', /^--work-lease-seconds: must be a whole number/],
])('--%s %j is refused, and named', (name, text, why) => {
  expect(() => loadConfig({ [name]: text }, {})).toThrow(why)
})
