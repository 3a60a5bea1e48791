import type { Api } from '../api.ts'
import { actorIdsMax } from '../api/actors.ts'
import { ifOwn } from '../transfer/source.ts'

/** How an actor is written for people: its id, and its name where that is known. */
export type NameActor = (id: string | undefined) => string

/**
 * Asks for the names of keys and sessions. A server with the official operations alone has none:
 * ids stay ids.
 */
export async function actorNames(
  api: Api,
  actors: Iterable<string | undefined>,
): Promise<NameActor> {
  const ids = [...new Set(actors)].filter((id) => id !== undefined)
  const names = new Map<string, string | undefined>()
  for (let at = 0; at < ids.length; at += actorIdsMax) {
    const slice = ids.slice(at, at + actorIdsMax)
    const known = await ifOwn(() => api.listActors({ ids: slice }))
    if (known === undefined) break
    for (const { id, name } of known) names.set(id, name)
  }
  return (id) => {
    const name = id === undefined ? undefined : names.get(id)
    return name === undefined ? (id ?? '-') : `${id} (${inOneCell(name)})`
  }
}

/** Titles of sessions are anybody's: on a pipe, tabs and line breaks part cells and rows. */
function inOneCell(name: string): string {
  return name.replace(/\p{Cc}+/gu, ' ')
}
