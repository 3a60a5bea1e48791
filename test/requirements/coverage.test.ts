import { expect, test } from 'vitest'
import { citationsIn, readCitations, testFiles } from './citations.ts'
import { requirements, sections } from './manifest.ts'

const rules = Object.keys(requirements)
const citations = readCitations()

test('the tests are read at all', () => {
  expect(testFiles()).toContain('src/domain/memory/decide.test.ts')
  expect(testFiles()).toContain('test/api.contract.ts')
  expect(citations.length).toBeGreaterThan(100)
})

test('a citation stands at the front of a title, and only there', () => {
  expect(citationsIn(`test('[R-1-1] an id', () => {})`)).toEqual(['R-1-1'])
  expect(citationsIn('test(`[R-1-1, R-7.5-10] two`)')).toEqual(['R-1-1', 'R-7.5-10'])
  expect(citationsIn(`test('[R-1-1] [R-own-2] two', f)`)).toEqual(['R-1-1', 'R-own-2'])
  expect(citationsIn(`// as [R-1-1] says\ntest('an id of [R-1-2]', f)`)).toEqual([])
})

test('every rule of the contract is cited by a test', () => {
  const cited = new Set(citations.map(({ rule }) => rule))
  expect(rules.filter((rule) => !cited.has(rule))).toEqual([])
})

test('no test cites a rule that does not exist', () => {
  const known = new Set(rules)
  expect(citations.filter(({ rule }) => !known.has(rule))).toEqual([])
})

test('rules are sentences with a number of their own', () => {
  expect(rules.length).toBeGreaterThan(100)
  for (const [rule, sentence] of Object.entries(requirements)) {
    expect(rule).toMatch(/^R-(S?\d+(\.\d+)?|own)-\d+$/)
    expect(sentence).toMatch(/^\S.{20,}\.$/)
  }
})

const sectionOf = (rule: string) => rule.replace(/^R-/, '').replace(/-\d+$/, '')

test('every rule has its section, and every section a rule', () => {
  expect([...new Set(rules.map(sectionOf))]).toEqual(sections.map(([section]) => section))
})

test('the written contract says what the manifest says', async () => {
  const parts = sections.map(([section, title]) => [
    `## ${section === 'own' ? '' : `${section} `}${title}`,
    rules
      .filter((rule) => sectionOf(rule) === section)
      .map((rule) => `- **${rule}** ${requirements[rule]}`)
      .join('\n'),
  ])
  const written = [
    '# Contract',
    'What this server promises to clients of the memory-store API and of sessions, rule by rule. Every rule is cited by a test',
    '(`test/requirements`), from which this page is written: change the manifest there, not the page.',
  ]
  const page = [written[0], written.slice(1).join('\n'), ...parts.flat()].join('\n\n')
  await expect(`${page}\n`).toMatchFileSnapshot('../../docs/spec/contract.md')
})
