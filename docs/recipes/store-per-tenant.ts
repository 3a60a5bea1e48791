// One memory store for each tenant: found by its metadata or made, attached to a session that says
// what the tenant's user says. Copy it; the two functions are all that an application needs.
//
//   node store-per-tenant.ts TENANT "What the user says"
//
// ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY name the server, MODEL the agent's model.
import Anthropic from '@anthropic-ai/sdk'
import 'palimpsest/turns'

/**
 * The id of the tenant's store. Keep it beside the tenant in your own database: then this runs once
 * for each tenant. Two processes that make one at the same time end with the same store.
 */
export async function storeOfTenant(client: Anthropic, tenant: string): Promise<string> {
  const known = await oldestOf(client, tenant)
  if (known !== undefined) return known
  const made = await client.beta.memoryStores.create({
    name: `Memory of ${tenant}`,
    description: 'What earlier sessions with this customer found worth keeping.',
    metadata: { tenant },
  })
  const oldest = (await oldestOf(client, tenant)) ?? made.id
  // Somebody else was faster: theirs stays, ours was never written to.
  if (oldest !== made.id) await client.beta.memoryStores.archive(made.id)
  return oldest
}

async function oldestOf(client: Anthropic, tenant: string): Promise<string | undefined> {
  let oldest: { readonly id: string; readonly created_at: string } | undefined
  for await (const store of client.beta.memoryStores.list({ limit: 100 })) {
    if (store.metadata?.['tenant'] !== tenant || store.archived_at) continue
    const isOlder =
      oldest === undefined ||
      store.created_at < oldest.created_at ||
      (store.created_at === oldest.created_at && store.id < oldest.id)
    if (isOlder) oldest = store
  }
  return oldest?.id
}

/** A session that sees the memory of this tenant and of nobody else. */
export async function sessionOfTenant(client: Anthropic, tenant: string) {
  const [agent, environment, storeId] = [
    await findAgent(client),
    await findEnvironment(client),
    await storeOfTenant(client, tenant),
  ]
  return client.beta.sessions.create({
    agent,
    environment_id: environment,
    metadata: { tenant },
    resources: [{ type: 'memory_store', memory_store_id: storeId, access: 'read_write' }],
  })
}

const ownName = 'support'

async function findAgent(client: Anthropic): Promise<string> {
  const model = process.env['MODEL'] ?? 'claude-sonnet-5-5'
  for await (const agent of client.beta.agents.list()) {
    if (agent.name === ownName && agent.model.id === model) return agent.id
  }
  const tools = [{ type: 'agent_toolset_20260401' as const }]
  return (await client.beta.agents.create({ name: ownName, model, tools })).id
}

async function findEnvironment(client: Anthropic): Promise<string> {
  for await (const environment of client.beta.environments.list()) {
    if (environment.name === ownName) return environment.id
  }
  return (await client.beta.environments.create({ name: ownName })).id
}

async function main([tenant, input]: readonly string[]): Promise<void> {
  if (tenant === undefined || input === undefined) {
    process.stderr.write('usage: node store-per-tenant.ts TENANT "What the user says"\n')
    process.exitCode = 2
    return
  }
  const client = new Anthropic()
  const session = await sessionOfTenant(client, tenant)
  const turn = await client.beta.sessions.turns.create(session.id, { input })
  process.stdout.write(`${turn.output.at(-1)?.content[0]?.text ?? ''}\n`)
  await client.beta.sessions.archive(session.id)
}

if (import.meta.main) await main(process.argv.slice(2))
