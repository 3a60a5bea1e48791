// An installation with something of everything in it, and ways to damage it that a check must see.
import { both, type Seed } from './seed.ts'
import { answer, call, claim, customCall, makeSession, message, say, type Stage } from './stage.ts'
import { webhookSeeds } from './webhook-seeds.ts'

/** Leaves stores, versions of every kind, redactions, sessions that rest, wait and run. */
export async function furnish(stage: Stage): Promise<void> {
  const { api } = stage
  await api.createKey({ name: 'laptop' })
  const { id: storeId } = await api.createStore({ name: 'Notes' })
  // Changes 2 to 11 of the store, behind its creation.
  const first = await api.createMemory({ storeId, path: '/dir/one', content: 'first text' })
  const at = { storeId, memoryId: first.id }
  await api.updateMemory({ ...at, path: '/dir/renamed' })
  await api.updateMemory({ ...at, content: 'second text' })
  await api.createMemory({ storeId, path: '/two', content: 'other text' })
  const gone = await api.createMemory({ storeId, path: '/gone', content: 'gone text' })
  await api.deleteMemory({ storeId, memoryId: gone.id })
  const old = await api.createMemory({ storeId, path: '/old', content: 'secret' })
  await api.updateMemory({ storeId, memoryId: old.id, content: 'clean' })
  await api.redactWithReason({ storeId, versionId: old.versionId, reason: 'ticket 1' })
  await api.restore({ storeId, memoryId: gone.id, atSeq: 6 })
  const webhook = await api.createWebhook({ url: 'https://example.com/hook' })
  await api.testWebhook({ webhookId: webhook.id })
  await api.replayWebhook({ webhookId: webhook.id, storeId, after: 11 })
  await api.createTurn({ sessionId: await resting(stage), input: 'again', timeoutSeconds: 0 })
  await halfGone(stage)
  const { session } = await makeSession(api, { storeIds: [storeId] })
  await api.sendEvents({ sessionId: session.id, events: [say('hello')] })
  await answer(await claim(stage, session.id), [customCall('ask')], 'requires_action')
}

async function resting(stage: Stage): Promise<string> {
  const { session } = await makeSession(stage.api)
  const { id: sessionId } = session
  await stage.api.sendEvents({ sessionId, events: [say('hello')] })
  const lease = await claim(stage, sessionId)
  await answer(lease, [message('one'), call('read')])
  const [open] = (await lease.log()).filter(({ event }) => event.type === 'agent.tool_use')
  const toolUseId = open?.event.id ?? ('' as never)
  const content = [{ type: 'text', text: 'done' }] as const
  const result = { type: 'agent.tool_result', toolUseId, content, isError: false } as const
  await answer(lease, [result], 'end_turn')
  return sessionId
}

/** Deleted, and not all of its rows are gone yet. */
async function halfGone(stage: Stage): Promise<void> {
  const { session } = await makeSession(stage.api)
  const { workspaceId, id: sessionId } = session
  await stage.api.sendEvents({ sessionId, events: [say('hello')] })
  const long = Array.from({ length: 4 }, () => message('x'.repeat(100_000)))
  await answer(await claim(stage, sessionId), long, 'end_turn')
  await stage.app.storage.commit({ type: 'delete_session', workspaceId, sessionId })
}

/** In the one store that the installation has. */
const changes = (set: string, where: string) => both(`UPDATE changes SET ${set} WHERE ${where}`)

const tally = (column: string, postgres = column) => ({
  sqlite: `UPDATE tallies SET ${column} = ${column} + 1`,
  postgres: `UPDATE counters SET ${postgres} = ${postgres} + 1`,
})

const oneSession = `(SELECT session_id FROM session_events WHERE type = 'agent.tool_result' LIMIT 1)`

