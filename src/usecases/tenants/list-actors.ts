import { actorIdsMax, type KnownActor } from '../../api/actors.ts'
import { permit, type Caller } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { isId, type KeyId } from '../../domain/ids.ts'
import type { App, UseCase } from '../app.ts'

export const listActors: UseCase<'listActors'> = async (app, caller, { ids = [] }) => {
  permit(caller, 'read')
  if (ids.length === 0) throw invalid('ids[]', 'must be given: ids of API keys and sessions')
  if (ids.length > actorIdsMax) throw invalid('ids[]', `must be at most ${actorIdsMax} ids`)
  const asked = [...new Set(ids)]
  const found = await Promise.all(asked.map((id) => actorOf(app, caller, id)))
  return found.filter((actor) => actor !== undefined)
}

async function actorOf(
  { storage: { view } }: App,
  { workspaceId }: Caller,
  id: string,
): Promise<KnownActor | undefined> {
  if (isId(id, 'apikey_')) {
    const key = await view.key(workspaceId, id as KeyId)
    return key && { id, name: key.name, revokedAt: key.revokedAt }
  }
  if (isId(id, 'sesn_')) {
    const session = await view.sessions.session(workspaceId, id)
    return session && { id, name: session.title, revokedAt: undefined }
  }
  return undefined
}
