// The guide with one import line more, in Python and in TypeScript, on the real server with the
// built-in model.
import Anthropic from '@anthropic-ai/sdk'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import '../../clients/typescript/turns.mjs'
import { temporaryPlace } from '../support/in-process.ts'
import { root } from '../support/imports.ts'
import { findPython, runPython } from '../support/python.ts'
import { startTestServer } from '../support/server.ts'

const python = await findPython()
const flags = { model: 'demo' }

test('[R-S1.8-9] the guide runs in TypeScript as it is written', async () => {
  await using server = await startTestServer(await temporaryPlace(), { flags })
  const client = new Anthropic({ baseURL: server.url, apiKey: server.operatorSecret })
  const store = await client.beta.memoryStores.create({ name: 'User Preferences' })
  const environment = await client.beta.environments.create({ name: 'quickstart' })
  const tools = [{ type: 'agent_toolset_20260401' as const }]
  const model = 'claude-sonnet-5-5'
  const agent = await client.beta.agents.create({ name: 'notes', model, tools })
  const start = () =>
    client.beta.sessions.create({
      agent: agent.id,
      environment_id: environment.id,
      resources: [{ type: 'memory_store', memory_store_id: store.id }],
    })
  const session = await start()
  const input = [{ role: 'user' as const, content: "Remember: Maya's colour is #0E7A4F." }]
  const turn = await client.beta.sessions.turns.create(session.id, { input })
  expect(turn.status).toBe('completed')
  expect(turn.memory.changed).toHaveLength(1)
  const again = await client.beta.sessions.turns.retrieve(turn.id, { session_id: session.id })
  expect(again.output).toEqual(turn.output)
  const fresh = await start()
  const recalled = await client.beta.sessions.turns.create(fresh.id, {
    input: "What is Maya's colour?",
  })
  expect(recalled.output.at(-1)?.content[0]?.text).toContain('#0E7A4F')
  expect(recalled.usage?.output_tokens).toBeGreaterThan(0)
}, 60_000)

if ('missing' in python) {
  test.skipIf(process.env['CI'] !== 'true')(`needs ${python.missing}`, () => {
    throw new Error(`missing: ${python.missing}`)
  })
} else {
  test('[R-S1.8-9] the guide runs in Python as it is written', async () => {
    await using server = await startTestServer(await temporaryPlace(), { flags })
    const { secrets } = await server.newWorkspace()
    const script = join(import.meta.dirname, 'sessions_guide.py')
    const stdout = await runPython(python.path, script, {
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: secrets.read_write,
      PYTHONPATH: join(root, 'clients', 'python'),
    })
    const seen = JSON.parse(stdout) as Record<string, unknown>
    expect(seen).toMatchObject({
      status: ['completed', 'completed'],
      retrieved: 'completed',
      events: ['session.status_running', 'session.status_idle'],
      read_only: ['completed', 'read_only', 0],
      archived: 'terminated',
    })
    expect(seen['changed']).not.toEqual([])
    expect(seen['first']).toContain('#0E7A4F')
    expect(seen['recalled']).toContain('#0E7A4F')
    expect(seen['later']).toContain('#0E7A4F')
    expect(JSON.stringify(seen['memories'])).toContain('#0E7A4F')
  }, 120_000)
}
