// Other programs that keep an agent's memory, in a process of their own. They are called without a
// protocol in between: what they do for one write and one read of 4 KB.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { answerCalls } from './child.ts'
import { quantile, rounded } from './statistic.ts'

export interface PeerInput {
  /** Where the package was installed. */
  readonly home: string
  readonly directory: string
  readonly milliseconds: number
  readonly contentBytes: number
}

export interface PeerRates {
  readonly writesPerSecond: number
  readonly writeP50Us: number
  readonly readsPerSecond: number
}

export interface PeerCalls {
  agentfs(input: PeerInput): Promise<PeerRates>
  serverMemory(input: PeerInput): Promise<PeerRates>
}

interface AgentFsModule {
  readonly AgentFS: {
    open(options: { readonly path: string }): Promise<{
      readonly fs: {
        writeFile(path: string, content: string): Promise<void>
        readFile(path: string, encoding: 'utf8'): Promise<string>
      }
      close(): Promise<void>
    }>
  }
}

interface Entity {
  readonly name: string
  readonly entityType: string
  readonly observations: readonly string[]
}

interface ServerMemoryModule {
  readonly KnowledgeGraphManager: new (file: string) => {
    createEntities(entities: readonly Entity[]): Promise<unknown>
    openNodes(names: readonly string[]): Promise<unknown>
  }
}

async function load<Module>(home: string, name: string): Promise<Module> {
  const file = createRequire(join(home, 'package.json')).resolve(name)
  return (await import(pathToFileURL(file).href)) as Module
}

async function agentfs(input: PeerInput): Promise<PeerRates> {
  const { AgentFS } = await load<AgentFsModule>(input.home, 'agentfs-sdk')
  const agent = await AgentFS.open({ path: join(input.directory, 'agent.db') })
  const text = 'x'.repeat(input.contentBytes)
  const rates = await rate(input.milliseconds, {
    write: (index) => agent.fs.writeFile(`/memory-${index}.md`, text),
    read: (index) => agent.fs.readFile(`/memory-${index}.md`, 'utf8'),
  })
  await agent.close()
  return rates
}

/** As many entities as a store may hold memories, before anything is measured. */
const entities = 2_000

async function serverMemory(input: PeerInput): Promise<PeerRates> {
  const name = '@modelcontextprotocol/server-memory/dist/index.js'
  const { KnowledgeGraphManager } = await load<ServerMemoryModule>(input.home, name)
  const graph = new KnowledgeGraphManager(join(input.directory, 'memory.jsonl'))
  const entity = (index: number | string): Entity => ({
    name: `memory-${index}`,
    entityType: 'note',
    observations: ['x'.repeat(input.contentBytes)],
  })
  await graph.createEntities(Array.from({ length: entities }, (_, index) => entity(`old-${index}`)))
  return rate(input.milliseconds, {
    write: (index) => graph.createEntities([entity(index)]),
    read: (index) => graph.openNodes([`memory-${index}`]),
  })
}

interface Operations {
  readonly write: (index: number) => Promise<unknown>
  readonly read: (index: number) => Promise<unknown>
}

/** One after the other: what one client gets. */
async function rate(milliseconds: number, { write, read }: Operations): Promise<PeerRates> {
  const times: number[] = []
  const begunAt = performance.now()
  for (let now = begunAt; now - begunAt < milliseconds;) {
    await write(times.length)
    const end = performance.now()
    times.push((end - now) * 1_000)
    now = end
  }
  const writesPerSecond = Math.round((times.length / (performance.now() - begunAt)) * 1_000)
  const readFrom = performance.now()
  let reads = 0
  while (performance.now() - readFrom < milliseconds) {
    await read(reads % times.length)
    reads += 1
  }
  return {
    writesPerSecond,
    writeP50Us: rounded(quantile(Float64Array.from(times).sort(), 0.5)),
    readsPerSecond: Math.round((reads / (performance.now() - readFrom)) * 1_000),
  }
}

answerCalls<PeerCalls>({ agentfs, serverMemory })
