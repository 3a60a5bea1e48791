// A store in a temporary directory and real mounts of it. The process that serves a mount must
// never
// touch it: everything on it is done by other programs, never waited for synchronously.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Api } from '../../src/api.ts'
import { makeRequestId } from '../../src/domain/ids.ts'
import { defaultLimits, defaultRetention, type Limits } from '../../src/domain/limits.ts'
import type { Version } from '../../src/domain/memory/version.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { mountDirectly, openFuse, unmount } from '../../src/mount/direct-mount.ts'
import type { Engine } from '../../src/mount/fuse/device.ts'
import { Notifier } from '../../src/mount/fuse/notifier.ts'
import { noJournal, type MountJournal } from '../../src/mount/journal.ts'
import { LiveMount } from '../../src/mount/live-mount.ts'
import { MountCore, type CoreOptions, type Notices } from '../../src/mount/mount-core.ts'
import type { ConflictPolicy } from '../../src/mount/view.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { bind } from '../../src/usecases/bind.ts'

export interface Mounted {
  readonly directory: string
  readonly live: LiveMount
  /** As the mount's own, after everything the kernel has queued up by now. */
  readonly barrier: (seq?: number) => Promise<void>
}

export interface MountChoices {
  readonly isReadOnly?: boolean
  readonly onConflict?: ConflictPolicy
  readonly isSyncClose?: boolean
  readonly engine?: Engine
  readonly journal?: MountJournal
  /** Stands between the mount and the store. */
  readonly through?: (api: Api) => Api
}

export interface TestStore extends AsyncDisposable {
  readonly api: Api
  readonly storeId: string
  /** Another key of the same workspace. */
  as(actor: string): Api
  mount(choices?: MountChoices): Promise<Mounted>
  /** Versions of the store, oldest first. */
  log(storeId?: string): Promise<Version[]>
  /** `operation path`, oldest first, for expectations. */
  lines(): Promise<string[]>
  write(path: string, content: string): Promise<void>
  text(path: string): Promise<string | undefined>
  paths(): Promise<string[]>
}

export const noNotices: Notices = { add: () => undefined, taken: () => Promise.resolve() }

/** A mount that nothing but a test's own `Kernel` asks. */
export function openCore(
  store: TestStore,
  choices: {
    storeId?: string
    onConflict?: ConflictPolicy
    actor?: string
    isReadOnly?: boolean
    link?: CoreOptions['link']
    /** Stands between the mount and the store. */
    through?: (api: Api) => Api
  } = {},
): Promise<MountCore> {
  const { storeId = store.storeId, onConflict = 'merge', actor, link } = choices
  const { isReadOnly = false } = choices
  const who = {
    uid: 0,
    gid: 0,
    hasOneOwner: true,
    isReadOnly,
    isSyncClose: false,
    pollMs: 20,
    link,
  }
  const direct = actor === undefined ? store.api : store.as(actor)
  const api = choices.through?.(direct) ?? direct
  return MountCore.open({ ...who, api, storeId, journal: noJournal, onConflict }, noNotices)
}

const notifier = new Notifier()

