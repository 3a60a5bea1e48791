// What a session finds: its attached stores are all there is.
import { expect, test } from 'vitest'
import type { Caller } from '../../src/domain/caller.ts'
import { makeRequestId, type EnvironmentId } from '../../src/domain/ids.ts'
import { openApp, operator } from '../../src/server/open-app.ts'
import { bind } from '../../src/usecases/bind.ts'
import { configOf, temporaryPlace } from '../support/in-process.ts'
import { refusal } from '../support/world.ts'

test('[R-own-8] a session searches its attached stores and no others, its token none', async () => {
  await using place = await temporaryPlace()
  await using opened = await openApp(configOf(place))
  const { app, homeWorkspaceId: workspaceId } = opened
  const api = bind(app, operator(app, workspaceId))
  const [attached, other] = [
    await api.createStore({ name: 'attached' }),
    await api.createStore({ name: 'other' }),
  ]
  for (const { id } of [attached, other]) {
    await api.createMemory({ storeId: id, path: '/a', content: 'word' })
  }
  const caller: Caller = {
    workspaceId,
    actor: 'sesn_1',
    role: 'read_write',
    door: 'agent',
    requestId: makeRequestId(Date.now()),
    stores: new Map([[attached.id, 'read_only']]),
  }
  const session = bind(app, caller)
  const found = async () => [
    ...(await session.searchWorkspace({ query: 'word' })).items,
    ...(await session.grepWorkspace({ pattern: 'word' })).items,
    ...(await session.searchStore({ storeId: attached.id, query: 'word' })).items,
  ]
  expect((await found()).map(({ storeId }) => storeId)).toEqual(Array(3).fill(attached.id))
  for (const refused of [
    session.searchStore({ storeId: other.id, query: 'word' }),
    session.grepStore({ storeId: other.id, pattern: 'word' }),
  ]) {
    expect(await refusal(refused)).toMatchObject({ code: 'not_found' })
  }
  const worker = {
    kind: 'session',
    environmentId: 'env_1' as EnvironmentId,
    isStale: false,
  } as const
  const token = bind(app, { ...caller, worker })
  expect(await refusal(token.searchWorkspace({ query: 'word' }))).toMatchObject({
    code: 'forbidden',
  })
  expect(await refusal(token.grepStore({ storeId: attached.id, pattern: 'word' }))).toMatchObject({
    code: 'forbidden',
  })
})
