// bash over stores that are mounted: what a command writes is a version while it still runs.
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { missingForMounts, SessionMounts } from '../../src/server/live-memory/session-mounts.ts'
import { sandboxKinds, trySandbox } from '../../src/agent/sandbox/find-sandbox.ts'
import type { SandboxShell } from '../../src/agent/sandbox/sandbox.ts'
import type { World } from '../../src/agent/tools/tool.ts'
import type { StoreId } from '../../src/domain/ids.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import Anthropic from '@anthropic-ai/sdk'
import { openAgentWorld, use, type AgentWorld } from '../support/agent-world.ts'
import { startFakeModel } from '../support/fake-model.ts'
import { firstKeyIn, makeHome, startServe } from '../support/serve-process.ts'
import { limitOf } from '../support/time-limit.ts'

const boxes = await Promise.all(
  sandboxKinds.map(async (kind) => ({ kind, found: await trySandbox(kind) })),
)

const missing = await missingForMounts()
if (missing !== undefined) {
  test.skipIf(process.env['CI'] !== 'true')(`needs mounts: ${missing}`, () => {
    throw new Error(missing)
  })
}

describe.skipIf(missing !== undefined).each(boxes)(
  'mounted stores in $kind',
  ({ kind, found: box }) => {
    if ('noneBecause' in box) {
      const why = `${kind}: ${box.noneBecause}`
      return process.env['CI'] === 'true' ? test(why, () => expect.fail(why)) : test.skip(why)
    }
    let agent: AgentWorld
    let home: string
    let mounts: SessionMounts
    let reports: string[]
    let notes: StoreId
    let rules: StoreId
    let shell: SandboxShell
    let world: World

    beforeAll(async () => {
      agent = await openAgentWorld()
      home = await mkdtemp(join(tmpdir(), 'live-'))
      await chmod(home, 0o711)
    })
    afterAll(async () => {
      await agent[Symbol.asyncDispose]()
      await rm(home, { recursive: true, force: true })
    })
    beforeEach(async () => {
      reports = []
      mounts = new SessionMounts({
        root: join(home, 'mounts'),
        report: (sentence, error) => reports.push(`${sentence}: ${String(error)}`),
      })
      await mounts.clear()
      notes = await agent.store('Notes')
      rules = await agent.store('Rules')
      const stores = [
        { id: notes, name: 'Notes' },
        { id: rules, name: 'Rules', access: 'read_only' },
      ] as const
      const scratch = join(home, 'scratch')
      await rm(scratch, { recursive: true, force: true })
      await mkdir(scratch)
      const owner = await box.prepare(scratch)
      const api = agent.apiOf(stores)
      const attached = stores.map(({ id: storeId, name, ...rest }) => {
        const access = 'access' in rest ? rest.access : ('read_write' as const)
        return { storeId, access, mountPath: `/mnt/memory/${name.toLowerCase()}` }
      })
      shell = box.open({ api, attached, scratch, owner, home, live: mounts })
      world = agent.world(stores, { shell, scratch: { directory: scratch, owner } })
    })
    afterEach(async () => {
      await shell[Symbol.asyncDispose]()
      await mounts[Symbol.asyncDispose]()
      // Nothing is left mounted, and no directory either.
      expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(home)
      expect(await readdir(join(home, 'mounts'))).toEqual([])
    })

    const bash = (command: string, more: object = {}) => use(world, 'bash', { command, ...more })
    const write = (path: string, content: string) =>
      use(world, 'write', { file_path: `/mnt/memory/notes${path}`, content })

    async function memories(storeId = notes): Promise<Record<string, string>> {
      const { items } = await agent.operator.listMemories({ storeId, view: 'full' })
      const all = items.flatMap((item) => (isDirectory(item) ? [] : [item]))
      return Object.fromEntries(all.map(({ path, content }) => [path, content ?? '']))
    }

    test('[R-S2-6] show what there is, and every write is a version of the session', async () => {
      await write('/a/list.md', 'one\n')
      expect(await bash('cat /mnt/memory/notes/a/list.md')).toBe('one')
      expect(await bash('grep fuse /proc/mounts | grep -c memory/notes')).toBe('1')
      await bash('cd /mnt/memory/notes; echo two >> a/list.md; mkdir b; echo hi > b/x.md')
      expect(await memories()).toEqual({ '/a/list.md': 'one\ntwo\n', '/b/x.md': 'hi\n' })
      const { items } = await agent.operator.listVersions({ storeId: notes })
      expect(items.map(({ createdBy }) => createdBy)).toEqual(Array(3).fill(agent.sessionId))
      await bash('rm -r /mnt/memory/notes/a')
      expect(await memories()).toEqual({ '/b/x.md': 'hi\n' })
      expect(reports).toEqual([])
    })

    test('[R-S2-6] a command sees what others write while it runs, and they see it', async () => {
      await bash('true')
      const command = bash(
        'cd /mnt/memory/notes; echo mine > mine.md; until [ -e theirs.md ]; do sleep 0.05; done; cat theirs.md',
      )
      await expect.poll(memories).toHaveProperty('/mine.md')
      await agent.operator.createMemory({ storeId: notes, path: '/theirs.md', content: 'theirs\n' })
      expect(await command).toBe('theirs')
    })

    test('a file tool and bash see each other at once', async () => {
      for (let round = 0; round < 5; round += 1) {
        await write('/n.md', `${round}\n`)
        expect(await bash('cat /mnt/memory/notes/n.md')).toBe(String(round))
        await bash(`echo bash ${round} > /mnt/memory/notes/n.md`)
        expect(await use(world, 'read', { file_path: '/mnt/memory/notes/n.md' })).toBe(
          `bash ${round}\n`,
        )
      }
    })

    test('a file that is renamed stays the same memory', async () => {
      await write('/old.md', 'text\n')
      const before = await agent.operator.listMemories({ storeId: notes })
      await bash('mv /mnt/memory/notes/old.md /mnt/memory/notes/new.md')
      const after = await agent.operator.listMemories({ storeId: notes })
      const [old] = before.items
      expect(after.items).toMatchObject([{ path: '/new.md', id: old && 'id' in old ? old.id : '' }])
    })

    test('[R-S2-3] the read-only store can be read and not changed', async () => {
      await agent.operator.createMemory({ storeId: rules, path: '/style.md', content: 'short\n' })
      expect(await bash('cat /mnt/memory/rules/style.md')).toBe('short')
      expect(await bash('echo x > /mnt/memory/rules/style.md')).toContain('Read-only file system')
      expect(await bash('rm /mnt/memory/rules/style.md')).toContain('Read-only file system')
      expect(await bash('touch /mnt/memory/rules/new.md')).toContain('Read-only file system')
      expect(await memories(rules)).toEqual({ '/style.md': 'short\n' })
    })

    test('[R-S2-5] what cannot be a memory is refused with the reason', async () => {
      const text = await bash(
        "cd /mnt/memory/notes; printf '\\377' > bin; head -c 102401 /dev/zero | tr '\\0' x > big; ln -s /etc/passwd link; echo ok > ok.md; true",
      )
      expect(text).toMatch(/\[memory: \/mnt\/memory\/notes\/bin: .*UTF-8/)
      expect(text).toMatch(/big/)
      expect(await memories()).toEqual({ '/ok.md': 'ok\n' })
      expect(await bash('true')).toBe('(no output)')
    })

    test('[R-S2-7] both sides changed different lines: both changes stay', async () => {
      await write('/l.md', '1\n2\n3\n4\n5\n')
      await bash('true')
      // Opened and read before the others write, written after it.
      const script =
        'open(F, "+<", "/mnt/memory/notes/l.md"); @lines = <F>; system("touch /workspace/open"); ' +
        'select(undef, undef, undef, 0.02) until -e "/workspace/go"; ' +
        's/5/five/ for @lines; seek(F, 0, 0); truncate(F, 0); print F @lines; close(F) or die'
      const command = bash(`perl -e '${script}'`)
      await expect.poll(() => existsSync(join(home, 'scratch', 'open'))).toBe(true)
      const edit = { file_path: '/mnt/memory/notes/l.md', old_string: '1', new_string: 'one' }
      await use(world, 'edit', edit)
      await writeFile(join(home, 'scratch', 'go'), '')
      expect(await command).toBe('(no output)')
      expect(await memories()).toEqual({ '/l.md': 'one\n2\n3\n4\nfive\n' })
    })

    test('a command that is ended in time has saved what it had written', async () => {
      const over = limitOf(54_321)
      const command = 'echo saved > /mnt/memory/notes/a.md; touch /workspace/open; sleep 600'
      const ending = bash(command, { timeout_ms: 54_321 })
      await expect.poll(() => existsSync(join(home, 'scratch', 'open'))).toBe(true)
      over.abort()
      expect(await ending).toBe('error: bash: bash command timed out after 54321ms')
      expect(await memories()).toEqual({ '/a.md': 'saved\n' })
      expect(await bash('cat /mnt/memory/notes/a.md')).toBe('saved')
    })

    test('nobody else on this machine passes to a mounted store', async () => {
      await bash('true')
      const root = join(home, 'mounts', String(process.pid))
      expect(await readdir(root)).toHaveLength(2)
      for (const name of await readdir(root)) {
        expect((await stat(join(root, name))).mode & 0o777).toBe(0o700)
      }
    })

    test('when the process that serves the mounts is killed, the next command has new ones', async () => {
      await write('/a.md', 'kept\n')
      expect(await bash('cat /mnt/memory/notes/a.md')).toBe('kept')
      const { processId } = mounts
      if (processId === undefined) throw new Error('nothing serves the mounts')
      process.kill(processId, 'SIGKILL')
      await expect.poll(() => mounts.processId).toBe(undefined)
      expect(await bash('cat /mnt/memory/notes/a.md; echo more >> /mnt/memory/notes/a.md')).toBe(
        'kept',
      )
      expect(await memories()).toEqual({ '/a.md': 'kept\nmore\n' })
    })

    test('a store that cannot be mounted stands there as a copy, and it is reported', async () => {
      await bash('true')
      await shell[Symbol.asyncDispose]()
      const file = join(home, 'file')
      await writeFile(file, 'no directory')
      const refusing = new SessionMounts({
        root: join(file, 'mounts'),
        report: (sentence) => reports.push(sentence),
      })
      const scratch = join(home, 'scratch')
      const owner = await box.prepare(scratch)
      const attached = [
        { storeId: notes, access: 'read_write', mountPath: '/mnt/memory/notes' } as const,
      ]
      const api = agent.apiOf([{ id: notes, name: 'Notes' }])
      await using copied = box.open({ api, attached, scratch, owner, home, live: refusing })
      const signal = new AbortController().signal
      await copied.run('echo copy > /mnt/memory/notes/c.md', { timeoutMs: 60_000, signal })
      expect(await memories()).toEqual({ '/c.md': 'copy\n' })
      expect(reports[0]).toContain('a copy has to do')
      await refusing[Symbol.asyncDispose]()
    })
  },
)

test.skipIf(missing !== undefined)(
  'the whole server mounts, and leaves no mount behind when it is killed',
  async () => {
    await using model = await startFakeModel()
    await using home = await makeHome()
    const flags = ['--model-base-url', model.url]
    const server = await startServe(home, flags)
    const client = new Anthropic({ baseURL: server.url, apiKey: firstKeyIn(server.output()) })
    const tools = [{ type: 'agent_toolset_20260401' as const }]
    const agent = await client.beta.agents.create({ name: 'a', model: 'm', tools })
    const environment = await client.beta.environments.create({ name: 'e' })
    const store = await client.beta.memoryStores.create({ name: 'Notes' })
    const session = await client.beta.sessions.create({
      agent: agent.id,
      environment_id: environment.id,
      resources: [{ type: 'memory_store', memory_store_id: store.id }],
    })
    const command = 'grep -c fuse.palimpsest /proc/mounts; echo kept > /mnt/memory/notes/a.md'
    model.script({ blocks: [{ tool: 'bash', input: { command } }] }, { blocks: ['Done.'] })
    const path = `/v1/sessions/${session.id}/turns`
    const turn = await client.post(path, { body: { input: 'Go.' } })
    expect(turn).toMatchObject({ memory: { changed: [{ path: '/a.md' }] } })
    const mounted = () => readFileSync('/proc/self/mounts', 'utf8').includes(store.id)
    expect(mounted()).toBe(true)
    await server.kill()
    await expect.poll(mounted).toBe(false)
    await using again = await startServe(home, flags)
    const there = new Anthropic({ baseURL: again.url, apiKey: client.apiKey })
    const { data } = await there.beta.memoryStores.memories.list(store.id, { view: 'full' })
    expect(data).toMatchObject([{ path: '/a.md', content: 'kept\n' }])
  },
)
