// A mounted store beside tmpfs and the disk's file system: `node bench/mount.ts [--free]`. Client
// and
// worker share one processor; --free lets the scheduler place them.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../src/client/connect.ts'
import { loadConfig } from '../src/config.ts'
import { ask } from '../src/mount/control.ts'
import { Holder } from '../src/mount/hold.ts'
import { findMount } from '../src/mount/state-directory.ts'
import { startServer } from '../src/server.ts'
import { mountPeers, type Peer } from './mount/peers.ts'
import { rate, run, search, table } from './mount/measure.ts'

const cpu = process.argv.includes('--free') ? undefined : 1
const base = mkdtempSync(join(tmpdir(), 'palimpsest-bench-'))
const memoryBase = mkdtempSync('/dev/shm/palimpsest-bench-')
const flags = { 'data-dir': join(base, 'data'), port: '0', 'log-level': 'silent' }
const server = await startServer(loadConfig({ ...flags, 'store-memories-max': '20000' }, {}).config)
const address = { baseUrl: server.url, headers: { 'x-api-key': server.firstKey?.secret ?? '' } }
const api = connect(address)
const workerFile = new URL('./mount/worker.ts', import.meta.url).pathname
const stateRoot = join(base, 'state')
const text = `${'lorem ipsum dolor sit amet, consectetur\n'.repeat(102)}end of the file\n`
const files = Array.from(
  { length: 1_950 },
  (_none, index) => `/d${index % 39}/f${Math.floor(index / 39)}.md`,
)

async function makeStore(name: string, paths: readonly string[]): Promise<string> {
  const { id: storeId } = await api.createStore({ name })
  for (let start = 0; start < paths.length; start += 250) {
    const operations = paths
      .slice(start, start + 250)
      .map((path) => ({ type: 'create', path, content: text }) as const)
    await api.applyBatch({ storeId, operations })
  }
  return storeId
}

function makeTree(directory: string): string {
  for (const path of files) {
    mkdirSync(join(directory, path, '..'), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return directory
}

let workerId = 0

async function mount(storeIds: readonly string[], isReadOnly = false) {
  const wanted = storeIds.map((storeId) => ({
    storeId,
    directory: mkdtempSync(join(base, 'm-')),
    asOf: undefined,
  }))
  const held = new Holder({
    way: 'direct',
    devices: wanted.length,
    spawnWorker: (fds) => {
      const command = [process.execPath, workerFile]
      const pinned = cpu === undefined ? command : ['taskset', '-c', String(cpu), ...command]
      const [program = '', ...args] = pinned
      const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...fds] })
      workerId ||= child.pid ?? 0
      return child
    },
    log: console.error,
  })
  await held.mount({
    wanted,
    root: undefined,
    stateRoot,
    settings: {
      isReadOnly,
      onConflict: 'merge',
      isSyncClose: false,
      pollMs: 5_000,
      uid: undefined,
      gid: undefined,
      engine: undefined,
    },
    server: address,
  })
  return { held, directories: wanted.map(({ directory }) => directory) }
}

const socketOf = (directory: string) => findMount(stateRoot, directory)?.socket ?? ''
const grep = (directory: string) => ['grep', '-r', 'no such words', directory]
const rg = (directory: string) => ['rg', '-uu', '-j1', 'no such words', directory]
const ratio = (value: number, to: number) => (value / to).toFixed(2)
const ms = (value: number) => value.toFixed(1)

async function reading(): Promise<void> {
  const memory = makeTree(join(memoryBase, 'tree'))
  const disk = makeTree(join(base, 'tree'))
  const storeId = await makeStore('read', files)
  const writable = await mount([storeId])
  const readOnly = await mount([storeId], true)
  const [rw = ''] = writable.directories
  const [ro = ''] = readOnly.directories
  const firsts = {
    disk: await search(grep(disk), { cpu }),
    rw: await first(storeId, { isReadOnly: false, isWarmed: false }),
    ro: await first(storeId, { isReadOnly: true, isWarmed: false }),
    warm: await first(storeId, { isReadOnly: true, isWarmed: true }),
  }
  const tmpfs = await search(grep(memory), { cpu })
  const found = { rw: await search(grep(rw), { cpu }), ro: await search(grep(ro), { cpu }) }
  const rgs = [
    await search(rg(memory), { cpu }),
    await search(rg(rw), { cpu }),
    await search(rg(ro), { cpu }),
  ]
  const [rgMemory = 1, rgRw = 0, rgRo = 0] = rgs
  console.log(
    table([
      ['1,950 files of 4 KB', 'ms', '× tmpfs'],
      ['grep -r, tmpfs', ms(tmpfs), '1.00'],
      ['grep -r, disk', ms(firsts.disk), ratio(firsts.disk, tmpfs)],
      ['grep -r, first, read-write', ms(firsts.rw), ratio(firsts.rw, tmpfs)],
      ['grep -r, first, read-only', ms(firsts.ro), ratio(firsts.ro, tmpfs)],
      ['grep -r, first, read-only, prewarmed', ms(firsts.warm), ratio(firsts.warm, tmpfs)],
      ['grep -r, warm, read-write', ms(found.rw), ratio(found.rw, tmpfs)],
      ['grep -r, warm, read-only', ms(found.ro), ratio(found.ro, tmpfs)],
      ['rg, warm, read-write', ms(rgRw), ratio(rgRw, rgMemory)],
      ['rg, warm, read-only', ms(rgRo), ratio(rgRo, rgMemory)],
    ]),
  )
  await rates({ memory, disk, rw, ro })
  for (const { held } of [writable, readOnly]) await held[Symbol.asyncDispose]()
}

