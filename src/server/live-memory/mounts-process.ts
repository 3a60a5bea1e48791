// The process that serves the mounts of sessions. A process that serves a mount must never touch
// it, so it is not the server; and it lives as long as the server does.
import { closeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { mountDirectly, openFuse, unmount } from '../../mount/direct-mount.ts'
import { Notifier } from '../../mount/fuse/notifier.ts'
import { noJournal } from '../../mount/journal.ts'
import { LiveMount } from '../../mount/live-mount.ts'
import { ChannelApi } from './channel-api.ts'
import type { FromMounts, OpenMount, ToMounts } from './messages.ts'

interface Served {
  readonly live: LiveMount
  readonly fd: number
  readonly directory: string
}

/** A shell that was killed keeps its mount for a moment. */
const endMs = 2_000

const served = new Map<number, Served>()
const notifier = new Notifier()
const apis = new ChannelApi(tell)

function tell(message: FromMounts): void {
  // The server may be gone by now.
  if (process.connected) process.send?.(message, () => undefined)
}

process.on('message', (message) => {
  const command = message as ToMounts
  switch (command.type) {
    case 'open':
      return void open(command.wanted)
    case 'sync':
      return void sync(command)
    case 'close':
      return void close(command.mount).then(() => tell({ type: 'closed', mount: command.mount }))
    case 'value':
    case 'end':
    case 'refused':
      return apis.hear(command)
  }
})

// Whoever stops the server lets it finish what its sessions do; this process goes after it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => void closeAll())

async function open(wanted: OpenMount): Promise<void> {
  const { mount, directory, storeId, isReadOnly } = wanted
  try {
    const fd = openFuse()
    try {
      await mountDirectly(fd, { directory, isReadOnly, source: storeId })
      const live = await LiveMount.open({ ...settings, ...wanted, fd, api: apis.of(mount) })
      served.set(mount, { live, fd, directory })
    } catch (error) {
      await unmount(directory, { isLazy: true }).catch(() => undefined)
      closeSync(fd)
      throw error
    }
    tell({ type: 'opened', mount })
  } catch (error) {
    tell({ type: 'failed', mount, message: messageOf(error) })
  }
}

const settings = {
  notifier,
  // Nobody is told that a command is done before the store has what it wrote.
  journal: noJournal,
  onConflict: 'merge',
  isSyncClose: false,
  hasOneOwner: true,
  // For servers without a feed; this one has it.
  pollMs: 5_000,
  onFault: (error: unknown) => console.error('palimpsest: a mount of a session failed', error),
} as const

async function sync({ id, mount, seq }: Extract<ToMounts, { type: 'sync' }>): Promise<void> {
  try {
    const { live } = served.get(mount) ?? {}
    if (live === undefined) throw new Error('it is not mounted')
    await live.barrier(seq)
    tell({ type: 'synced', id, problems: live.status().problems })
  } catch (error) {
    tell({ type: 'unsynced', id, message: messageOf(error) })
  }
}

async function close(mount: number): Promise<void> {
  const known = served.get(mount)
  if (known === undefined) return
  served.delete(mount)
  const { live, fd, directory } = known
  await unmount(directory, { isLazy: true }).catch(() => undefined)
  const late = setTimeout(endMs, 'late', { ref: false })
  // Whoever reads the device closes it when the kernel has let go.
  const how = await Promise.race([live.ended, late])
  await live[Symbol.asyncDispose]()
  if (how === 'late') closeSync(fd)
}

async function closeAll(): Promise<void> {
  await Promise.allSettled(Array.from(served.keys(), close))
  process.exit(0)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
