// fsx, which does to one file whatever can be done to a file, at random, and compares every byte it
// reads with what it wrote. Its data are random bytes, which no memory can hold, and it has no
// option for others: it runs as it is on a scratch file, and on a memory with one line added to it.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { glob } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Recorder } from '../../src/mount/recorder.ts'
import { canMount, openStore, sh, type Mounted, type TestStore } from './mounted-store.ts'

const version = '0.3.2'
/** Kept between runs: building it takes a minute. */
const place = join(tmpdir(), `palimpsest-fsx-${version}`)

const path = `${process.env['PATH']}:${join(homedir(), '.cargo', 'bin')}`
const env = { ...process.env, PATH: path }
const hasCargo = spawnSync('cargo', ['--version'], { env }).status === 0
if (!hasCargo) console.warn('fsx cannot be tested here: there is no cargo to build it')

function cargo(...args: string[]): void {
  const { status, stderr } = spawnSync('cargo', args, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

/** @returns where the registry's source of it lies */
async function download(): Promise<string> {
  const asking = join(place, 'asking')
  mkdirSync(join(asking, 'src'), { recursive: true })
  const manifest = '[package]\nname = "asking"\nversion = "0.0.0"\n[dependencies]\n'
  writeFileSync(join(asking, 'Cargo.toml'), `${manifest}fsx = "=${version}"\n`)
  writeFileSync(join(asking, 'src', 'lib.rs'), '')
  cargo('fetch', '--manifest-path', join(asking, 'Cargo.toml'))
  const home = process.env['CARGO_HOME'] ?? join(homedir(), '.cargo')
  const [found] = await Array.fromAsync(glob(join(home, 'registry', 'src', '*', `fsx-${version}`)))
  if (found === undefined) throw new Error('the source of fsx is not where cargo keeps sources')
  return found
}

const end = '            uoff += 1;\n            if size == 0 {'

function build(source: string, name: string, isText: boolean): string {
  const copy = join(place, name)
  const program = join(place, 'target', 'release', 'fsx')
  const kept = join(place, `${name}.run`)
  if (existsSync(kept)) return kept
  cpSync(source, copy, { recursive: true })
  const main = join(copy, 'src', 'main.rs')
  const text = readFileSync(main, 'utf8')
  expect(text.split(end)).toHaveLength(2)
  const sevenBits = `            self.good_buf[uoff] &= 0x7f;\n${end}`
  if (isText) writeFileSync(main, text.replace(end, sevenBits))
  cargo(
    'build',
    '--release',
    `--manifest-path=${join(copy, 'Cargo.toml')}`,
    `--target-dir=${join(place, 'target')}`,
  )
  cpSync(program, kept)
  return kept
}

const settings = (bytesMax: number) => `flen = ${bytesMax}
[weights]
close_open = 2
read = 10
write = 10
mapread = 10
mapwrite = 10
invalidate = 1
truncate = 5
fsync = 1
fdatasync = 1
sendfile = 2
posix_fadvise = 1
copy_file_range = 2
`

describe.skipIf(!canMount || !hasCargo)('fsx on a mount', () => {
  let store: TestStore
  let mounted: Mounted
  let random: string
  let text: string
  beforeAll(async () => {
    const source = await download()
    random = build(source, 'random', false)
    text = build(source, 'text', true)
    store = await openStore()
    const journal = new Recorder(join(place, `state-${process.pid}`))
    mounted = await store.mount({ journal })
  }, 600_000)
  afterAll(() => store[Symbol.asyncDispose]())

  const run = async (program: string, file: string, bytesMax: number) => {
    const config = join(place, `${bytesMax}.toml`)
    writeFileSync(config, settings(bytesMax))
    const steps = process.env['FSX_STEPS'] ?? '3000'
    return sh(
      mounted.directory,
      `for seed in 1 2 3 4; do
         ${program} -q -f ${config} -S $seed -N ${steps} -P ${place} ${file} || exit 1
       done`,
      300,
    )
  }

  test('finds every byte of a scratch file where it belongs', async () => {
    expect(await run(random, '.fsx.swp', 262_144)).toMatchObject({ code: 0, err: '' })
  }, 300_000)

  test('finds every byte of a memory where it belongs, and the store has the same', async () => {
    expect(await run(text, 'fsx.md', 98_304)).toMatchObject({ code: 0, err: '' })
    await mounted.barrier()
    const { out } = await sh(mounted.directory, 'sha256sum < fsx.md')
    const { items } = await store.api.listMemories({ storeId: store.storeId })
    expect(items).toMatchObject([{ path: '/fsx.md', sha256: out.slice(0, 64) }])
    expect(mounted.live.status().problems).toEqual([])
  }, 300_000)
})
