import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, Measured } from '../bench.ts'
import { ratio, type Finding, type Result } from '../finding.ts'
import type { PeerCalls, PeerRates } from '../peer.ts'
import { createRequest, getRequest } from '../request.ts'
import { median, spreadOf } from '../statistic.ts'

const contentBytes = 4_096

/** Exact versions: what they do may change. */
const packages = ['agentfs-sdk@0.6.4', '@modelcontextprotocol/server-memory@2026.8.31']

interface Round {
  readonly create: Measured
  readonly get: Measured
  readonly agentfs: PeerRates
  readonly serverMemory: PeerRates
}

/** This server over HTTP with one client, against other keepers of memory, called in process. */
export async function peers(bench: Bench): Promise<Result> {
  const home = bench.newDirectory()
  writeFileSync(join(home, 'package.json'), '{}')
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages]
  const { status } = spawnSync('npm', install, { cwd: home, stdio: 'ignore' })
  if (status !== 0) throw new Error('the peers could not be installed')
  const served = await bench.serve()
  const { port, key, child } = served
  const shape = { stores: 10, memories: 100, versions: 100, contentBytes, directories: 1 }
  const { storeIds, places } = await child.call('fill', shape)
  const peer = bench.child<PeerCalls>('peer')
  const milliseconds = bench.roundMs
  const one = { port, connections: 1, stop: { milliseconds }, warmMilliseconds: 300 }
  const rounds: Round[] = []
  for (let index = 0; index < bench.rounds; index += 1) {
    const input = () => ({ home, directory: bench.newDirectory(), milliseconds, contentBytes })
    rounds.push({
      create: await bench.measure(child.pid, {
        ...one,
        template: createRequest(key, storeIds, contentBytes),
      }),
      get: await bench.measure(child.pid, { ...one, template: getRequest(key, places) }),
      agentfs: await peer.call('agentfs', input()),
      serverMemory: await peer.call('serverMemory', input()),
    })
  }
  return { findings: findingsOf(rounds), data: { packages, rounds } }
}

function findingsOf(rounds: readonly Round[]): Finding[] {
  const rate = (name: string, value: (round: Round) => number): Finding => ({
    name,
    value: median(rounds.map(value)),
    unit: 'per second',
    spread: spreadOf(rounds.map(value)),
  })
  const times = (name: string, value: (round: Round) => number, note?: string) =>
    ratio(name, spreadOf(rounds.map(value)), undefined, note)
  return [
    rate('creates over HTTP, 1 connection', ({ create }) => create.perSecond),
    rate('gets over HTTP, 1 connection', ({ get }) => get.perSecond),
    rate('agentfs-sdk: writeFile', ({ agentfs }) => agentfs.writesPerSecond),
    rate('agentfs-sdk: readFile', ({ agentfs }) => agentfs.readsPerSecond),
    rate('server-memory: createEntities', (round) => round.serverMemory.writesPerSecond),
    rate('server-memory: openNodes', (round) => round.serverMemory.readsPerSecond),
    times(
      'creates / agentfs-sdk',
      ({ create, agentfs }) => create.perSecond / agentfs.writesPerSecond,
      'durable as well, in several commits',
    ),
    times('gets / agentfs-sdk', ({ get, agentfs }) => get.perSecond / agentfs.readsPerSecond),
    times(
      'creates / server-memory',
      (round) => round.create.perSecond / round.serverMemory.writesPerSecond,
      'rewrites its file, without an fsync',
    ),
    times(
      'gets / server-memory',
      (round) => round.get.perSecond / round.serverMemory.readsPerSecond,
    ),
  ]
}