export async function openStore(limits: Partial<Limits> = {}): Promise<TestStore> {
  const base = mkdtempSync(join(tmpdir(), 'palimpsest-mount-'))
  const clock = Date.now
  const all = { ...defaultLimits, workspaceStoresMax: 100_000, ...limits }
  const storage = await openSqlite(join(base, 'data'), {
    limits: all,
    retention: defaultRetention,
    clock,
  })
  const { id: workspaceId } = await storage.commit({ type: 'create_workspace', name: 'test' })
  const app = { storage, limits: all, cursorKey: await storage.view.cursorKey(), clock }
  const as = (actor: string): Api =>
    bind(app, {
      workspaceId,
      actor,
      role: 'admin',
      door: 'mount',
      requestId: makeRequestId(clock()),
    })
  const api = as('apikey_one')
  const { id: storeId } = await api.createStore({ name: 'Notes' })
  const mounts: { readonly mounted: Mounted; readonly fd: number }[] = []
  const find = async (path: string) => {
    const { items } = await api.listMemories({ storeId, pathPrefix: folderOf(path), limit: 100 })
    return items.find((item) => !isDirectory(item) && item.path === path)
  }
  const log = async (ofStore = storeId) => {
    const versions: Version[] = []
    let page: string | undefined
    do {
      const answer = await api.listVersions({ storeId: ofStore, view: 'full', limit: 100, page })
      versions.push(...answer.items)
      page = answer.nextPage
    } while (page !== undefined)
    return versions.reverse()
  }
  return {
    api,
    storeId,
    as,
    log,
    lines: async () => (await log()).map(({ operation, path }) => `${operation} ${path}`),
    async mount(choices = {}) {
      const directory = mkdtempSync(join(base, 'mnt-'))
      const fd = openFuse()
      await mountDirectly(fd, {
        directory,
        isReadOnly: choices.isReadOnly ?? false,
        source: 'palimpsest-test',
      })
      const faults: unknown[] = []
      const live = await LiveMount.open({
        api: choices.through?.(api) ?? api,
        storeId,
        fd,
        notifier,
        journal: choices.journal ?? noJournal,
        isReadOnly: choices.isReadOnly ?? false,
        onConflict: choices.onConflict ?? 'merge',
        isSyncClose: choices.isSyncClose ?? false,
        pollMs: 20,
        uid: process.getuid?.() ?? 0,
        gid: process.getgid?.() ?? 0,
        hasOneOwner: false,
        engine: choices.engine,
        onFault: (error) => {
          faults.push(error)
          console.error('fault in the mount:', error)
        },
      })
      const barrier = async (seq?: number) => {
        // Releases are queued when close(2) returns; what is asked after them is answered after
        // them.
        await sh(directory, 'stat -f . >/dev/null')
        await live.barrier(seq)
      }
      const mounted = { directory, live, barrier }
      mounts.push({ mounted, fd })
      return mounted
    },
    async write(path, content) {
      const known = await find(path)
      if (known === undefined) await api.createMemory({ storeId, path, content })
      else if (!isDirectory(known)) {
        await api.updateMemory({ storeId, memoryId: known.id, content })
      }
    },
    async text(path) {
      const known = await find(path)
      if (known === undefined || isDirectory(known)) return undefined
      return (await api.getMemory({ storeId, memoryId: known.id })).content
    },
    async paths() {
      const { items } = await api.listMemories({ storeId, limit: 100 })
      return items.flatMap((item) => (isDirectory(item) ? [] : [item.path]))
    },
    async [Symbol.asyncDispose]() {
      for (const { mounted, fd } of mounts) {
        await unmount(mounted.directory, { isLazy: true }).catch(() => undefined)
        await mounted.live[Symbol.asyncDispose]()
        close(fd)
      }
      await storage[Symbol.asyncDispose]()
      rmSync(base, { recursive: true, force: true })
    },
  }
}

function close(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // The event loop's handle owns it and has closed it.
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a shell script in a directory; kills it after 50 s, so that a hung mount fails a test. */
export function sh(directory: string, script: string, seconds = 50): Promise<Ran> {
  const { promise, resolve } = Promise.withResolvers<Ran>()
  // The shell goes into the mount itself: as its working directory, spawn would touch it here.
  const child = spawn('bash', ['-c', `cd "$0" && ${script}`, directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1_000,
    killSignal: 'SIGKILL',
    env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm' },
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.once('close', (code) => {
    resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() })
  })
  return promise
}

/** Whether this machine can mount at all; where CI says so, it has to. */
export const canMount = await probe()

async function probe(): Promise<boolean> {
  if (!existsSync('/dev/fuse')) return mayNot('there is no /dev/fuse')
  const directory = mkdtempSync(join(tmpdir(), 'palimpsest-probe-'))
  let fd: number | undefined
  try {
    fd = openFuse()
    await mountDirectly(fd, { directory, isReadOnly: true, source: 'palimpsest-probe' })
    await unmount(directory, { isLazy: true })
    return true
  } catch (error) {
    return mayNot(error instanceof Error ? error.message : String(error))
  } finally {
    if (fd !== undefined) closeSync(fd)
    rmSync(directory, { recursive: true, force: true })
  }
}

function mayNot(why: string): false {
  console.warn(`FUSE cannot be mounted here: ${why}`)
  return false
}

/** Waits until a condition holds; fails after a bound. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  msMax = 20_000,
): Promise<void> {
  const end = Date.now() + msMax
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
