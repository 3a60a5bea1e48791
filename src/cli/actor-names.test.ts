import { expect, test } from 'vitest'
import type { Api } from '../api.ts'
import type { KnownActor } from '../api/actors.ts'
import { notFound } from '../domain/errors.ts'
import { actorNames } from './actor-names.ts'

function serverOf(listActors: (ids: readonly string[]) => readonly KnownActor[]): Api {
  return { listActors: async ({ ids = [] }) => listActors(ids) } as unknown as Api
}

const named = (id: string, name: string | undefined) => ({ id, name, revokedAt: undefined })

test('a name stands behind its id, in one cell and one line', async () => {
  const api = serverOf(() => [named('sesn_1', 'a\tb\r\nc'), named('sesn_2', undefined)])
  const nameOf = await actorNames(api, ['sesn_1', 'sesn_2', 'user_1', undefined])
  expect(['sesn_1', 'sesn_2', 'user_1', undefined].map(nameOf)).toEqual([
    'sesn_1 (a b c)',
    'sesn_2',
    'user_1',
    '-',
  ])
})

test('many are asked for once each, a hundred at a time', async () => {
  const asked: number[] = []
  const api = serverOf((ids) => {
    asked.push(ids.length)
    return ids.map((id) => named(id, `name of ${id}`))
  })
  const ids = Array.from({ length: 250 }, (_, index) => `apikey_${index % 201}`)
  const nameOf = await actorNames(api, ids)
  expect(asked).toEqual([100, 100, 1])
  expect(nameOf('apikey_200')).toBe('apikey_200 (name of apikey_200)')
})

test('a server that knows no names leaves ids', async () => {
  const nameOf = await actorNames(
    serverOf(() => {
      throw notFound('route')
    }),
    ['apikey_1'],
  )
  expect(nameOf('apikey_1')).toBe('apikey_1')
})
