// The guide's story with the built-in model: what one session is told, the next one knows, because
// it stands in the store and for no other reason.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoModel } from '../../src/agent/demo/model.ts'
import { defaultLoop } from '../../src/agent/loop-settings.ts'
import { startRunner } from '../../src/agent/runner.ts'
import type { Access } from '../../src/domain/caller.ts'
import type { StoreId } from '../../src/domain/ids.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { sessionCaller } from '../../src/domain/session/session-caller.ts'
import { openAgentWorld, type AgentWorld } from '../support/agent-world.ts'
import { memoryPort, MemorySession } from '../support/memory-port.ts'

let agent: AgentWorld
let directory: string
beforeAll(async () => {
  agent = await openAgentWorld()
  directory = await mkdtemp(join(tmpdir(), 'story-'))
})
afterAll(async () => {
  await agent[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const introduction =
  "Hi! I'm Maya from Acme Corp. We are a B2B fintech, we always ship in EU English (no Oxford " +
  'comma), and our brand color is #0E7A4F. Please remember this for next time.'
const request = 'Draft a 1-line release note for Maya.'

async function say(text: string, stores: readonly { id: StoreId; access?: Access }[]) {
  const broken: string[] = []
  const session = new MemorySession({
    workspaceId: agent.workspaceId,
    stores: stores.map(({ id, access = 'read_write' }, index) => ({
      storeId: id,
      access,
      name: 'User Preferences',
      description: 'Per-user preferences, prior issues, and project context.',
      instructions: undefined,
      mountPath: `/mnt/memory/user-preferences${index === 0 ? '' : `-${index + 1}`}`,
    })),
  })
  await using _runner = startRunner({
    port: memoryPort([session]),
    model: demoModel,
    settings: { ...defaultLoop, watchMs: 0 },
    apiFor: (session) => agent.bindAs(sessionCaller(session, Date.now())),
    directory,
    sandbox: { noneBecause: 'no shell in this story' },
    sessionsMax: 4,
    clock: Date.now,
    report: (sentence, error) => void broken.push(`${sentence}: ${String(error)}`),
  })
  session.say(text)
  await session.rested()
  expect(broken).toEqual([])
  const said = session
    .eventOf('agent.message')
    ?.content.map(({ text }) => text)
    .join('')
  return { session, said }
}

test('[R-S3.3-3] a fresh session knows what another was told, and does not once the store is empty', async () => {
  const id = await agent.store('User Preferences')
  const seeded = { storeId: id, path: '/standards/formatting.md', content: '- Prefer SI units.\n' }
  await agent.operator.createMemory(seeded)
  const first = await say(introduction, [{ id }])
  expect(first.said).toContain('Got it, Maya')
  const { items } = await agent.operator.listMemories({ storeId: id, view: 'full' })
  const profile = items.find((item) => !isDirectory(item) && item.path === '/users/maya/profile.md')
  expect(profile).toMatchObject({
    content: `# Maya
- I'm Maya from Acme Corp
- We are a B2B fintech
- we always ship in EU English (no Oxford comma)
- our brand color is #0E7A4F
`,
  })
  const { items: versions } = await agent.operator.listVersions({ storeId: id })
  expect(versions[0]).toMatchObject({ createdBy: first.session.session.id, door: 'agent' })

  const second = await say(request, [{ id }])
  expect(second.said).toMatch(/^Acme Corp release: .*#0E7A4F\.$/)
  const colour = await say("What is Maya's brand colour?", [{ id }])
  expect(colour.said).toContain('#0E7A4F')
  expect(colour.said).not.toContain('fintech')

  for (const item of items) {
    if (!isDirectory(item)) await agent.operator.deleteMemory({ storeId: id, memoryId: item.id })
  }
  const third = await say(request, [{ id }])
  expect(third.said).toContain('I do not know')
})

test('what is told later is added to the same file', async () => {
  const id = await agent.store('User Preferences')
  await say(introduction, [{ id }])
  await say("I'm Maya. Please remember that our office is in Lyon.", [{ id }])
  const { said } = await say("Where is Maya's office?", [{ id }])
  expect(said).toContain('our office is in Lyon')
  const { items } = await agent.operator.listMemories({ storeId: id, view: 'full' })
  expect(items).toHaveLength(1)
})

test('a store that may only be read is not written to, and nothing is claimed', async () => {
  const id = await agent.store('User Preferences')
  const { said } = await say(introduction, [{ id, access: 'read_only' }])
  expect(said).toContain('no memory that I can write to')
  expect((await agent.operator.listMemories({ storeId: id })).items).toEqual([])
})

test('without a store it remembers nothing and says so', async () => {
  expect((await say(introduction, [])).said).toContain('forgotten')
  expect((await say(request, [])).said).toContain('I do not know')
})
