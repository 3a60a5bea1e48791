import { describe, expect, test } from 'vitest'
import { collect, outcome, refusal } from '../support/world.ts'
import type { Stage } from '../support/stage.ts'

const toolset = { type: 'agent_toolset_20260401' }
const base = { name: 'notes', model: 'claude-sonnet-5-5' }

export function agentsContract(given: { readonly stage: Stage }): void {
  describe('an agent', () => {
    test('[R-S1.2-1] is kept as it was made, with what was left out filled in', async () => {
      const { api } = given.stage
      const agent = await api.createAgent({ ...base, tools: [toolset], metadata: { team: 'a' } })
      expect(agent).toMatchObject({
        name: 'notes',
        model: { id: 'claude-sonnet-5-5', speed: 'standard' },
        version: 1,
        metadata: { team: 'a' },
        tools: [
          {
            ...toolset,
            configs: [],
            defaultConfig: { enabled: true, permissionPolicy: { type: 'always_allow' } },
          },
        ],
      })
      expect(agent.id).toMatch(/^agent_01/)
      expect(await api.getAgent({ agentId: agent.id })).toEqual(agent)
    })

    test('[R-S1.2-2] gets a version for each change, and none for what changes nothing', async () => {
      const { api } = given.stage
      const { id: agentId } = await api.createAgent({
        ...base,
        system: 'one',
        metadata: { a: '1' },
      })
      const second = await api.updateAgent({ agentId, version: 1, system: 'two' })
      expect(second).toMatchObject({ version: 2, system: 'two', metadata: { a: '1' } })
      expect(await api.updateAgent({ agentId, system: 'two' })).toEqual(second)
      const third = await api.updateAgent({ agentId, system: null, metadata: { a: null } })
      expect(third).toMatchObject({ version: 3, metadata: {} })
      expect(third.system).toBe(undefined)
      const stale = await refusal(api.updateAgent({ agentId, version: 2, name: 'x' }))
      expect(stale).toEqual({
        code: 'stale_version',
        message: 'Concurrent modification detected. Please fetch the latest version and retry.',
      })
      const versions = await collect((page) => api.listAgentVersions({ agentId, limit: 2, page }))
      expect(versions.map(({ version }) => version)).toEqual([3, 2, 1])
      expect(await api.getAgent({ agentId, version: 1 })).toMatchObject({ system: 'one' })
      expect(await outcome(api.getAgent({ agentId, version: 9 }))).toBe('not_found')
    })

    test('[R-S1.2-3] once archived is read and never updated', async () => {
      const { api } = given.stage
      const { id: agentId } = await api.createAgent(base)
      const archived = await api.archiveAgent({ agentId })
      expect(archived.archivedAt).toBeTypeOf('number')
      expect(await api.archiveAgent({ agentId })).toEqual(archived)
      expect(await outcome(api.updateAgent({ agentId, name: 'x' }))).toBe('invalid')
      const listed = (await api.listAgents({})).items.map(({ id }) => id)
      expect(listed).not.toContain(agentId)
    })

    test.each<[string, object]>([
      ['model', { model: 'nobody' }],
      ['name', { name: '' }],
      ['mcp_servers', { mcpServers: [{ name: 'x' }] }],
      ['skills', { skills: [{ type: 'anthropic', skill_id: 'x' }] }],
      ['multiagent', { multiagent: { type: 'coordinator' } }],
      ['tools[0].type', { tools: [{ type: 'mcp_toolset' }] }],
      ['tools', { tools: [toolset, toolset] }],
      ['tools[0].configs[0].name', { tools: [{ ...toolset, configs: [{ name: 'fly' }] }] }],
      [
        'tools[0].configs[0].permission_policy.type',
        {
          tools: [
            { ...toolset, configs: [{ name: 'bash', permissionPolicy: { type: 'perhaps' } }] },
          ],
        },
      ],
      ['tools[0].name', { tools: [{ type: 'custom', name: 'bash', inputSchema: {} }] }],
      ['tools[0].input_schema', { tools: [{ type: 'custom', name: 'x', inputSchema: {} }] }],
      ['tools[0].strange', { tools: [{ ...toolset, strange: 1 }] }],
      ['system', { system: 'x'.repeat(100_001) }],
    ])('[R-S1.2-4] is refused with a bad %s', async (field, bad) => {
      const problem = await refusal(given.stage.api.createAgent({ ...base, ...bad }))
      expect(problem).toMatchObject({ code: 'invalid', field })
    })

    test('[R-S1.2-6] keeps its effort until an update says otherwise', async () => {
      const { api } = given.stage
      const id = 'claude-sonnet-5-5'
      const model = { id, speed: 'fast', effort: 'high' }
      const { id: agentId, ...made } = await api.createAgent({ ...base, model })
      expect(made.model).toEqual({ id, speed: 'fast', effort: { type: 'high' } })
      const update = async (next: unknown) =>
        (await api.updateAgent({ agentId, model: next })).model
      expect(await update({ id })).toEqual({ id, speed: 'standard', effort: { type: 'high' } })
      expect(await update({ id, effort: { type: 'low' } })).toMatchObject({
        effort: { type: 'low' },
      })
      expect(await update(id)).toMatchObject({ effort: { type: 'low' } })
      expect(await update({ id, effort: null })).toEqual({ id, speed: 'standard' })
      for (const bad of [{ effort: 'enormous' }, { effort: {} }, { speed: 'warp' }]) {
        expect(await outcome(api.createAgent({ ...base, model: { id, ...bad } }))).toBe('invalid')
      }
    })

    test('[R-S1.2-5] a malformed id is refused, an unknown one not found', async () => {
      const { api } = given.stage
      const malformed = await refusal(api.getAgent({ agentId: 'nonsense' }))
      expect(malformed).toMatchObject({ code: 'invalid', message: 'agent_id: Invalid agent ID.' })
      const agentId = 'agent_0111111111111111111111111'
      expect(await outcome(api.getAgent({ agentId }))).toBe('not_found')
    })
  })

  describe('an environment', () => {
    test('[R-S1.3-1] is the server itself unless it is said to be a worker', async () => {
      const { api } = given.stage
      const cloud = await api.createEnvironment({ name: 'quickstart' })
      expect(cloud).toMatchObject({ name: 'quickstart', kind: 'cloud', metadata: {} })
      const own = await api.createEnvironment({ name: 'own', config: { type: 'self_hosted' } })
      expect(own.kind).toBe('self_hosted')
      expect(await api.getEnvironment({ environmentId: own.id })).toEqual(own)
      const full = {
        type: 'cloud',
        networking: { type: 'unrestricted' },
        packages: { type: 'packages', apt: [], npm: [] },
      }
      expect((await api.createEnvironment({ name: 'x', config: full })).kind).toBe('cloud')
    })

    test.each<[string, object]>([
      ['config.networking', { type: 'cloud', networking: { type: 'limited' } }],
      ['config.packages.npm', { type: 'cloud', packages: { npm: ['left-pad'] } }],
      ['config.networking', { type: 'self_hosted', networking: {} }],
      ['config.type', { type: 'moon' }],
    ])('[R-S1.3-2] is refused with a %s that is not enforced', async (field, config) => {
      const problem = await refusal(given.stage.api.createEnvironment({ name: 'x', config }))
      expect(problem).toMatchObject({ code: 'invalid', field })
    })

    test('[R-S1.3-3] keeps its kind, and goes only when no session needs it', async () => {
      const { api } = given.stage
      const { id: environmentId } = await api.createEnvironment({ name: 'one' })
      const renamed = await api.updateEnvironment({ environmentId, name: 'two', description: 'd' })
      expect(renamed).toMatchObject({ name: 'two', description: 'd', kind: 'cloud' })
      const change = api.updateEnvironment({ environmentId, config: { type: 'self_hosted' } })
      expect(await refusal(change)).toMatchObject({ detail: 'invalid_config_type_change' })
      const agent = await api.createAgent(base)
      await api.createSession({ agent: agent.id, environmentId })
      expect(await refusal(api.deleteEnvironment({ environmentId }))).toEqual({
        code: 'busy',
        message: 'Environment has 1 active sessions. Use force=true to delete anyway.',
      })
      await api.deleteEnvironment({ environmentId, force: true })
      expect(await refusal(api.getEnvironment({ environmentId }))).toEqual({
        code: 'not_found',
        message: `Environment ${environmentId} not found.`,
      })
    })
  })
}