export const seeds: readonly Seed[] = [
  ...webhookSeeds,
  {
    name: 'content of the right length that is another',
    rule: 'content',
    says: /seq 4 .*not the content of its SHA-256/,
    sqlite:
      "UPDATE contents SET body = CAST('SECOND TEXT' AS BLOB) WHERE body = CAST('second text' AS BLOB)",
    postgres: "UPDATE changes SET content = 'SECOND TEXT'::bytea WHERE seq = 4",
  },
  {
    name: 'content that is cut short',
    rule: 'content',
    says: /seq 5 .*has 3 bytes, and must have 10/,
    sqlite: "UPDATE contents SET body = x'616263' WHERE body = CAST('other text' AS BLOB)",
    postgres: "UPDATE changes SET content = 'abc'::bytea WHERE seq = 5",
  },
  {
    name: 'a version without its content',
    rule: 'chain',
    says: /seq 5 has no content/,
    sqlite: "DELETE FROM contents WHERE body = CAST('other text' AS BLOB)",
    postgres: 'UPDATE changes SET content = NULL WHERE seq = 5',
  },
  {
    name: 'a head at an older version',
    rule: 'head',
    says: /memory of seq 2 is at seq 3, its newest version at 4/,
    ...both("UPDATE memories SET head_seq = 3 WHERE path = '/dir/renamed'"),
  },
  {
    name: 'a head with another hash',
    rule: 'head',
    says: /memory of seq 5 is not what its newest version is/,
    ...both("UPDATE memories SET size = size + 1 WHERE path = '/two'"),
  },
  {
    name: 'a live memory that is nowhere',
    rule: 'head',
    says: /memory of seq 5 was not deleted, and is nowhere/,
    ...both("DELETE FROM memories WHERE path = '/two'"),
  },
  {
    name: 'a head with the content of another version',
    rule: 'head',
    says: /memory of seq 5 has another content/,
    sqlite: "UPDATE memories SET cid = 1 WHERE path = '/two'",
  },
  { name: 'a wrong number of memories', rule: 'tally', says: /memories/, ...tally('memories') },
  {
    name: 'a wrong number of bytes',
    rule: 'tally',
    says: /bytes of live content/,
    ...tally('bytes', 'content_bytes'),
  },
  { name: 'a wrong number of versions', rule: 'tally', says: /versions/, ...tally('versions') },
  {
    name: 'a sequence ahead of the changes',
    rule: 'sequence',
    says: /counts 12 changes, the newest is 11/,
    ...tally('seq'),
  },
  {
    name: 'a workspace that miscounts its stores',
    rule: 'tally',
    says: /wrkspc_.* counts 2 stores, there are 1/,
    ...both('UPDATE workspaces SET stores = stores + 1'),
  },
  {
    name: 'a content that too many versions are said to share',
    rule: 'tally',
    says: /has content that 2 versions share, and 3 are counted/,
    sqlite: 'UPDATE shared_contents SET versions = versions + 1',
  },
  {
    name: 'a change that is missing',
    rule: 'sequence',
    says: /seq 6 follows a gap: change 5 are missing/,
    ...both('DELETE FROM changes WHERE seq = 5'),
  },
  {
    name: 'time that runs backwards',
    rule: 'sequence',
    says: /seq 7 is older than the change before it/,
    ...changes('at = at - 100000', 'seq = 7'),
  },
  {
    name: 'a change of no known kind',
    rule: 'sequence',
    says: /seq 7 is of no known kind/,
    ...changes('kind = 99', 'seq = 7'),
  },
  {
    name: 'a version that follows another than the one before',
    rule: 'chain',
    says: /seq 4 follows seq 2; the version before it is 3/,
    ...changes('prev_seq = 2', 'seq = 4'),
  },
  {
    name: 'a version that follows nothing',
    rule: 'chain',
    says: /seq 4 follows no earlier version/,
    ...changes('prev_seq = NULL', 'seq = 4'),
  },
  {
    name: 'a memory that leads to an older version',
    rule: 'chain',
    says: /memory of seq 2 leads to seq 3, its newest version is 4/,
    sqlite: 'UPDATE changes SET head_seq = 3 WHERE seq = 2',
  },
  {
    name: 'a memory that leads nowhere',
    rule: 'chain',
    says: /leads to no version/,
    sqlite: 'UPDATE changes SET head_seq = NULL WHERE seq = 2',
  },
  {
    name: 'a deletion at another path than what was deleted',
    rule: 'chain',
    says: /seq 7 is a deletion at another path/,
    ...changes(`path = '/elsewhere'`, 'seq = 7'),
  },
  {
    name: 'a path that runs through a memory',
    rule: 'path',
    says: /memory of seq 2 has a path that runs through another memory/,
    ...both(
      "UPDATE memories SET path = '/dir' WHERE path = '/two'; UPDATE changes SET path = '/dir' WHERE path = '/two'",
    ),
  },
  {
    name: 'a path that no memory may have',
    rule: 'path',
    says: /memory of seq 5 has a path that no memory may have/,
    ...both(
      "UPDATE memories SET path = '/a//b' WHERE path = '/two'; UPDATE changes SET path = '/a//b' WHERE path = '/two'",
    ),
  },
  {
    name: 'a redacted version that still has its path',
    rule: 'erased',
    says: /seq 8 is redacted, and not everything of it is gone/,
    ...changes("path = '/old'", 'redacted_at IS NOT NULL'),
  },
  {
    name: 'content that belongs to no version',
    rule: 'database',
    says: /content \d+ belongs to no version/,
    sqlite: "INSERT INTO contents (body) VALUES (x'616263')",
  },
  {
    name: 'an event in the place of another',
    rule: 'session',
    says: /sesn_.* has its head at/,
    ...both(
      `UPDATE session_events SET place = 1 WHERE place =
        (SELECT max(place) FROM session_events WHERE session_id = ${oneSession} AND place < 8000000000000000)
        AND session_id = ${oneSession}`,
    ),
  },
  {
    name: 'a result before its call',
    rule: 'session',
    says: /answers a call that is not before it/,
    ...both(
      `UPDATE session_events SET place = 1 WHERE type = 'agent.tool_result' AND session_id = ${oneSession}`,
    ),
  },
  {
    name: 'an event that is no JSON',
    rule: 'session',
    says: /event sevt_.* is no JSON/,
    ...both("UPDATE session_events SET body = '{' WHERE type = 'agent.message'"),
  },
  {
    name: 'an event under another id',
    rule: 'session',
    says: /is filed under another id or type/,
    ...both("UPDATE session_events SET type = 'agent.thinking' WHERE type = 'agent.message'"),
  },
  {
    name: 'a session filed as running that rests',
    rule: 'session',
    says: /is filed under another status or head/,
    ...both("UPDATE sessions SET status = 'terminated'"),
  },
  {
    name: 'a message that is missing',
    rule: 'session',
    says: /began with a message not in the log|does not wait for the events that wait/,
    ...both(
      `DELETE FROM session_events WHERE type = 'user.message' AND session_id = ${oneSession}`,
    ),
  },
  {
    name: 'a version that has left another path than it had',
    rule: 'chain',
    says: /seq 3 has not noted the path that it left/,
    ...changes("left_path = '/dir/other'", 'seq = 3'),
  },
  {
    name: 'a deletion that has left no path',
    rule: 'chain',
    says: /seq 7 has not noted the path that it left/,
    ...changes('left_path = NULL', 'seq = 7'),
  },
  {
    name: 'a version that has left a path and is there',
    rule: 'chain',
    says: /seq 4 has left a path, and stayed/,
    ...changes("left_path = '/dir/renamed'", 'seq = 4'),
  },
  {
    name: 'a memory that has left a path before it began',
    rule: 'chain',
    says: /seq 5 has left a path, from nowhere/,
    ...changes("left_path = '/two'", 'seq = 5'),
  },
  {
    name: 'a redacted path that the version behind it still tells',
    rule: 'erased',
    says: /seq 9 has left a path that no version has any more/,
    ...changes("left_path = '/secret'", 'seq = 9'),
  },
  {
    name: 'a memory brought back from before its deletion',
    rule: 'chain',
    says: /seq 11 follows seq 6; the version before it is 7/,
    ...changes('prev_seq = 6', 'seq = 11'),
  },
  {
    name: 'a memory brought back that was not deleted',
    rule: 'chain',
    says: /seq 3 brings back a memory that was not deleted/,
    ...changes('kind = 0', 'seq = 3'),
  },
  {
    name: 'a memory brought back as if it was never gone',
    rule: 'chain',
    says: /seq 11 follows a deletion/,
    ...changes('kind = 1', 'seq = 11'),
  },
  {
    name: 'a version of a memory of another time',
    rule: 'chain',
    says: /seq 11 belongs to a memory of another time/,
    ...changes('first_at = first_at - 1', 'seq = 11'),
  },
  {
    name: 'a change that claims what is no JSON',
    rule: 'chain',
    says: /seq 4 claims what cannot be read/,
    ...changes("claimed = '{'", 'seq = 4'),
  },
  {
    name: 'a change that claims a time that is none',
    rule: 'chain',
    says: /seq 10 claims what cannot be read/,
    ...changes(`claimed = '{"at":"now"}'`, 'seq = 10'),
  },
  {
    name: 'a version with a reason, which only redactions have',
    rule: 'chain',
    says: /seq 4 has a reason that no redaction has/,
    ...changes("reason = 'ticket 2'", 'seq = 4'),
  },
  {
    name: 'a redaction with a reason of several lines',
    rule: 'chain',
    says: /seq 10 has a reason that no redaction has/,
    ...changes(
      `reason = 'two
lines'`,
      'seq = 10',
    ),
  },
  {
    name: 'a deleted session that is there',
    rule: 'reference',
    says: /sesn_.* is a session that is deleted, and is there/,
    ...both(`INSERT INTO deleted_sessions (id) VALUES (${oneSession})`),
  },
  {
    name: 'turns of a session that is not there',
    rule: 'reference',
    says: /sesn_nobody is a session that is not there, and has turns/,
    ...both("UPDATE session_turns SET session_id = 'sesn_nobody'"),
  },
  {
    name: 'stores of a session that is not there',
    rule: 'reference',
    says: /sesn_nobody is a session that is not there, and has stores/,
    ...both("UPDATE session_stores SET session_id = 'sesn_nobody'"),
  },
  {
    name: 'a store in a workspace that is not there',
    rule: 'reference',
    says: /memstore_.* is in a workspace that is not there/,
    ...both('DELETE FROM workspaces'),
  },
  {
    name: 'a key of a workspace that is not there',
    rule: 'reference',
    says: /apikey_.* is a key of a workspace that is not there/,
    ...both('DELETE FROM workspaces'),
  },
  {
    name: 'an agent in a workspace that is not there',
    rule: 'reference',
    says: /is an agent of a workspace/,
    ...both(`UPDATE agents SET workspace_id = 'wrkspc_none'`),
  },
  {
    name: 'an environment in a workspace that is not there',
    rule: 'reference',
    says: /is an environment of a workspace/,
    ...both(`UPDATE environments SET workspace_id = 'wrkspc_none'`),
  },
  {
    name: 'sessions of an agent that is not there',
    rule: 'reference',
    says: /is a session of an agent that is not there/,
    ...both(`UPDATE sessions SET agent_id = 'agent_none'`),
  },
  {
    name: 'events of a session that is not there',
    rule: 'reference',
    says: /sesn_.* is a session that is not there/,
    ...both('DELETE FROM sessions'),
  },
]
