import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Bench, Served } from '../bench.ts'
import { ratio, type Finding, type Result } from '../finding.ts'
import { usageOf } from '../process-usage.ts'
import { median, rounded, spreadOf } from '../statistic.ts'

const storeBytes = 104_857_600
const memories = 2_000
const contentBytes = 51_200
const vocabulary = 40_000
const wordsGoalMs = 10
const grepGoal = { atMost: 3 }

/** A word of a made-up language, pronounceable and always the same for a number. */
function wordOf(number: number): string {
  const syllables = ['ka', 'lo', 'mi', 'ten', 'ru', 'sha', 'vo', 'pin', 'de', 'gra', 'bel', 'um']
  let word = ''
  for (let rest = number + 12; rest > 0; rest = Math.floor(rest / syllables.length)) {
    word += syllables[rest % syllables.length]
  }
  return word
}

/** Few words often and many seldom, as in a language; the same at every run. */
function textsOf(count: number): string[] {
  let state = 42
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, (_, index) => {
    const lines: string[] = [`note ${index} unique${index}x`]
    for (let bytes = 0; bytes < contentBytes;) {
      const words = Array.from({ length: 12 }, () => wordOf(Math.floor(vocabulary * random() ** 3)))
      lines.push(words.join(' '))
      bytes += (lines.at(-1)?.length ?? 0) + 1
    }
    return lines.join('\n').slice(0, contentBytes)
  })
}

const searches = {
  'a rare word': 'unique1234x',
  'a frequent word': wordOf(3),
  'two words': `${wordOf(3)} ${wordOf(39_000)}`,
  'a prefix': 'unique123*',
  'a phrase': `"note 77 unique77x"`,
  'a word that is nowhere': 'zzzzzz',
}

const patterns = {
  'a literal': 'unique1234x',
  'a literal in either case': '(?i)UNIQUE1234X',
  'a literal behind a class': '\\w+que123[0-4]x',
  alternatives: 'unique(77|78|79)x|nowhere',
  'classes alone': '[0-9]{4}[a-z]$',
  words: '\\bq\\w+z\\b',
}

/** A full store of 100 MiB: words by the index, patterns against ripgrep over the same files. */
export async function search(bench: Bench): Promise<Result> {
  const count = bench.quick ? memories / 10 : memories
  const served = await bench.serve({ 'store-bytes-max': String(storeBytes) })
  const texts = textsOf(count)
  const client = clientOf(served)
  const { id } = await client('/v1/memory_stores', { name: 'full' })
  const directory = bench.newDirectory()
  await fillBoth(client, { id: String(id), texts, directory })
  const store = `/palimpsest/v1/memory_stores/${String(id)}`
  const before = usageOf(served.child.pid).residentBytes
  const ask = (query: string) =>
    timed(() => client(`${store}/search?query=${encodeURIComponent(query)}`))
  const cold = await ask(searches['a rare word'])
  await settled(() => ask(searches['a word that is nowhere']))
  const warm = usageOf(served.child.pid).residentBytes
  const rounds = bench.quick ? 20 : 100
  const findings: Finding[] = [
    { name: 'the first search, before there is an index', value: cold, unit: 'ms' },
  ]
  for (const [name, query] of Object.entries(searches)) {
    const taken: number[] = []
    for (let round = 0; round < rounds; round += 1) taken.push(await ask(query))
    const spread = spreadOf(taken)
    const goal = { atMost: wordsGoalMs }
    findings.push({ name: `search for ${name}`, value: spread.median, unit: 'ms', goal, spread })
  }
  findings.push(...(await pastFindings(bench, { client, store })))
  const greps = await grepFindings(bench, { client, store, directory })
  const after = usageOf(served.child.pid).residentBytes
  findings.push(...greps)
  for (const [name, bytes] of [
    ['the index', warm - before],
    ['the texts for grep', after - warm],
  ] as const) {
    findings.push({ name: `resident memory: ${name}`, value: rounded(bytes / 1e6), unit: 'MB' })
  }
  return { findings, data: { memories: count, contentBytes } }
}