const freshMounts = 5

/** The first search of a mount, the best of several mounts. */
async function first(
  storeId: string,
  { isReadOnly, isWarmed }: { readonly isReadOnly: boolean; readonly isWarmed: boolean },
): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < freshMounts; round += 1) {
    const { held, directories } = await mount([storeId], isReadOnly)
    const [directory = ''] = directories
    if (isWarmed) {
      await run(['find', directory, '-size', '+1000k'])
      await ask(socketOf(directory), { type: 'prewarm' })
    }
    best = Math.min(best, await search(grep(directory), { cpu, rounds: 1 }))
    await held[Symbol.asyncDispose]()
  }
  return best
}

interface Places {
  readonly memory: string
  readonly disk: string
  readonly rw: string
  readonly ro: string
}

async function rates({ memory, disk, rw, ro }: Places): Promise<void> {
  const rows: (string | number)[][] = [['per second', 'tmpfs', 'disk', 'read-write', 'read-only']]
  for (const what of ['stat', 'open', 'read']) {
    const each = [memory, disk, rw, ro].map((place) => () => rate(what, place, { cpu }))
    const row: (string | number)[] = [what]
    for (const measure of each) row.push(await measure())
    rows.push(row)
  }
  for (const what of ['overwrite', 'create', 'replace', 'fsync']) {
    const row: (string | number)[] = [what]
    for (const place of [memory, disk, rw]) row.push(await rate(what, place, { cpu, rounds: 1 }))
    rows.push([...row, '–'])
    await ask(socketOf(rw), { type: 'barrier' })
  }
  const many = (place: string) =>
    Promise.all(Array.from({ length: 16 }, () => rate('fsync', place, { rounds: 1 })))
  const sum = (rates: readonly number[]) => rates.reduce((total, one) => total + one, 0)
  rows.push(['fsync, 16 writers', '–', sum(await many(disk)), sum(await many(rw)), '–'])
  console.log(`\n${table(rows)}`)
}

/** Others show the same files from memory, without versions or a server. */
async function beside(): Promise<void> {
  const source = makeTree(join(memoryBase, 'peers'))
  const storeId = await makeStore('beside', files)
  const { held, directories } = await mount([storeId])
  const ours: Peer = { name: 'palimpsest', directory: directories[0] ?? '', ...nothingToEnd }
  const peers = [ours, ...(await mountPeers({ source, directory: join(base, 'peer'), cpu }))]
  const head = ['beside others', ...peers.map(({ name }) => name)]
  const rows: (string | number)[][] = [head]
  const row = async (what: string, measure: (directory: string) => Promise<string | number>) => {
    const cells: (string | number)[] = [what]
    for (const { directory } of peers) cells.push(await measure(directory))
    rows.push(cells)
  }
  await row('grep -r, warm, ms', async (place) => ms(await search(grep(place), { cpu })))
  for (const what of ['stat', 'open', 'read', 'overwrite', 'create', 'replace']) {
    await row(`${what}, per second`, (place) => rate(what, place, { cpu, rounds: 1 }))
  }
  console.log(`\n${table(rows)}`)
  for (const peer of peers) await peer[Symbol.asyncDispose]()
  await held[Symbol.asyncDispose]()
}

const nothingToEnd = { [Symbol.asyncDispose]: () => Promise.resolve() }

async function freshness(): Promise<void> {
  const storeId = await makeStore('fresh', files.slice(0, 100))
  const { held, directories } = await mount([storeId])
  const [directory = ''] = directories
  await run(['grep', '-rc', 'x', directory])
  const memory = await api.createMemory({ storeId, path: '/edited.md', content: 'a' })
  const waits: number[] = []
  for (let edit = 0; edit < 500; edit += 1) {
    await api.updateMemory({ storeId, memoryId: memory.id, content: `edit ${edit}` })
    const from = performance.now()
    // Store, memory and 100 files were the first changes.
    await ask(socketOf(directory), { type: 'barrier', until: edit + 103 })
    waits.push(performance.now() - from)
  }
  waits.sort((a, b) => a - b)
  const at = (share: number) => ms(waits[Math.floor(waits.length * share)] ?? 0)
  console.log(
    `\nedit through the API, answered → applied (with the question): p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  )
  await held[Symbol.asyncDispose]()
}

async function manyMounts(): Promise<void> {
  const stores: string[] = []
  for (let index = 0; index < 200; index += 1) {
    stores.push(await makeStore(`many ${index}`, files.slice(0, 10)))
  }
  workerId = 0
  const { held, directories } = await mount(stores)
  for (const directory of directories) await run(['grep', '-rc', 'x', directory])
  const status = readFileSync(`/proc/${workerId}/status`, 'utf8')
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
  const threads = Number(/Threads:\s+(\d+)/.exec(status)?.[1])
  console.log(
    `\n200 mounts in one process: ${Math.round(kilobytes / 1_024)} MB, ${threads} threads`,
  )
  await held[Symbol.asyncDispose]()
}

try {
  console.log(
    cpu === undefined ? 'placed by the scheduler\n' : 'client and worker on one processor\n',
  )
  await reading()
  await beside()
  await freshness()
  await manyMounts()
} finally {
  api[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
  rmSync(base, { recursive: true, force: true })
  rmSync(memoryBase, { recursive: true, force: true })
}
