// Commands in the sandbox: what they can do to memory, and what they cannot do to this machine.
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sandboxKinds, trySandbox } from '../../src/agent/sandbox/find-sandbox.ts'
import { defaultSandboxLimits } from '../../src/agent/sandbox/sandbox-limits.ts'
import type { SandboxShell } from '../../src/agent/sandbox/sandbox.ts'
import type { World } from '../../src/agent/tools/tool.ts'
import type { StoreId } from '../../src/domain/ids.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { openAgentWorld, use, type AgentWorld } from '../support/agent-world.ts'
import { limitOf } from '../support/time-limit.ts'

const limits = { ...defaultSandboxLimits, memoryBytesMax: 200_000_000, processesMax: 60 }
const sandboxes = await Promise.all(
  sandboxKinds.map(async (kind) => ({ kind, found: await trySandbox(kind, limits) })),
)

describe.each(sandboxes)('bash in $kind', ({ kind, found: sandbox }) => {
  if ('noneBecause' in sandbox) {
    const why = `${kind}: ${sandbox.noneBecause}`
    return process.env['CI'] === 'true' ? test(why, () => expect.fail(why)) : test.skip(why)
  }

  const box = sandbox
  let agent: AgentWorld
  let home: string
  let notes: StoreId
  let rules: StoreId
  let shell: SandboxShell
  let world: World

  beforeAll(async () => {
    agent = await openAgentWorld()
    home = await mkdtemp(join(tmpdir(), 'sandbox-'))
    await chmod(home, 0o711)
  })
  afterAll(async () => {
    await shell?.[Symbol.asyncDispose]()
    await agent[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })
  beforeEach(async () => {
    await shell?.[Symbol.asyncDispose]()
    notes = await agent.store('Notes')
    rules = await agent.store('Rules')
    ;({ shell, world } = await open())
  })

  async function open() {
    const stores = [
      { id: notes, name: 'Notes' },
      { id: rules, name: 'Rules', access: 'read_only' },
    ] as const
    const scratch = join(home, 'scratch')
    await rm(scratch, { recursive: true, force: true })
    await mkdir(scratch)
    const owner = await box.prepare(scratch)
    const api = agent.apiOf(stores)
    const attached = stores.map((one) => {
      const access = 'access' in one ? one.access : 'read_write'
      return {
        storeId: one.id,
        access,
        mountPath: `/mnt/memory/${one.name.toLowerCase()}`,
      } as const
    })
    const shell = box.open({ api, attached, scratch, owner, home })
    return { shell, world: agent.world(stores, { shell, scratch: { directory: scratch, owner } }) }
  }

  const bash = (command: string, more: object = {}) => use(world, 'bash', { command, ...more })

  /** A command that begins with this waits, once it runs, until it is told to go on. */
  const heldUp = 'touch /workspace/started; until [ -e /workspace/go ]; do sleep 0.02; done;'
  const started = () => expect.poll(() => existsSync(join(home, 'scratch', 'started'))).toBe(true)
  const goOn = () => writeFile(join(home, 'scratch', 'go'), '')

  async function memories(storeId = notes): Promise<Record<string, string>> {
    const { items } = await agent.operator.listMemories({ storeId, view: 'full' })
    const all = items.flatMap((item) => (isDirectory(item) ? [] : [item]))
    return Object.fromEntries(all.map(({ path, content }) => [path, content ?? '']))
  }

  describe('memory', () => {
    test('[R-S2-6] files are memories before the command and versions after it', async () => {
      await use(world, 'write', { file_path: '/mnt/memory/notes/a/list.md', content: 'one\n' })
      expect(await bash('cat /mnt/memory/notes/a/list.md')).toBe('one')
      await bash(
        'echo two >> /mnt/memory/notes/a/list.md; mkdir -p /mnt/memory/notes/b; echo hi > /mnt/memory/notes/b/x.md',
      )
      expect(await memories()).toEqual({ '/a/list.md': 'one\ntwo\n', '/b/x.md': 'hi\n' })
      const { items } = await agent.operator.listVersions({ storeId: notes })
      expect(items.map(({ createdBy }) => createdBy)).toEqual(Array(3).fill(agent.sessionId))
      await bash('rm -r /mnt/memory/notes/a')
      expect(await memories()).toEqual({ '/b/x.md': 'hi\n' })
    })

    test('a file that is renamed stays the same memory', async () => {
      await use(world, 'write', { file_path: '/mnt/memory/notes/old.md', content: 'text\n' })
      const before = await agent.operator.listMemories({ storeId: notes })
      await bash('mv /mnt/memory/notes/old.md /mnt/memory/notes/new.md')
      const after = await agent.operator.listMemories({ storeId: notes })
      expect(after.items).toMatchObject([
        { path: '/new.md', id: (before.items[0] as { id: string }).id },
      ])
    })

    test('the read-only store can be read and not changed', async () => {
      await agent.operator.createMemory({ storeId: rules, path: '/style.md', content: 'short\n' })
      expect(await bash('cat /mnt/memory/rules/style.md')).toBe('short')
      expect(await bash('echo x > /mnt/memory/rules/style.md')).toContain('Read-only file system')
      expect(await bash('rm /mnt/memory/rules/style.md')).toContain('Read-only file system')
      expect(await bash('mkdir /mnt/memory/other')).toContain('Read-only file system')
      expect(await memories(rules)).toEqual({ '/style.md': 'short\n' })
    })

    test('both sides changed different lines: both changes stay', async () => {
      await use(world, 'write', { file_path: '/mnt/memory/notes/l.md', content: '1\n2\n3\n4\n5\n' })
      await bash('true')
      const command = bash(`${heldUp} sed -i s/5/five/ /mnt/memory/notes/l.md`)
      await started()
      const edit = { file_path: '/mnt/memory/notes/l.md', old_string: '1', new_string: 'one' }
      await use(agent.world([{ id: notes, name: 'Notes' }]), 'edit', edit)
      await goOn()
      expect(await command).toBe('(no output)')
      expect(await memories()).toEqual({ '/l.md': 'one\n2\n3\n4\nfive\n' })
      expect(await bash('head -1 /mnt/memory/notes/l.md')).toBe('one')
    })

    test('[R-S2-7] both sides changed the same line: nothing is lost, and the agent is told', async () => {
      await use(world, 'write', { file_path: '/mnt/memory/notes/l.md', content: 'a\n' })
      await bash('true')
      const command = bash(`${heldUp} echo mine > /mnt/memory/notes/l.md`)
      await started()
      const edit = { file_path: '/mnt/memory/notes/l.md', old_string: 'a', new_string: 'theirs' }
      await use(agent.world([{ id: notes, name: 'Notes' }]), 'edit', edit)
      await goOn()
      expect(await command).toContain('your version is in /mnt/memory/notes/l.conflict-1.md')
      expect(await memories()).toEqual({ '/l.md': 'theirs\n', '/l.conflict-1.md': 'mine\n' })
    })

    test('what cannot be a memory is named once and left out', async () => {
      const text = await bash(
        "cd /mnt/memory/notes; printf '\\377' > bin; head -c 102401 /dev/zero | tr '\\0' x > big; ln -s /etc/passwd link; mkfifo pipe; echo ok > ok.md; echo x > $'a\\nb'",
      )
      expect(text).toContain('/mnt/memory/notes/bin was not saved: it is not UTF-8 text')
      expect(text).toContain('/mnt/memory/notes/big was not saved: it has 102401 bytes')
      expect(text).toContain('control')
      expect(await memories()).toEqual({ '/ok.md': 'ok\n' })
      expect(await bash('true')).toBe('(no output)')
    })

    test('a directory that vanished on the host deletes nothing', async () => {
      await use(world, 'write', { file_path: '/mnt/memory/notes/a.md', content: 'x' })
      await bash('true')
      await rm(join(home, 'memory', '0'), { recursive: true })
      expect(await bash('true')).toMatch(/^error/)
      expect(await memories()).toEqual({ '/a.md': 'x' })
    })
  })

  describe('the shell', () => {
    test('keeps its state, and begins anew when asked', async () => {
      await bash('cd /tmp; x=5')
      expect(await bash('pwd; echo $x')).toBe('/tmp\n5')
      expect(await use(world, 'bash', { restart: true })).toBe('bash session restarted')
      expect(await bash('pwd; echo "[$x]"')).toBe('/workspace\n[]')
    })

    test.each([
      ['exit codes', 'echo out; echo err >&2; (exit 3)', 'error: out\nerr'],
      ['no output', 'true', '(no output)'],
      ['a failure without output', 'false', 'error: exit 1'],
      ['colours', "printf '\\e[31mred\\e[0m\\n'", 'red'],
      ['an end of the shell', 'exit 3', 'error: bash: bash session terminated'],
      ['no standard input', 'cat; read x; echo done', 'done'],
      ['a here-document', 'cat <<E\nhi\nE', 'hi'],
      ['unicode', 'printf "é🎨\\n"', 'é🎨'],
    ])('%s', async (_name, command, output) => {
      expect(await bash(command)).toBe(output)
    })

    test('a command that breaks its frame breaks only itself', async () => {
      expect(await bash('echo "unfinished')).toMatch(/^error/)
      expect(await bash('}; echo x')).toMatch(/^error/)
      expect(await bash('echo fine')).toBe('fine')
    })

    test('time is limited, and what was written by then is saved', async () => {
      const over = limitOf(54_321)
      const command = 'echo saved > /mnt/memory/notes/a.md; touch /workspace/started; sleep 600'
      const ending = bash(command, { timeout_ms: 54_321 })
      await started()
      over.abort()
      expect(await ending).toBe('error: bash: bash command timed out after 54321ms')
      expect(await memories()).toEqual({ '/a.md': 'saved\n' })
      expect(await bash('echo alive')).toBe('alive')
    })

    test('long output keeps its end', async () => {
      const text = await bash('seq 1 100000')
      expect(text).toMatch(/^\[output truncated\]\n/)
      expect(text).toMatch(/\n100000$/)
      expect(text.length).toBeLessThan(110_000)
    })
  })

  describe('attempts to get out', () => {
    test('[R-S2-8] files of the host cannot be seen', async () => {
      const secret = join(tmpdir(), `palimpsest-secret-${process.pid}`)
      await writeFile(secret, 'secret')
      for (const path of [
        secret,
        '/etc/passwd',
        '/etc/shadow',
        '/home',
        '/root',
        '/var',
        '/sys',
        home,
      ]) {
        expect(await bash(`ls -ld ${path} 2>&1`), path).toMatch(/No such file/)
      }
      expect(await bash('cat /proc/1/environ /proc/self/environ | tr "\\0" "\\n"')).not.toMatch(
        /KEY|TOKEN/,
      )
      const commands = await bash('cat /proc/[0-9]*/cmdline | tr "\\0" " "')
      expect(commands).not.toMatch(/vitest|node/)
      await rm(secret)
    })

    test('[R-S2-8] there is no network, not even loopback of the host', async () => {
      const server = createServer((_request, response) => response.end('reached'))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      expect(await bash(`exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3`)).toMatch(
        /refused|unreachable|No such/,
      )
      expect(await bash('tail -n +2 /proc/net/route | wc -l')).toBe('0')
      server.close()
    })

    test.each([
      ['mount -t tmpfs none /mnt', /permission denied|must be superuser|not permitted/i],
      ['unshare -U true', /not permitted|No space|cannot/i],
      ['unshare -m true', /not permitted/i],
      ['mknod /tmp/x b 8 0', /not permitted/i],
      ['/usr/sbin/chroot / true', /not permitted/i],
      ['echo 1 > /proc/sys/kernel/sysrq', /denied|Read-only|No such/i],
      ['echo x > /usr/bin/x', /Read-only/i],
      ['echo x > /x', /Read-only/i],
      ['kill -9 -1; kill -9 1; echo $?', /./],
      ['grep CapEff /proc/self/status', /0000000000000000/],
      ['ls /dev/fuse /dev/sda /dev/mem', /No such file/],
    ])('%s', async (command, expected) => {
      expect(await bash(`${command} 2>&1`)).toMatch(expected)
    })

    test('a link planted in scratch space does not lead the file tools out', async () => {
      await bash(
        'ln -s / /workspace/host; ln -s ../../../../etc/passwd /workspace/p; ln -s /proc/self/environ e',
      )
      for (const file_path of ['host/etc/passwd', 'p', 'e']) {
        expect(await use(world, 'read', { file_path })).toMatch(/^error/)
      }
      expect(await use(world, 'write', { file_path: 'host/tmp/evil', content: 'x' })).toMatch(
        /^error/,
      )
    })

    test('links swapped under the file tools do not lead them out', async () => {
      await bash(
        'mkdir -p d; echo inside > d/passwd; (while :; do mv d d2; ln -s /etc d; rm d; mv d2 d; done) >/dev/null 2>&1 &',
      )
      for (let n = 0; n < 300; n += 1) {
        expect(await use(world, 'read', { file_path: 'd/passwd' })).not.toContain('root:')
      }
    })

    test('what a shell leaves is removed without following it, however deep', async () => {
      const outside = join(home, 'outside')
      await mkdir(outside, { recursive: true })
      await writeFile(join(outside, 'kept'), 'x')
      await bash(
        `cd /mnt/memory/notes; ln -s ${outside} link; for i in $(seq 300); do mkdir d; cd d; done; touch x`,
      )
      await bash(
        '(while :; do mkdir -p /mnt/memory/notes/a/b; ln -sfn / /mnt/memory/notes/a/c; done) >/dev/null 2>&1 &',
      )
      await shell[Symbol.asyncDispose]()
      expect(await readdir(home)).not.toContain('memory')
      expect(await readdir(outside)).toEqual(['kept'])
    })

    test('[R-S2-8] memory, processes and disk are limited', async () => {
      expect(await bash('x=$(head -c 900M /dev/zero | tr "\\0" x); echo $?')).toMatch(
        /too much memory|cannot allocate|terminated/,
      )
      expect(await bash('for i in $(seq 200); do sleep 10 & done 2>&1; echo')).toMatch(
        /Resource temporarily unavailable|terminated/,
      )
      await use(world, 'bash', { restart: true })
      expect(await bash('head -c 400M /dev/zero > /tmp/x')).toContain('No space left')
      expect(await bash('head -c 40M /dev/zero > /dev/shm/x')).toContain('No space left')
    })
  })
})