type Client = (path: string, body?: object) => Promise<Record<string, unknown>>

function clientOf({ port, key }: Served): Client {
  return async (path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as Record<string, unknown>
  }
}

interface Fill {
  readonly id: string
  readonly texts: readonly string[]
  readonly directory: string
}

async function fillBoth(client: Client, { id, texts, directory }: Fill): Promise<void> {
  const atOnce = 20
  for (let start = 0; start < texts.length; start += atOnce) {
    const operations = texts.slice(start, start + atOnce).map((content, index) => {
      const path = `/d${Math.floor((start + index) / 100)}/memory-${start + index}.md`
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), content)
      return { type: 'create', path, content }
    })
    await client(`/palimpsest/v1/memory_stores/${id}/batch`, { operations })
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return rounded(performance.now() - start)
}

/** Waits until the index is there: what is nowhere is then answered without a look at a text. */
async function settled(ask: () => Promise<number>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const taken = [await ask(), await ask(), await ask()]
    if (median(taken) < wordsGoalMs) return
    await wait(500)
  }
}

/** As of a moment nothing is indexed or kept: what that costs beside the present. */
async function pastFindings(
  bench: Bench,
  { client, store }: Omit<Greps, 'directory'>,
): Promise<Finding[]> {
  const { seq } = await client(`${store}/usage`)
  const findings: Finding[] = []
  for (const question of ['search?query=unique1x', 'grep?pattern=unique1x&fixed_strings=true']) {
    const taken: number[] = []
    const ratios: number[] = []
    for (let round = 0; round <= bench.rounds; round += 1) {
      const past = await timed(() => client(`${store}/${question}&at_seq=${String(seq)}`))
      const present = await timed(() => client(`${store}/${question}`))
      // The first round fills the caches of the present.
      if (round === 0) continue
      taken.push(past)
      ratios.push(past / present)
    }
    const name = `${question.replace(/\?.*/, '')} as of a moment / of the present`
    findings.push(ratio(name, spreadOf(ratios), undefined, `${median(taken)} ms`))
  }
  return findings
}

interface Greps {
  readonly client: Client
  readonly store: string
  readonly directory: string
}

async function grepFindings(bench: Bench, { client, store, directory }: Greps): Promise<Finding[]> {
  const rg = (...args: string[]) =>
    execFileSync('rg', args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  try {
    rg('--version')
  } catch {
    return [{ name: 'grep', value: 0, unit: 'count', note: 'ripgrep is not installed' }]
  }
  const findings: Finding[] = []
  for (const [name, pattern] of Object.entries(patterns)) {
    const ignoresCase = pattern.startsWith('(?i)')
    const source = pattern.replace('(?i)', '')
    const query = `pattern=${encodeURIComponent(source)}&limit=1000&ignore_case=${ignoresCase}`
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round <= bench.rounds; round += 1) {
      let lines = 0
      const taken = await timed(async () => {
        lines = ((await client(`${store}/grep?${query}`))['data'] as unknown[]).length
      })
      let found = 0
      const peer = await timed(async () => {
        found = linesOf(() => rg('-n', '--no-heading', '--no-ignore', pattern, directory))
      })
      if (lines !== Math.min(found, 1_000))
        throw new Error(`${pattern}: ${lines} and ${found} lines`)
      // The first round fills both caches.
      if (round === 0) continue
      ours.push(taken)
      theirs.push(peer)
    }
    const ratios = ours.map((value, index) => value / (theirs[index] ?? Number.NaN))
    const note = `${median(ours)} ms and ${median(theirs)} ms`
    findings.push(ratio(`grep for ${name} / ripgrep`, spreadOf(ratios), grepGoal, note))
  }
  return findings
}

/** ripgrep ends with 1 when it found nothing. */
function linesOf(run: () => string): number {
  try {
    return run().split('\n').length - 1
  } catch (error) {
    if ((error as { status?: number }).status === 1) return 0
    throw error
  }
}
