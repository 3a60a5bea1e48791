import type { WireKnownActor } from '../../wire/known-actor.ts'
import type { WirePage } from '../../wire/page.ts'
import { request } from './request.ts'

/** As many as the server names at once. */
const idsMax = 100

interface Asked {
  readonly ids: Set<string>
  readonly answer: Promise<ReadonlyMap<string, string>>
}

let gathering: Asked | undefined

/** The name of a key or a session; null without one. Those asked for together are one request. */
export async function nameOf(id: string): Promise<string | null> {
  if (gathering === undefined || gathering.ids.size >= idsMax) gathering = gather()
  gathering.ids.add(id)
  return (await gathering.answer).get(id) ?? null
}

function gather(): Asked {
  const ids = new Set<string>()
  const ask = async () => {
    await Promise.resolve()
    await new Promise((resolve) => setTimeout(resolve))
    if (gathering?.ids === ids) gathering = undefined
    const query = { 'ids[]': [...ids] }
    const { data } = await request<WirePage<WireKnownActor>>('GET', '/palimpsest/v1/actors', {
      query,
    })
    return new Map(data.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])))
  }
  return { ids, answer: ask() }
}
