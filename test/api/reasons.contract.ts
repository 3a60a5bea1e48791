import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { ReceiptDocument } from '../../src/domain/forget/receipt.ts'
import { newTenant, outcome, refusal, type World } from '../support/world.ts'

/** Messages name the field first; over HTTP that is all that tells it. */
const aboutReason: unknown = expect.stringMatching(/reason: /)

export function reasonsContract(given: { readonly world: World }): void {
  let api: Api
  let storeId: string

  beforeEach(async () => {
    api = (await newTenant(given.world)).api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  /** A version that another came after. */
  async function superseded(path: string, content = 'a whole secret'): Promise<string> {
    const memory = await api.createMemory({ storeId, path, content })
    await api.updateMemory({ storeId, memoryId: memory.id, content: 'harmless' })
    return memory.versionId
  }

  const redact = (versionId: string, reason?: unknown) =>
    api.redactWithReason({ storeId, versionId, reason })

  const reasons = async (id = storeId) => {
    const { changes } = await api.listChanges({ storeId: id, limit: 1_000 })
    return changes.filter(({ kind }) => kind === 'redacted').map(({ reason }) => reason)
  }

  describe('the reason of a redaction', () => {
    test('[R-own-25] stays with its change, in feed, log and export', async () => {
      const reason = 'Leaked “key”, ticket 4711 \u{1f600}'
      const versionId = await superseded('/secret')
      const before = await api.getVersion({ storeId, versionId })
      const redacted = await redact(versionId, reason)
      // The official object is what it always was.
      expect(redacted).toMatchObject({
        ...before,
        content: undefined,
        path: undefined,
        sha256: undefined,
        sizeBytes: undefined,
        redactedAt: expect.any(Number) as number,
        redactedBy: (await api.whoAmI()).actor,
      })
      expect(Object.keys(redacted)).not.toContain('reason')
      const expected = { kind: 'redacted', versionId, reason }
      expect((await api.listChanges({ storeId })).changes.at(-1)).toMatchObject(expected)
      const log = await api.listLog({ storeId })
      expect(log.items.map((entry) => entry.reason)).toEqual([
        reason,
        ...Array<undefined>(log.items.length - 1),
      ])
      expect((await api.exportHistory({ storeId })).entries.at(-1)).toMatchObject(expected)
      const feed = { storeId, after: 3, signal: new AbortController().signal }
      for await (const change of api.watchChanges(feed)) {
        expect(change).toMatchObject(expected)
        break
      }
    })

    test('[R-own-25] may be left out, and the first one stays', async () => {
      const [one, two] = [await superseded('/one'), await superseded('/two')]
      for (const nothing of [undefined, null]) await redact(one, nothing)
      await redact(one, 'too late')
      await redact(two, 'ticket 1')
      const first = await api.getVersion({ storeId, versionId: two })
      expect(await redact(two, 'ticket 2')).toMatchObject(first)
      expect(await api.redactVersion({ storeId, versionId: two })).toMatchObject(first)
      expect(await reasons()).toEqual([undefined, 'ticket 1'])
    })

    test('[R-own-25] is one line of at most 200 characters, and its refusal names it', async () => {
      const versionId = await superseded('/secret')
      for (const wrong of ['', 'x'.repeat(201), 'two\nlines', 'nul\0']) {
        const problem = await refusal(redact(versionId, wrong))
        expect(problem).toMatchObject({ code: 'invalid', message: aboutReason })
      }
      // Bodies are Unicode, and of the right shape: these do not come as far as the rule.
      for (const wrong of ['\ud800', 7]) {
        expect(await outcome(redact(versionId, wrong))).toBe('invalid')
      }
      expect((await api.getVersion({ storeId, versionId })).redactedAt).toBe(undefined)
      await redact(versionId, '\u{1f600}'.repeat(200))
      expect(await reasons()).toEqual(['\u{1f600}'.repeat(200)])
    })

    test('[R-own-25] repeats neither the path nor a line of what goes', async () => {
      const content = '# Keys\n\n- sk-example-0a1b\n'
      const versionId = await superseded('/people/zoë.md', content)
      for (const reason of ['was at /People/Zoë.md', 'the line - SK-example-0a1b', '# keys']) {
        const problem = await refusal(redact(versionId, reason))
        expect(problem).toMatchObject({ code: 'invalid', message: aboutReason })
        expect(problem.message).not.toMatch(/zoë|0a1b/i)
      }
      expect((await api.getVersion({ storeId, versionId })).content).toBe(content)
      await redact(versionId, 'a key of people')
      expect(await reasons()).toEqual(['a key of people'])
    })

    test('changes nothing of what else is refused', async () => {
      const memory = await api.createMemory({ storeId, path: '/a', content: 'text' })
      expect(await outcome(redact(memory.versionId, 'ticket 1'))).toBe('head_version')
      expect(await outcome(redact('memver_none', 'ticket 1'))).toBe('not_found')
      await api.archiveStore({ storeId })
      await api.deleteMemory({ storeId, memoryId: memory.id })
      await redact(memory.versionId, 'ticket 1')
      expect(await reasons()).toEqual(['ticket 1'])
    })

    test('[R-own-25] comes along with an import, by the same rules', async () => {
      const versionId = await superseded('/secret')
      const bring = async (reason: unknown) =>
        api.importHistory({
          storeId,
          expectedSeq: 3,
          operations: [{ type: 'redact', versionId, reason, claimed: { actor: 'user_1' } }],
        })
      for (const wrong of ['', 'two\nlines', 'x'.repeat(1_001), 'a WHOLE secret', 'at /secret']) {
        expect(await refusal(bring(wrong))).toMatchObject({ code: 'invalid', message: aboutReason })
      }
      const marked = 'asked by [redacted], '.repeat(20)
      await bring(marked)
      const { changes } = await api.listChanges({ storeId, after: 3 })
      expect(changes).toMatchObject([
        { kind: 'redacted', reason: marked, door: 'import', claimed: { actor: 'user_1' } },
      ])
    })

    test('is text that is forgotten with the rest, in the stores where that is asked', async () => {
      const mine = storeId
      await redact(await superseded('/one'), 'Ada asked')
      await redact(await superseded('/two'), 'Bob asked')
      storeId = (await api.createStore({ name: 'y' })).id
      await redact(await superseded('/three'), 'for ADA: ada@example.com')
      const subject = { text: ['Ada'] }
      const before = await api.forget({ subject: { ...subject, storeIds: [mine] }, dryRun: true })
      expect(before).toMatchObject({
        memories: [],
        redacted: [{ place: 'redaction_reasons', owner: mine, rows: ['4'] }],
      })
      await api.forget({ subject: { ...subject, storeIds: [mine] } })
      expect(await reasons(mine)).toEqual(['[redacted] asked', 'Bob asked'])
      expect(await reasons()).toEqual(['for ADA: ada@example.com'])
      const done = await api.forget({ subject })
      const { document } = done.type === 'receipt' ? done.receipt : { document: '{}' }
      expect((JSON.parse(document) as ReceiptDocument).redacted).toEqual([
        { place: 'redaction_reasons', owner: storeId, rows: ['4'] },
      ])
      expect(await reasons()).toEqual(['for [redacted]: [redacted]@example.com'])
      const { entries } = await api.exportHistory({ storeId })
      expect(JSON.stringify(entries)).not.toMatch(/ada/i)
    })
  })
}
