import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { makeKeyId, makeWorkspaceId, type WorkspaceId } from '../../src/domain/ids.ts'
import type { Key } from '../../src/domain/memory/command.ts'
import { parseSha256 } from '../../src/domain/memory/content.ts'
import type { Storage } from '../../src/storage/port.ts'
import { by, newWorkspace } from '../support/scribe.ts'
import { handClock, type Given } from '../support/storages.ts'
import { outcome } from '../support/world.ts'

function newSecret() {
  return parseSha256(createHash('sha256').update(randomBytes(32)).digest('hex'), 'secret')
}

function newKey(
  storage: Storage,
  workspaceId: WorkspaceId,
  secretSha256 = newSecret(),
): Promise<Key> {
  const wish = { name: 'laptop "é"', role: 'read_write', hint: 'wxyz' } as const
  return storage.commit({ type: 'create_key', workspaceId, ...wish, secretSha256 })
}

export function tenancyContract(given: Given): void {
  describe('workspaces', () => {
    test('are listed and found by id, oldest first', async () => {
      const { storage } = given
      const first = await storage.commit({ type: 'create_workspace', name: 'One "é"' })
      const second = await storage.commit({ type: 'create_workspace', name: 'Two' })
      const all = await storage.view.workspaces()
      const ids = all.map(({ id }) => id)
      expect(ids.indexOf(first.id)).toBeLessThan(ids.indexOf(second.id))
      expect(all).toContainEqual(first)
      expect(await storage.view.workspace(second.id)).toEqual(second)
      expect(await storage.view.workspace(makeWorkspaceId(1))).toBe(undefined)
    })

    test('that do not exist take no stores and no keys', async () => {
      const { storage } = given
      const workspaceId = makeWorkspaceId(1)
      const wish = { name: 'n', description: '', metadata: {}, by }
      expect(await outcome(storage.commit({ type: 'create_store', workspaceId, ...wish }))).toBe(
        'not_found',
      )
      expect(await outcome(newKey(storage, workspaceId))).toBe('not_found')
    })
  })

  describe('keys', () => {
    test('are found by the hash of their secret and by id in their workspace', async () => {
      const { storage } = given
      const workspaceId = await newWorkspace(storage)
      const elsewhere = await newWorkspace(storage)
      const secret = newSecret()
      const key = await newKey(storage, workspaceId, secret)
      expect(key).toMatchObject({
        workspaceId,
        role: 'read_write',
        hint: 'wxyz',
        revokedAt: undefined,
      })
      expect(await storage.view.keyBySecret(secret)).toEqual(key)
      expect(await storage.view.keyBySecret(newSecret())).toBe(undefined)
      expect(await storage.view.key(workspaceId, key.id)).toEqual(key)
      expect(await storage.view.key(elsewhere, key.id)).toBe(undefined)
      const second = await newKey(storage, workspaceId)
      expect(await storage.view.keys(workspaceId)).toEqual([key, second])
      expect(await storage.view.keys(elsewhere)).toEqual([])
    })

    test('once revoked stay revoked at the first time, and stay listed', async () => {
      const clock = handClock()
      await using opened = await given.open({ clock: clock.read })
      const { storage } = opened
      const workspaceId = await newWorkspace(storage)
      const secret = newSecret()
      const key = await newKey(storage, workspaceId, secret)
      clock.now += 10
      const revoked = { ...key, revokedAt: clock.now }
      const command = { type: 'revoke_key', workspaceId, keyId: key.id } as const
      expect(await storage.commit(command)).toEqual(revoked)
      clock.now += 10
      expect(await storage.commit(command)).toEqual(revoked)
      expect(await storage.view.keyBySecret(secret)).toEqual(revoked)
      expect(await storage.view.keys(workspaceId)).toEqual([revoked])
    })

    test('of another workspace, or none, cannot be revoked', async () => {
      const { storage } = given
      const key = await newKey(storage, await newWorkspace(storage))
      const stranger = await newWorkspace(storage)
      for (const keyId of [key.id, makeKeyId(1), '' as typeof key.id]) {
        const command = { type: 'revoke_key', workspaceId: stranger, keyId } as const
        expect(await outcome(storage.commit(command))).toBe('not_found')
      }
      expect(await storage.view.key(key.workspaceId, key.id)).toEqual(key)
    })
  })

  test('the key that signs cursors is 32 random bytes that never change', async () => {
    await using opened = await given.open()
    await using other = await given.open()
    const key = await opened.storage.view.cursorKey()
    expect(key).toHaveLength(32)
    expect(Buffer.from(await other.storage.view.cursorKey())).not.toEqual(Buffer.from(key))
    const again = await (await opened.reopen()).view.cursorKey()
    expect(Buffer.from(again)).toEqual(Buffer.from(key))
  })
}
