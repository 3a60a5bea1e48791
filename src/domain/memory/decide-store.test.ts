import { describe, expect, test } from 'vitest'
import { archived, facts, now, store, updateStore } from '../../../test/support/facts.ts'
import { makeRequestId, makeStoreId } from '../ids.ts'
import { defaultLimits } from '../limits.ts'
import type { CreateStore } from './command.ts'
import { decideArchiveStore, decideCreateStore, decideUpdateStore } from './decide-store.ts'

describe('creating a store', () => {
  const command: CreateStore = {
    type: 'create_store',
    workspaceId: store.workspaceId,
    name: 'Notes',
    description: '',
    metadata: {},
    by: { actor: 'apikey_1', door: 'http', requestId: makeRequestId(1) },
  }
  const id = makeStoreId(now)

  test('[R-6.2-1] gives it one time for both, and the id that was handed in', () => {
    const given = { stores: 0, limits: defaultLimits, now, id }
    expect(decideCreateStore(given, command)).toEqual({
      kind: 'changed',
      answer: {
        id,
        workspaceId: store.workspaceId,
        name: 'Notes',
        description: '',
        metadata: {},
        createdAt: now,
        updatedAt: now,
        archivedAt: undefined,
      },
    })
  })

  test.each([
    [999, 'changed'],
    [1_000, 'refused'],
    [1_001, 'refused'],
  ])('[R-10-4] beside %i others: %s', (stores, expected) => {
    const decision = decideCreateStore({ stores, limits: defaultLimits, now, id }, command)
    expect(decision.kind).toBe(expected)
    if (decision.kind !== 'refused') return
    expect(decision.problem).toMatchObject({ code: 'limit', limit: 'memory_stores_exceeded' })
  })
})

describe('updating a store', () => {
  test('changes what is given, and the time of the update', () => {
    const command = updateStore({ name: 'Facts', metadata: { user: null, tenant: 'acme' } })
    expect(decideUpdateStore(facts(), command)).toEqual({
      kind: 'changed',
      answer: { ...store, name: 'Facts', metadata: { tenant: 'acme' }, updatedAt: now },
    })
  })

  test('[R-6.5-2] clears a description with ""', () => {
    const decision = decideUpdateStore(facts(), updateStore({ description: '' }))
    expect(decision).toMatchObject({ kind: 'changed', answer: { description: '' } })
  })

  test.each([
    ['nothing', updateStore({})],
    ['the same name', updateStore({ name: 'Notes' })],
    ['the same of everything', updateStore({ name: 'Notes', description: 'What we know' })],
    ['metadata that is there', updateStore({ metadata: { user: 'maya' } })],
    ['removal of what is not there', updateStore({ metadata: { tenant: null } })],
    ['an empty patch', updateStore({ metadata: {} })],
  ])('[R-6.5-3] with %s changes nothing', (_what, command) => {
    expect(decideUpdateStore(facts(), command)).toEqual({ kind: 'unchanged', answer: store })
  })

  test('[R-6.5-1] that would leave 17 pairs is refused as a whole', () => {
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, 'v']))
    const command = updateStore({ name: 'Facts', metadata })
    expect(decideUpdateStore(facts(), command)).toMatchObject({
      kind: 'refused',
      problem: { code: 'invalid', field: 'metadata' },
    })
  })

  test.each([
    ['a change', updateStore({ name: 'Facts' })],
    ['no change', updateStore({})],
  ])('[R-6.5-4] is refused when archived: %s', (_what, command) => {
    const decision = decideUpdateStore(facts({ store: archived }), command)
    expect(decision).toMatchObject({ kind: 'refused', problem: { code: 'archived' } })
  })
})

describe('archiving a store', () => {
  test('[R-6.6-1] sets the time of archiving and of the update', () => {
    expect(decideArchiveStore(facts())).toEqual({
      kind: 'changed',
      answer: { ...store, archivedAt: now, updatedAt: now },
    })
  })

  test('[R-6.6-1] again keeps the first times', () => {
    const decision = decideArchiveStore(facts({ store: archived }))
    expect(decision).toEqual({ kind: 'unchanged', answer: archived })
  })
})
