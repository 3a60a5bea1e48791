// The commands as people use them, against a real server: mount, status, umount, and what is
// killed.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { connect } from '../../src/client/connect.ts'
import { loadConfig } from '../../src/config.ts'
import { unmount } from '../../src/mount/direct-mount.ts'
import { findMount } from '../../src/mount/state-directory.ts'
import type { MountStatus } from '../../src/mount/status.ts'
import { startServer, type RunningServer } from '../../src/server.ts'
import { startOfficialServer } from './other-servers.ts'
import { isRunning, killProcesses, workerBelow } from './processes.ts'
import { canMount, sh, until, type Ran } from './mounted-store.ts'

const program = new URL('./cli-main.ts', import.meta.url).pathname

describe.skipIf(!canMount)('palimpsest mount', { timeout: 180_000 }, () => {
  let base: string
  let server: RunningServer
  let api: Api & Disposable
  let secret: string
  const mounts: string[] = []
  const running: ChildProcess[] = []

  const startAt = (port: number) => {
    const flags = { 'data-dir': join(base, 'data'), port: String(port), 'log-level': 'silent' }
    return startServer(loadConfig(flags, {}).config)
  }

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'palimpsest-command-'))
    server = await startAt(0)
    secret = server.firstKey?.secret ?? ''
    api = connect({ baseUrl: server.url, headers: { 'x-api-key': secret } })
  })
  afterAll(async () => {
    for (const directory of mounts) {
      await unmount(directory, { isLazy: true }).catch(() => undefined)
    }
    for (const child of running) child.kill('SIGKILL')
    api[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
    rmSync(base, { recursive: true, force: true })
  })

  const run = (args: readonly string[], key = secret, url = server.url): Promise<Ran> => {
    const { promise, resolve } = Promise.withResolvers<Ran>()
    const child = spawn(process.execPath, [program, ...args, '--state-dir', join(base, 'state')], {
      env: {
        ...process.env,
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: key,
        ANTHROPIC_AUTH_TOKEN: '',
      },
      timeout: 50_000,
    })
    running.push(child)
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.once('close', (code) => resolve({ code, out, err }))
    return promise
  }

  const makePoint = (): string => {
    const directory = mkdtempSync(join(base, 'mnt-'))
    mounts.push(directory)
    return directory
  }

  const mount = async (store: string, key = secret, flags: string[] = []): Promise<string> => {
    const directory = makePoint()
    const { code, err } = await run(['mount', store, directory, ...flags], key)
    expect({ code, err }).toMatchObject({ code: 0 })
    return directory
  }

  const status = async (directory: string, ...flags: string[]): Promise<MountStatus> => {
    const { out, err } = await run(['status', directory, '--json', ...flags])
    expect(err).toBe('')
    return JSON.parse(out) as MountStatus
  }

  /** The process that holds a mount. */
  const holderOf = (directory: string): number => {
    const record = findMount(join(base, 'state'), directory)
    if (record === undefined) throw new Error(`${directory} is not mounted`)
    return record.pid
  }

  test('two terminals with keys of their own see each other’s work, and the history tells them apart', async () => {
    const { id: storeId } = await api.createStore({ name: 'Notes' })
    const ada = await api.createKey({ name: 'ada', role: 'read_write' })
    const bob = await api.createKey({ name: 'bob', role: 'read_write' })
    const [one, two] = [await mount('Notes', ada.secret), await mount('Notes', bob.secret)]

    // One process holds both, and one serves both.
    expect(holderOf(two)).toBe(holderOf(one))
    expect(await workerOf(two)).toBe(await workerOf(one))
    const { mode } = statSync(findMount(join(base, 'state'), one)?.socket ?? '')
    expect(mode & 0o777).toBe(0o600)

    await sh(one, 'printf "one\\ntwo\\n" > a.md')
    const { appliedSeq } = await status(one, '--flush')
    await status(two, '--seq', String(appliedSeq))
    expect((await sh(two, 'cat a.md && sed -i s/two/TWO/ a.md')).out).toBe('one\ntwo\n')
    await status(two, '--flush')
    const { seq } = await api.getUsage({ storeId })
    await status(one, '--seq', String(seq))
    expect((await sh(one, 'cat a.md')).out).toBe('one\nTWO\n')

    const { changes } = await api.listChanges({ storeId })
    expect(changes.map(({ kind, actor, door }) => [kind, actor, door])).toEqual([
      ['store_created', expect.anything(), 'http'],
      ['created', ada.id, 'mount'],
      ['modified', bob.id, 'mount'],
    ])
    expect((await run(['umount', one])).code).toBe(0)
    expect((await run(['umount', two])).code).toBe(0)
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(one)
  })

  test('a server with the official operations alone is asked for news again and again', async () => {
    await using plain = await startOfficialServer(server.url)
    const { id: storeId } = await api.createStore({ name: 'Elsewhere' })
    const kept = await api.createMemory({ storeId, path: '/d/a.md', content: 'one\ntwo\n' })
    const directory = mkdtempSync(join(base, 'mnt-'))
    mounts.push(directory)
    const mounted = await run(['mount', 'Elsewhere', directory, '--poll', '0.2'], secret, plain.url)
    expect(mounted).toMatchObject({ code: 0 })
    expect(mounted.err).toContain('every 0.2 s: this server has no change feed')
    await sh(directory, 'sed -i s/two/TWO/ d/a.md; echo b > b.md; mv b.md c.md; echo x >> d/a.md')
    expect(await status(directory, '--flush')).toMatchObject({ waiting: 0, pollMs: 200 })
    const { content, id } = await api.getMemory({ storeId, memoryId: kept.id })
    expect({ content, id }).toEqual({ content: 'one\nTWO\nx\n', id: kept.id })

    await api.createMemory({ storeId, path: '/new.md', content: 'new' })
    const read = async () => (await sh(directory, 'cat new.md')).out
    await until(async () => (await read()) === 'new', 'the news')
    await api.updateMemory({ storeId, memoryId: kept.id, content: 'theirs' })
    await status(directory, '--seq', 'now')
    expect((await sh(directory, 'cat d/a.md')).out).toBe('theirs')

    expect(await sh(directory, 'mv d e && ls e')).toMatchObject({ code: 0, out: 'a.md\n' })
    process.kill(await workerOf(directory), 'SIGKILL')
    expect((await sh(directory, 'cat e/a.md && echo after > c.md')).out).toBe('theirs')
    const { problems } = await status(directory, '--flush')
    expect(problems).toEqual([])
    const { items } = await api.listMemories({ storeId })
    expect(items.map((item) => 'path' in item && item.path)).toEqual([
      '/c.md',
      '/e/a.md',
      '/new.md',
    ])
    const numbered = await run(['status', directory, '--seq', '5'])
    expect(numbered.err).toContain('this server has no sequences')
    expect((await run(['umount', directory])).code).toBe(0)
  })

  test('several stores below one root, which itself cannot be written', async () => {
    await api.createStore({ name: 'User Preferences' })
    await api.createStore({ name: 'Demo' })
    const root = mkdtempSync(join(base, 'root-'))
    mounts.push(join(root, 'user-preferences'), join(root, 'demo'), root)
    const { code } = await run(['mount', '--root', root, 'User Preferences', 'Demo'])
    expect(code).toBe(0)
    const { out, err } = await sh(root, 'ls; echo x > demo/a.md; echo x > else.md')
    expect(out).toBe('demo\nuser-preferences\n')
    expect(err).toContain('Read-only file system')
    expect(await run(['mount', 'Demo', join(root, 'demo')])).toMatchObject({ code: 4 })
    expect((await run(['umount', join(root, 'demo')])).code).toBe(0)
    expect((await run(['umount', join(root, 'user-preferences')])).code).toBe(0)
    const isGone = () => !readFileSync('/proc/mounts', 'utf8').includes(root)
    await until(isGone, 'the end of the root')
    expect((await run(['mount', '--root', root, 'User Preferences', 'Demo'])).code).toBe(0)
    expect(await run(['umount', root])).toMatchObject({ code: 0, err: '' })
    await until(isGone, 'the end of the root and all below it')
    expect(await run(['umount', '/proc'])).toMatchObject({ code: 3 })
    expect(existsSync('/proc/self')).toBe(true)
  })

  test('the present and two moments of one store at once, by one holder', async () => {
    const { id: storeId } = await api.createStore({ name: 'Past' })
    const a = await api.createMemory({ storeId, path: '/d/a.md', content: 'budget one\n' })
    const gone = await api.createMemory({ storeId, path: '/gone.md', content: 'budget gone\n' })
    await api.deleteMemory({ storeId, memoryId: gone.id })
    const { seq } = await api.getUsage({ storeId })
    await api.updateMemory({ storeId, memoryId: a.id, content: 'budget two\n' })
    await api.updateMemory({ storeId, memoryId: a.id, path: '/e/a.md' })

    const now = await mount('Past')
    const before = await mount('Past', secret, ['--at', String(seq - 1)])
    const directory = makePoint()
    const { code, out } = await run(['mount', 'Past', directory, '--at', String(seq)])
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(` as of change ${seq} \\(20.*Z\\)\n$`),
    })
    expect([holderOf(before), holderOf(directory)]).toEqual([holderOf(now), holderOf(now)])

    const look = async (at: string) => (await sh(at, 'ls -R; grep -r budget . | sort')).out
    const present = '.:\ne\n\n./e:\na.md\n./e/a.md:budget two\n'
    const past = '.:\nd\n\n./d:\na.md\n./d/a.md:budget one\n'
    const earlier = '.:\nd\ngone.md\n\n./d:\na.md\n./d/a.md:budget one\n./gone.md:budget gone\n'
    expect(await look(now)).toBe(present)
    expect(await look(directory)).toBe(past)
    expect(await look(before)).toBe(earlier)

    const write = 'echo x > new.md; echo x >> d/a.md; rm d/a.md; mkdir f; mv d f'
    const { err } = await sh(directory, write)
    expect(err.match(/Read-only file system/g)).toHaveLength(5)
    const { changes } = await api.listChanges({ storeId })
    expect(changes.at(-1)?.seq).toBe(seq + 2)

    // Others' writes change nothing there, and a worker that takes over shows the same.
    await sh(now, 'echo three > e/a.md; echo new > d.md')
    const { appliedSeq } = await status(now, '--flush')
    process.kill(await workerOf(directory), 'SIGKILL')
    expect(await look(directory)).toBe(past)
    expect(await look(before)).toBe(earlier)
    expect(await status(directory)).toMatchObject({ appliedSeq: seq, asOf: { seq } })
    const { out: told } = await sh(directory, 'cat .palimpsest/status')
    expect(told).toMatch(new RegExp(`\\(read-only\\)\nas of: change ${seq} \\(`))
    const beyond = await run(['status', directory, '--seq', String(appliedSeq)])
    expect(beyond.err).toContain(`the mount stays as of change ${seq}`)

    // What is erased now is erased from what was.
    await api.redactVersion({ storeId, versionId: a.versionId })
    const isErased = async () => !(await sh(directory, 'cat d/a.md')).out.includes('budget one')
    await until(isErased, 'the erasure')
    expect((await sh(directory, 'grep -r budget . ; ls d')).out).toBe('')
    for (const at of [now, before, directory]) expect((await run(['umount', at])).code).toBe(0)
  })

  test('a mount of the past leaves alone what one of the present still owes', async () => {
    await api.createStore({ name: 'Owes' })
    const directory = await mount('Owes')
    await sh(directory, 'echo one > a.md')
    await status(directory, '--flush')
    const port = Number(new URL(server.url).port)
    await server[Symbol.asyncDispose]()
    await sh(directory, 'echo two > a.md')
    await run(['umount', directory, '--force'])
    server = await startAt(port)
    expect((await run(['mount', 'Owes', directory, '--at', 'now'])).code).toBe(0)
    expect((await sh(directory, 'cat a.md')).out).toBe('one\n')
    expect((await run(['umount', directory])).code).toBe(0)
    expect((await run(['mount', 'Owes', directory])).code).toBe(0)
    await status(directory, '--flush')
    expect((await sh(directory, 'cat a.md')).out).toBe('two\n')
    expect((await run(['umount', directory])).code).toBe(0)
  })

  test('nothing of a mount of the past is left, also of one whose processes were killed', async () => {
    const { id: storeId } = await api.createStore({ name: 'Left' })
    await api.createMemory({ storeId, path: '/a.md', content: 'text' })
    const directory = await mount('Left', secret, ['--at', 'now'])
    const { socket } = findMount(join(base, 'state'), directory) ?? { socket: '' }
    expect(existsSync(socket)).toBe(true)
    await killAll(directory)
    const { code, err } = await run(['umount', directory])
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/left behind\n$/) })
    expect(existsSync(dirname(socket))).toBe(false)
    expect((await run(['mount', 'Left', directory, '--at', 'now'])).code).toBe(0)
    expect((await sh(directory, 'cat a.md')).out).toBe('text')
    expect((await run(['umount', directory])).code).toBe(0)
    await until(() => !existsSync(dirname(socket)), 'the end of its state')
  })

  test('refuses a moment that cannot be shown, in the words of whoever knows', async () => {
    const { id: storeId } = await api.createStore({ name: 'Young' })
    await api.createStore({ name: 'Younger' })
    const refused = async (...args: string[]) => {
      const { code, err } = await run(['mount', ...args])
      expect(code).not.toBe(0)
      return err
    }
    const directory = makePoint()
    expect(await refused('Young', directory, '--at', '99')).toContain(
      "at_seq: is beyond the store's newest change",
    )
    expect(await refused('Young', directory, '--at', '2001-01-01')).toContain(
      'at: is before the store was made',
    )
    expect(await refused('Young', directory, '--at', 'once')).toContain('--at must be a time')
    expect(await refused('--root', directory, 'Young', 'Younger', '--at', '1')).toContain(
      'a sequence belongs to one store',
    )
    await using plain = await startOfficialServer(server.url)
    const elsewhere = await run(['mount', storeId, directory, '--at', '1'], secret, plain.url)
    expect(elsewhere.code).not.toBe(0)
    expect(elsewhere.err).toContain('this server cannot show a store as it was')
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory)
  })

  test('says why a store cannot be mounted, and leaves the others alone', async () => {
    await api.createStore({ name: 'Something' })
    const something = await mount('Something')
    const directory = mkdtempSync(join(base, 'mnt-'))
    const { code, err } = await run(['mount', 'Nothing', directory])
    expect(code).not.toBe(0)
    expect(err).toContain('no store with the id or name "Nothing"')
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory)
    const nowhere = await run(['mount', 'Something', join(base, 'nowhere')])
    expect(nowhere).toMatchObject({ code: 2 })
    expect((await sh(something, 'echo x > a.md && cat a.md')).out).toBe('x\n')
    expect((await run(['umount', something])).code).toBe(0)
  })

  /** The worker that serves a mount, once there is one. */
  const workerOf = (directory: string) => workerBelow(holderOf(directory))

  const killAll = async (directory: string) =>
    killProcesses([holderOf(directory), await workerOf(directory)])

  test('a worker killed again and again under load: no call fails, nothing is lost or doubled', async () => {
    const { id: storeId } = await api.createStore({ name: 'Killed' })
    const { id: otherId } = await api.createStore({ name: 'Killed too' })
    const directory = await mount('Killed')
    const [stop, steps] = [join(base, 'stop'), join(base, 'steps')]
    const script = (own: string) =>
      `i=0; until [ -e ${stop} ]; do i=$((i+1)); f=f$((i%5)).md
      echo $i > $f || exit 1; [ "$(cat $f)" = $i ] || { echo "$f is $(cat $f), not $i"; exit 2; }
      echo $i > t.$i || exit 3; mv t.$i r.md || exit 4; echo >> ${steps}.${own}; done; echo $i`
    const madeBy = (own: string) =>
      existsSync(`${steps}.${own}`) ? statSync(`${steps}.${own}`).size : 0
    const load = sh(directory, script('one'))
    // Another mount comes in the middle of it, and is served on as well.
    const other = await mount('Killed too')
    expect(holderOf(other)).toBe(holderOf(directory))
    const otherLoad = sh(other, script('two'))
    const bothGoOn = async () => {
      const [one, two] = [madeBy('one'), madeBy('two')]
      await until(() => madeBy('one') > one + 6 && madeBy('two') > two + 6, 'more of both')
    }
    for (let kills = 0; kills < 3; kills += 1) {
      await bothGoOn()
      process.kill(await workerOf(directory), 'SIGKILL')
    }
    await bothGoOn()
    writeFileSync(stop, '')
    for (const [at, ran, of] of [
      [directory, await load, storeId],
      [other, await otherLoad, otherId],
    ] as const) {
      const { code, out, err } = ran
      expect({ code, err }).toEqual({ code: 0, err: '' })
      const { problems } = await status(at, '--flush')
      expect(problems).toEqual([])
      const { items } = await api.listMemories({ storeId: of, view: 'full' })
      const paths = items.map((item) => ('path' in item ? item.path : ''))
      expect(paths).toEqual(['/f0.md', '/f1.md', '/f2.md', '/f3.md', '/f4.md', '/r.md'])
      expect(Number(out)).toBeGreaterThan(20)
    }
    const holder = holderOf(directory)
    expect((await run(['umount', directory])).code).toBe(0)
    expect((await sh(other, 'cat r.md')).code).toBe(0)
    expect((await run(['umount', other])).code).toBe(0)
    await until(() => !isRunning(holder), 'the end of the holder with its last mount')
  })

  test('without its server: reads go on, writes wait, fsync says so, and all arrives afterwards', async () => {
    const { id: storeId } = await api.createStore({ name: 'Outage' })
    const directory = await mount('Outage')
    await sh(directory, 'echo before > a.md')
    await status(directory, '--flush')
    const port = Number(new URL(server.url).port)
    await server[Symbol.asyncDispose]()
    const { out, err } = await sh(
      directory,
      'cat a.md; echo during > b.md; cat b.md; dd if=a.md of=c.md conv=fsync status=none',
    )
    expect(out).toBe('before\nduring\n')
    expect(err).toContain('Input/output error')
    // Everything is killed: the directory hangs on nobody, and the next mount goes on.
    await killAll(directory)
    await run(['umount', directory, '--force'])
    server = await startAt(port)
    expect((await run(['mount', 'Outage', directory])).code).toBe(0)
    const { waiting } = await status(directory, '--flush')
    expect(waiting).toBe(0)
    expect((await sh(directory, 'cat b.md c.md')).out).toBe('during\nbefore\n')
    const { items } = await api.listMemories({ storeId })
    expect(items).toHaveLength(3)
    expect((await run(['umount', directory])).code).toBe(0)
  })
})
