// The commands as a user who is not root: by the setuid helper, and in a namespace of his own.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type RemoteApi } from '../../src/client/connect.ts'
import { loadConfig } from '../../src/config.ts'
import { findMount } from '../../src/mount/state-directory.ts'
import { startServer, type RunningServer } from '../../src/server.ts'
import { canMount, until, type Ran } from './mounted-store.ts'

const program = new URL('./cli-main.ts', import.meta.url).pathname
/** Nobody; whoever runs the tests, if that is not root. */
const uid = process.getuid?.() === 0 ? 65_534 : (process.getuid?.() ?? 0)
const gid = process.getuid?.() === 0 ? 65_534 : (process.getgid?.() ?? 0)

function can(what: string, command: string, ...args: string[]): boolean {
  const { status, stderr, error } = spawnSync(command, args, { uid, gid, encoding: 'utf8' })
  if (status === 0) return true
  console.warn(`${what} cannot be tested here: ${error?.message ?? stderr}`)
  return false
}

const reads = 'fs.accessSync(process.argv[1])'
const canRun = canMount && can('another user', process.execPath, '-e', reads, program)
const hasHelper =
  canRun &&
  can('fusermount3', 'fusermount3', '--version') &&
  can('fusermount3', 'perl', '-e', 'open(F, "+<", "/dev/fuse") or die "$!\\n"')
const namespace = ['--user', '--map-root-user', '--mount']
const hasNamespaces =
  canRun &&
  can(
    'a user namespace',
    'unshare',
    ...namespace,
    'perl',
    '-e',
    'open(F, "+<", "/dev/fuse") or die',
  )

describe('palimpsest mount by a user who is not root', () => {
  let base: string
  let server: RunningServer
  let api: RemoteApi

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'palimpsest-user-'))
    chmodSync(base, 0o755)
    const flags = { 'data-dir': join(base, 'data'), port: '0', 'log-level': 'silent' }
    server = await startServer(loadConfig(flags, {}).config)
    const secret = server.firstKey?.secret ?? ''
    api = connect({ baseUrl: server.url, headers: { 'x-api-key': secret } })
    ours('state')
  })
  afterAll(async () => {
    api[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
    rmSync(base, { recursive: true, force: true })
  })

  /** A directory of that user. */
  const ours = (name: string): string => {
    const directory = join(base, name)
    mkdirSync(directory)
    chownSync(directory, uid, gid)
    return directory
  }

  const runAs = (command: readonly string[]): Promise<Ran> => {
    const { promise, resolve } = Promise.withResolvers<Ran>()
    const [file = '', ...args] = command
    const child = spawn(file, args, {
      uid,
      gid,
      cwd: base,
      timeout: 50_000,
      env: {
        PATH: process.env['PATH'],
        HOME: base,
        XDG_STATE_HOME: join(base, 'state'),
        ANTHROPIC_BASE_URL: server.url,
        ANTHROPIC_API_KEY: server.firstKey?.secret,
      },
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.once('close', (code) => resolve({ code, out, err }))
    return promise
  }
  const palimpsest = (...args: string[]) => runAs([process.execPath, program, ...args])
  const sh = (script: string) => runAs(['bash', '-c', script])
  const recordOf = (directory: string) =>
    findMount(join(base, 'state', 'palimpsest', 'mounts'), directory)
  const textOf = async (storeId: string, path: string) => {
    const { items } = await api.listMemories({ storeId, view: 'full' })
    return items.find((item) => 'path' in item && item.path === path)
  }

  test.skipIf(!hasHelper)('says why not directly, and goes by fusermount3', async () => {
    const { id: storeId } = await api.createStore({ name: 'Helper' })
    const directory = ours('helper')
    const mounted = await palimpsest('mount', 'Helper', directory)
    expect(mounted).toMatchObject({ code: 0 })
    expect(mounted.err).toMatch(/could not be mounted by this user directly: .*superuser/s)
    expect(mounted.err).toContain('mounted by fusermount3')
    const { out } = await sh(`cd ${directory} && echo hi > a.md && sed -i s/hi/ho/ a.md && cat a.md
      mkdir d && mv a.md d/ && stat -c '%u %a' d/a.md`)
    expect(out).toBe(`ho\n${uid} 644\n`)
    expect(await palimpsest('status', directory, '--flush')).toMatchObject({ code: 0 })
    expect(await textOf(storeId, '/d/a.md')).toMatchObject({ content: 'ho\n' })
    expect(await palimpsest('umount', directory)).toMatchObject({ code: 0 })
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory)
  })

  test.skipIf(!hasNamespaces)('goes by a namespace, where a second mount joins', async () => {
    const { id: storeId } = await api.createStore({ name: 'Namespace' })
    const [first, second] = [ours('first'), ours('second')]
    const mounted = await palimpsest('mount', 'Namespace', first, '--way', 'namespace')
    expect(mounted).toMatchObject({ code: 0 })
    const entering = /nsenter -t \d+ -U -m --preserve-credentials/.exec(mounted.err)?.[0] ?? ''
    const inside = (...command: string[]) => runAs([...entering.split(' '), ...command])
    expect((await inside('bash', '-c', `echo in > ${first}/a.md && cat ${first}/a.md`)).out).toBe(
      'in\n',
    )
    expect((await sh(`ls ${first}`)).out).toBe('')
    const again = [process.execPath, program, 'mount', 'Namespace', second]
    expect(await inside(...again)).toMatchObject({ code: 0 })
    expect(recordOf(second)?.pid).toBe(recordOf(first)?.pid)
    expect(await palimpsest('status', first, '--flush')).toMatchObject({ code: 0 })
    expect(await palimpsest('status', second, '--seq', 'now')).toMatchObject({ code: 0 })
    expect((await inside('cat', `${second}/a.md`)).out).toBe('in\n')
    expect(await textOf(storeId, '/a.md')).toMatchObject({ content: 'in\n' })
    for (const directory of [second, first]) {
      expect(await palimpsest('umount', directory)).toMatchObject({ code: 0 })
    }
    await until(() => recordOf(first) === undefined, 'the end of the mount')
  })
})
