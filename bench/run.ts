// `npm run bench`: measures the speed that is promised, as ratios within one run.
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Bench } from './bench.ts'
import { describe, isReached, type Result } from './finding.ts'
import { durability, machine } from './machine.ts'
import { scenarios } from './scenarios.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    directory: { type: 'string' },
    profile: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const usage = `npm run bench -- [options] [scenario ...]

Without names, every scenario that needs nothing beside the project is run.

  --quick            short rounds: to see that everything runs, not to quote
  --list             name the scenarios
  --directory DIR    measure the disk that holds DIR (default: the temporary directory)
  --profile DIR      write .cpuprofile files of every thread to DIR, print the costliest functions
  --out FILE         where the result goes (default: bench/results/TIME.tmp.json, which git ignores)
`

async function main(): Promise<number> {
  if (values.help || values.list) {
    const names = scenarios.map(
      ({ name, about, optional }) =>
        `  ${name.padEnd(14)} ${about}${optional ? ' (only by name)' : ''}`,
    )
    console.log(values.help ? `${usage}\nScenarios:\n${names.join('\n')}` : names.join('\n'))
    return 0
  }
  const unknown = positionals.filter((name) => !scenarios.some((known) => known.name === name))
  if (unknown.length > 0) {
    console.error(`no such scenario: ${unknown.join(', ')}; --list names them`)
    return 2
  }
  const chosen = scenarios.filter(({ name, optional }) =>
    positionals.length > 0 ? positionals.includes(name) : optional !== true,
  )
  const startedAt = new Date().toISOString()
  const results: Record<string, Result & { seconds: number }> = {}
  for (const { name, about, run } of chosen) {
    console.log(`\n${name}: ${about}`)
    const start = performance.now()
    const result = await measured(run).catch(broken)
    results[name] = { seconds: Math.round((performance.now() - start) / 1_000), ...result }
    for (const finding of result.findings) console.log(describe(finding))
  }
  const file =
    values.out ?? join(import.meta.dirname, 'results', `${startedAt.replaceAll(':', '')}.tmp.json`)
  const about = {
    startedAt,
    quick: values.quick,
    machine: machine(values.directory ?? tmpdir()),
    durability,
  }
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...about, results }, undefined, 2)}\n`)
  const missed = Object.values(results)
    .flatMap(({ findings }) => findings)
    .filter((finding) => isReached(finding) === false)
  console.log(`\n${missed.length} goals missed; written to ${file}`)
  return missed.length === 0 ? 0 : 1
}

async function measured(run: (bench: Bench) => Promise<Result>): Promise<Result> {
  await using bench = new Bench({
    quick: values.quick,
    directory: values.directory,
    profiles: values.profile,
  })
  return await run(bench)
}

/** A scenario that breaks is a goal missed; what the others found is kept. */
function broken(error: unknown): Result {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const note = text.split('\n')[0]
  const finding = { name: 'broken', value: 1, unit: 'count', goal: { atMost: 0 }, note } as const
  return { findings: [finding], data: text }
}

process.exitCode = await main()
