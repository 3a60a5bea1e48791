import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { ForgetInput, ForgetPreview } from '../../src/api/forget.ts'
import { isSignedBy, type Receipt, type ReceiptDocument } from '../../src/domain/forget/receipt.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { newTenant, outcome, refusal, type Tenant, type World } from '../support/world.ts'

export function forgetContract(given: { readonly world: World }): void {
  let tenant: Tenant
  let api: Api

  beforeEach(async () => {
    tenant = await newTenant(given.world)
    api = tenant.api
  })

  const newStore = async (name: string, metadata: Record<string, string> = {}) =>
    (await api.createStore({ name, metadata })).id
  const create = (storeId: string, path: string, content = 'text') =>
    api.createMemory({ storeId, path, content })

  async function preview(subject: ForgetInput['subject']): Promise<ForgetPreview> {
    const found = await api.forget({ subject, dryRun: true })
    if (found.type !== 'preview') throw new Error('expected a preview')
    return found
  }

  async function forget(input: ForgetInput, by = api): Promise<Receipt> {
    const done = await by.forget(input)
    if (done.type !== 'receipt') throw new Error('expected a receipt')
    return done.receipt
  }

  /** Paths and contents of every version and every live memory. */
  async function texts(storeId: string): Promise<string[]> {
    const { items: versions } = await api.listVersions({ storeId, view: 'full', limit: 100 })
    const { items: heads } = await api.listMemories({ storeId, view: 'full', limit: 100 })
    const memories = heads.flatMap((head) => (isDirectory(head) ? [] : [head]))
    return [...versions, ...memories].flatMap(({ path, content }) => [path ?? '', content ?? ''])
  }

  const documentOf = ({ document }: Receipt) => JSON.parse(document) as ReceiptDocument

  describe('to forget', () => {
    test('by text takes memories with all of their history, and leaves the rest', async () => {
      const storeId = await newStore('one')
      const other = await newStore('two')
      const memory = await create(storeId, '/a.md', 'Ada lives in Paris')
      await api.updateMemory({ storeId, memoryId: memory.id, content: 'harmless', path: '/b/c.md' })
      await create(storeId, '/b/keep.md', 'Bob')
      const gone = await create(other, '/ada/x.md')
      await api.deleteMemory({ storeId: other, memoryId: gone.id })
      const subject = { text: ['ADA'] }
      const found = await preview(subject)
      expect(found.memories.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
        { storeId: other, memoryId: gone.id, path: '/ada/x.md', versions: 2 },
        { storeId, memoryId: memory.id, path: '/b/c.md', versions: 2 },
      ])
      // A dry run changes nothing.
      expect(await texts(storeId)).toContain('Ada lives in Paris')
      const receipt = await forget({ subject, reason: 'ticket 1' })
      expect((await texts(storeId)).filter((text) => text !== '').toSorted()).toEqual(
        ['/b/keep.md', '/b/keep.md', 'Bob', 'Bob'].toSorted(),
      )
      expect((await texts(other)).join('')).toBe('')
      const document = documentOf(receipt)
      expect(document).toMatchObject({
        id: receipt.id,
        workspace: tenant.workspaceId,
        reason: 'ticket 1',
        stores: [],
        sessions: [],
        kept: [],
      })
      expect(document.memories.map(({ memory: id }) => id).toSorted()).toEqual(
        [memory.id, gone.id].toSorted(),
      )
      expect(document.counts).toMatchObject({ memories: 2, versions: 4, stores: 0, rows: 0 })
      expect(document.unreachable.join(' ')).toMatch(/backups.*mounts/)
      // "ada" is hexadecimal, and may be in the HMAC of the subject.
      expect(JSON.stringify({ ...document, subject: '' })).not.toMatch(/ada\b|paris|\/b\//i)
    })

    test('by path and by prefix takes what is or was there', async () => {
      const storeId = await newStore('one')
      const was = await create(storeId, '/users/42/a.md')
      await api.updateMemory({ storeId, memoryId: was.id, path: '/elsewhere.md' })
      await create(storeId, '/users/42/b.md')
      await create(storeId, '/users/420.md')
      await create(storeId, '/single.md')
      const found = await preview({ pathPrefix: '/users/42/', path: '/single.md' })
      expect(found.memories.map(({ path }) => path).toSorted()).toEqual([
        '/elsewhere.md',
        '/single.md',
        '/users/42/b.md',
      ])
      await forget({ subject: { pathPrefix: '/users/42/', path: '/single.md' } })
      expect(new Set(await texts(storeId))).toEqual(new Set(['', '/users/420.md', 'text']))
    })

    test('by metadata takes whole stores, archived ones too; with text, looks into them', async () => {
      const mine = await newStore('mine', { user: '42', team: 'red' })
      const theirs = await newStore('theirs', { user: '43' })
      for (const storeId of [mine, theirs]) await create(storeId, '/a.md', 'Ada')
      await api.archiveStore({ storeId: mine })
      const narrow = { metadata: { user: '42' }, text: ['Ada'] }
      expect((await preview(narrow)).memories.map(({ storeId }) => storeId)).toEqual([mine])
      const whole = { metadata: { user: '42' } }
      const found = await preview(whole)
      expect(found.stores).toEqual([{ id: mine, name: 'mine', memories: 1, versions: 1 }])
      const document = documentOf(await forget({ subject: whole }))
      expect(document).toMatchObject({ stores: [mine], counts: { stores: 1, versions: 1 } })
      expect(await outcome(api.getStore({ storeId: mine }))).toBe('not_found')
      expect(await texts(theirs)).toContain('Ada')
    })

    test('by id of a store takes it, and nothing that is not the workspace’s own', async () => {
      const stranger = await newTenant(given.world)
      const { id: foreign } = await stranger.api.createStore({ name: 'x' })
      const storeId = await newStore('one')
      await stranger.api.createMemory({ storeId: foreign, path: '/a', content: 'Ada' })
      await forget({ subject: { storeIds: [foreign, storeId] } })
      await forget({ subject: { text: ['Ada'] } })
      expect(await outcome(api.getStore({ storeId }))).toBe('not_found')
      const kept = await stranger.api.listMemories({ storeId: foreign, view: 'full' })
      expect(kept.items).toMatchObject([{ path: '/a', content: 'Ada' }])
    })

    test('replaces text in names, descriptions and metadata by a mark', async () => {
      const { id: storeId } = await api.createStore({
        name: 'Notes of Ada',
        description: 'ada',
        metadata: { owner: 'Ada', team: 'red' },
      })
      await given.world.operator.createKey({
        workspaceId: tenant.workspaceId,
        name: "Ada's laptop",
        role: 'read_only',
      })
      const found = await preview({ text: ['Ada'] })
      expect(found.redacted.map(({ place }) => place).toSorted()).toEqual(['api_keys', 'stores'])
      await forget({ subject: { text: ['Ada'] } })
      expect(await api.getStore({ storeId })).toMatchObject({
        name: 'Notes of [redacted]',
        description: '[redacted]',
        metadata: { owner: '[redacted]', team: 'red' },
      })
      expect((await api.listKeys({})).map(({ name }) => name)).toContain("[redacted]'s laptop")
      expect((await preview({ text: ['Ada'] })).redacted).toEqual([])
    })

    test('keeps the URL of a webhook and says so, and replaces the rest of it', async () => {
      const storeId = await newStore('one')
      const bearing = await api.createWebhook({
        url: 'https://example.com/of?user=Zo%C3%AB%20Ada+Lovelace',
        description: 'Tells ada lovelace',
      })
      await api.createWebhook({ url: 'https://ada.example.com/', description: 'Ada, and created' })
      const subject = { text: ['Ada Lovelace', 'created', 'zoë ada'] }
      const why = 'its URL bears the subject: give it another one, or delete the webhook'
      expect((await preview(subject)).kept).toEqual([{ id: bearing.id, why }])
      const document = documentOf(await forget({ subject }))
      expect(document.kept).toEqual([{ id: bearing.id, why }])
      expect(document.redacted).toMatchObject([{ place: 'webhooks' }])
      expect(JSON.stringify(document)).not.toMatch(/lovelace/i)
      const left = await api.listWebhooks()
      expect(left.map(({ url, description }) => ({ url, description }))).toEqual([
        { url: bearing.url, description: 'Tells [redacted]' },
        { url: 'https://ada.example.com/', description: 'Ada, and [redacted]' },
      ])
      // It works on, and tells of the same.
      expect(left[0]?.events).toEqual(bearing.events)
      expect((await api.testWebhook({ webhookId: bearing.id })).state).toBe('pending')
      // Where stores were chosen, webhooks are not looked at.
      expect((await preview({ ...subject, storeIds: [storeId] })).kept).toEqual([])
      await api.deleteWebhook({ webhookId: bearing.id })
      expect((await preview(subject)).kept).toEqual([])
    })

    test('a receipt of before loses the text in its reason, and is signed anew', async () => {
      const first = await forget({ subject: { text: ['Bob'] }, reason: 'asked by Ada, ticket 1' })
      const other = await forget({ subject: { text: ['Cleo'] }, reason: 'ticket 2' })
      const subject = { text: ['ada'] }
      const redacted = [{ place: 'forget_receipts', owner: tenant.workspaceId, rows: [first.id] }]
      expect((await preview(subject)).redacted).toEqual(redacted)
      const storeId = await newStore('one')
      expect((await preview({ ...subject, storeIds: [storeId] })).redacted).toEqual([])
      const last = await forget({ subject })
      expect(documentOf(last)).toMatchObject({ redacted, counts: { rows: 1 } })
      const { items } = await api.listForgetReceipts({})
      expect(items.map(({ id }) => id)).toEqual([last.id, other.id, first.id])
      const [, kept, anew] = items
      expect(kept).toEqual(other)
      expect(anew && documentOf(anew)).toEqual({
        ...documentOf(first),
        reason: 'asked by [redacted], ticket 1',
      })
      const key = await api.getSigningKey()
      for (const receipt of [first, anew]) {
        expect(receipt && isSignedBy(receipt, key.publicKeyPem)).toBe(true)
      }
      expect((await preview(subject)).redacted).toEqual([])
    })

    test('takes ids and states of deliveries for no text', async () => {
      const { id: webhookId } = await api.createWebhook({ url: 'https://example.com/' })
      const { id: deliveryId } = await api.testWebhook({ webhookId })
      expect((await preview({ text: ['pending'] })).redacted).toEqual([])
      expect((await preview({ text: [deliveryId] })).redacted).toEqual([])
    })

    test('again finds nothing, and gives a receipt that says so', async () => {
      const storeId = await newStore('one')
      await create(storeId, '/a.md', 'Ada')
      const first = documentOf(await forget({ subject: { text: ['Ada'] } }))
      const second = documentOf(await forget({ subject: { text: ['Ada'] } }))
      expect(first.counts).toMatchObject({ memories: 1 })
      expect(second.counts).toMatchObject({ memories: 0, versions: 0 })
      expect(second.subject).toBe(first.subject)
      expect(second.id).not.toBe(first.id)
    })

    test('is for admins of the workspace', async () => {
      const subject = { text: ['Ada'] }
      for (const role of ['read_only', 'read_write'] as const) {
        const weak = await tenant.as(role)
        expect(await outcome(weak.forget({ subject, dryRun: true }))).toBe('forbidden')
        expect(await outcome(weak.listForgetReceipts({}))).toBe('forbidden')
        expect(await outcome(weak.getSigningKey())).toBe('done')
      }
      const stranger = await newTenant(given.world)
      const { workspaceId } = tenant
      const foreign = stranger.api.forget({ subject, workspaceId, dryRun: true })
      expect(await outcome(foreign)).toBe('not_found')
    })

    test('an operator forgets in any workspace', async () => {
      const storeId = await newStore('one')
      await create(storeId, '/a.md', 'Ada')
      const { workspaceId } = tenant
      await forget({ subject: { text: ['Ada'] }, workspaceId }, given.world.operator)
      expect((await texts(storeId)).join('')).toBe('')
    })

    test('is refused where it is not clear what is meant', async () => {
      expect(await refusal(api.forget({ subject: {} }))).toMatchObject({ code: 'invalid' })
      expect(await refusal(api.forget({ subject: { text: ['a'] } }))).toMatchObject({
        code: 'invalid',
      })
      const keeps = api.forget({ subject: { text: ['Ada'] }, reason: 'Ada asked' })
      expect(await refusal(keeps)).toMatchObject({ code: 'invalid' })
    })
  })

  describe('receipts', () => {
    test('are signed by the key that the server shows, and are listed newest first', async () => {
      const receipts: Receipt[] = []
      for (const text of ['Ada', 'Bob', 'Cleo']) {
        receipts.unshift(await forget({ subject: { text: [text] } }))
      }
      const key = await api.getSigningKey()
      for (const receipt of receipts) {
        expect(receipt.keyId).toBe(key.id)
        expect(isSignedBy(receipt, key.publicKeyPem)).toBe(true)
      }
      const first = await api.listForgetReceipts({ limit: 2 })
      expect(first.items).toEqual(receipts.slice(0, 2))
      const second = await api.listForgetReceipts({ limit: 2, page: first.nextPage })
      expect(second).toEqual({ items: receipts.slice(2), nextPage: undefined })
      const stranger = await newTenant(given.world)
      expect((await stranger.api.listForgetReceipts({})).items).toEqual([])
      expect(await outcome(api.listForgetReceipts({ page: `${first.nextPage}x` }))).toBe('invalid')
    })
  })
}
