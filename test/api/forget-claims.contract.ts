// What an import claimed of its source is text like any other when somebody is to be forgotten.
import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { ForgetInput } from '../../src/api/forget.ts'
import type { ImportOperation } from '../../src/api/transfer.ts'
import type { ReceiptDocument } from '../../src/domain/forget/receipt.ts'
import { findingsOf } from '../support/verified.ts'
import { newTenant, type World } from '../support/world.ts'

export function forgetClaimsContract(given: { readonly world: World }): void {
  let api: Api
  let storeId: string

  beforeEach(async () => {
    api = (await newTenant(given.world)).api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const bring = async (operations: readonly ImportOperation[], into = storeId) => {
    const { seq: expectedSeq } = await api.getUsage({ storeId: into })
    await api.importHistory({ storeId: into, expectedSeq, operations })
  }
  const create = (path: string, claimed: unknown, content = 'text') =>
    ({ type: 'create', path, content, claimed }) as const
  const claimsOf = async (of = storeId) =>
    (await api.listChanges({ storeId: of, limit: 1_000 })).changes.map(({ claimed }) => claimed)

  async function forget(subject: ForgetInput['subject']): Promise<ReceiptDocument> {
    const done = await api.forget({ subject })
    if (done.type !== 'receipt') throw new Error('expected a receipt')
    return JSON.parse(done.receipt.document) as ReceiptDocument
  }

  async function found(subject: ForgetInput['subject']) {
    const preview = await api.forget({ subject, dryRun: true })
    if (preview.type !== 'preview') throw new Error('expected a preview')
    return preview
  }

  describe('to forget, in claims', () => {
    test('text is replaced wherever a claim holds it, and the memory stays', async () => {
      const claimed = {
        storeId: 'memstore_011CZkZaBF1tNoB5wlCeusgx',
        requestId: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
        seq: 41,
        actor: 'Zoë Ada <ada@example.com>',
        door: 'import of ada',
        at: 5,
        origin: { actor: 'ADA', requestId: 'mail of Ada', at: 4 },
      }
      await bring([create('/a', claimed), create('/b', { actor: 'Bob', at: 1 })])
      await bring([{ type: 'delete', at: '/b', claimed: { actor: 'ada' } }])
      const before = await api.listMemories({ storeId, view: 'full' })
      const subject = { text: ['ada'] }
      const redacted = [{ place: 'claims', owner: storeId, rows: ['2', '4'] }]
      expect(await found(subject)).toMatchObject({ memories: [], redacted })
      expect((await claimsOf())[1]).toEqual(claimed)
      const document = await forget(subject)
      expect(document).toMatchObject({ memories: [], redacted, counts: { rows: 2, versions: 0 } })
      expect(document.unreachable.join()).not.toContain('import')
      expect(await claimsOf()).toEqual([
        undefined,
        {
          ...claimed,
          actor: 'Zoë [redacted] <[redacted]@example.com>',
          door: 'import of [redacted]',
          origin: { actor: '[redacted]', requestId: 'mail of [redacted]', at: 4 },
        },
        { actor: 'Bob', at: 1 },
        { actor: '[redacted]' },
      ])
      expect(await api.listMemories({ storeId, view: 'full' })).toEqual(before)
      expect((await found(subject)).redacted).toEqual([])
      expect(await findingsOf(given.world.operator)).toEqual([])
    })

    test('history tells the rest of what it knew', async () => {
      await bring([create('/a', { actor: 'Ada Example <ada@example.com>', at: 5 })])
      await forget({ text: ['Ada Example', 'ada@example.com'] })
      const { entries } = await api.exportHistory({ storeId, limit: 10 })
      expect(entries.at(-1)).toMatchObject({
        path: '/a',
        content: 'text',
        claimed: { actor: '[redacted] <[redacted]>', at: 5 },
      })
    })

    test('normal forms, cases and whole words are told apart as everywhere', async () => {
      const actors = ['Canada', 'ADA', 'Zoe\u0308', 'ada-example']
      await bring(actors.map((actor, index) => create(`/${index}`, { actor })))
      const left = async () => (await claimsOf()).slice(1).map((claim) => claim?.actor)
      await forget({ text: ['Ada'], caseSensitive: true })
      expect(await left()).toEqual(actors)
      await forget({ text: ['ada'], wholeWords: true })
      expect(await left()).toEqual(['Canada', '[redacted]', 'Zoe\u0308', '[redacted]-example'])
      await forget({ text: ['zoë'] })
      expect(await left()).toEqual(['Canada', '[redacted]', '[redacted]', '[redacted]-example'])
    })

    test('stores that were chosen are looked into, and no others', async () => {
      const { id: other } = await api.createStore({ name: 'y', metadata: { user: '42' } })
      for (const id of [storeId, other]) await bring([create('/a', { actor: 'Ada' })], id)
      const actors = async () => [await claimsOf(), await claimsOf(other)].map((of) => of[1]?.actor)
      const text = ['Ada']
      expect((await found({ text })).redacted.map(({ owner }) => owner).toSorted()).toEqual(
        [storeId, other].toSorted(),
      )
      await forget({ text, metadata: { user: '42' } })
      expect(await actors()).toEqual(['Ada', '[redacted]'])
      await forget({ text, storeIds: [other] })
      expect(await actors()).toEqual(['Ada', '[redacted]'])
      await forget({ path: '/elsewhere', text })
      expect(await actors()).toEqual(['[redacted]', '[redacted]'])
    })

    test('a workspace does not reach into the stores of another', async () => {
      const stranger = (await newTenant(given.world)).api
      await bring([create('/a', { actor: 'Ada' })])
      await stranger.forget({ subject: { text: ['Ada'] } })
      await stranger.forget({ subject: { text: ['Ada'], storeIds: [storeId] } })
      expect((await claimsOf())[1]).toEqual({ actor: 'Ada' })
    })

    test('a memory that bears it, too, is erased, and its claims hold it no more', async () => {
      await bring([create('/a', { actor: 'Ada' }, 'I am Ada'), create('/b', { actor: 'Bob' })])
      const document = await forget({ text: ['Ada'] })
      expect(document.counts).toMatchObject({ memories: 1, rows: 1 })
      expect(JSON.stringify(await claimsOf())).not.toContain('Ada')
      expect((await api.listMemories({ storeId })).items).toMatchObject([{ path: '/b' }])
      expect(await findingsOf(given.world.operator)).toEqual([])
    })

    test('very many are named in spans, and each is replaced', async () => {
      const operations = Array.from({ length: 700 }, (_, index) => {
        return create(`/${index}`, { seq: index, actor: index % 350 === 7 ? 'Bob' : 'Ada' })
      })
      await bring(operations)
      await bring(operations.map(({ path, claimed }) => create(`/more${path}`, claimed)))
      const document = await forget({ text: ['Ada'] })
      const rows = ['2-8', '10-358', '360-708', '710-1058', '1060-1401']
      expect(document.redacted).toEqual([{ place: 'claims', owner: storeId, rows }])
      expect(document.counts).toMatchObject({ rows: 1_396 })
      const { changes } = await api.listChanges({ storeId, limit: 1_000 })
      const rest = await api.listChanges({ storeId, after: 1_000, limit: 1_000 })
      const actors = [...changes, ...rest.changes].slice(1).map(({ claimed }) => claimed)
      expect(Object.groupBy(actors, (claim) => claim?.actor ?? 'none')).toMatchObject({
        Bob: { length: 4 },
        '[redacted]': { length: 1_396 },
      })
      expect(actors.map((claim) => claim?.seq)).toEqual([
        ...Array.from({ length: 700 }, (_, index) => index),
        ...Array.from({ length: 700 }, (_, index) => index),
      ])
    })
  })
}
