// Programs that save by a temporary file (sed -i, perl -i, patch, rsync), while others write.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { openModes } from '../../src/mount/fuse/abi.ts'
import type { MountCore } from '../../src/mount/mount-core.ts'
import type { ConflictPolicy } from '../../src/mount/view.ts'
import { Kernel } from './kernel.ts'
import { openCore, openStore, type TestStore } from './mounted-store.ts'

describe('a text that was read before others changed it, renamed over the memory after that', () => {
  let store: TestStore
  let storeId: string
  beforeAll(async () => void (store = await openStore()))
  afterAll(() => store[Symbol.asyncDispose]())
  beforeEach(async () => {
    storeId = (await store.api.createStore({ name: 'shared' })).id
    await store.api.createMemory({ storeId, path: '/l.md', content: '1\n2\n3\n4\n5\n' })
  })

  const mount = (onConflict: ConflictPolicy) => openCore(store, { storeId, onConflict })

  async function stored(): Promise<Record<string, string>> {
    const { items } = await store.api.listMemories({ storeId, view: 'full' })
    return Object.fromEntries(
      items.flatMap((item) => (isDirectory(item) ? [] : [[item.path, item.content ?? '']])),
    )
  }

  async function others(core: MountCore, content: string): Promise<void> {
    const { items } = await store.api.listMemories({ storeId })
    const memory = items.find((item) => !isDirectory(item) && item.path === '/l.md')
    if (memory === undefined || isDirectory(memory)) throw new Error('there is no /l.md')
    await store.api.updateMemory({ storeId, memoryId: memory.id, content })
    await core.barrier('now')
  }

  /** A program that has read the memory, and goes to write it. */
  function begin(core: MountCore): { kernel: Kernel; end: (text: string) => void } {
    const kernel = new Kernel(core)
    const temporary = kernel.open('/sedA1b2C3', openModes.exclusive)
    const end = (text: string) => {
      kernel.write(temporary, text)
      kernel.close(temporary)
      kernel.rename('/sedA1b2C3', '/l.md')
    }
    return { kernel, end }
  }

  test('is an edit of what was read: both changes stay', async () => {
    await using core = await mount('merge')
    const { kernel, end } = begin(core)
    await others(core, 'one\n2\n3\n4\n5\n')
    await others(core, 'ONE\n2\n3\n4\n5\n')
    end('1\n2\n3\n4\nfive\n')
    await core.barrier('now')
    expect(await stored()).toEqual({ '/l.md': 'ONE\n2\n3\n4\nfive\n' })
    expect(kernel.read('/l.md')).toBe('ONE\n2\n3\n4\nfive\n')
  })

  test('that changes the same line is kept beside it', async () => {
    await using core = await mount('merge')
    const { kernel, end } = begin(core)
    await others(core, 'one\n2\n3\n4\n5\n')
    end('uno\n2\n3\n4\n5\n')
    await core.barrier('now')
    const texts = Object.values(await stored())
    expect(texts.toSorted()).toEqual(['one\n2\n3\n4\n5\n', 'uno\n2\n3\n4\n5\n'])
    expect(kernel.read('/.palimpsest/problems')).toContain('/l.md')
  })

  test('that changes nothing leaves what others wrote, and shows it', async () => {
    await using core = await mount('merge')
    const { kernel, end } = begin(core)
    await others(core, 'one\n2\n3\n4\n5\n')
    end('1\n2\n3\n4\n5\n')
    expect(kernel.read('/l.md')).toBe('one\n2\n3\n4\n5\n')
    await core.barrier('now')
    expect(await stored()).toEqual({ '/l.md': 'one\n2\n3\n4\n5\n' })
  })

  test('is refused where conflicts are to fail, and both files stay as they were', async () => {
    await using core = await mount('fail')
    const { kernel, end } = begin(core)
    await others(core, 'one\n2\n3\n4\n5\n')
    expect(() => end('uno\n')).toThrow('stale')
    expect(kernel.read('/l.md')).toBe('one\n2\n3\n4\n5\n')
    expect(kernel.read('/sedA1b2C3')).toBe('uno\n')
  })

  test('is the newest of this mount, whatever other programs on it wrote', async () => {
    await using core = await mount('merge')
    const { kernel, end } = begin(core)
    kernel.save('/l.md', 'one\n2\n')
    end('uno\n')
    await core.barrier('now')
    expect(await stored()).toEqual({ '/l.md': 'uno\n' })
  })
})
