import { permit } from '../../domain/caller.ts'
import { makeCursor, parsePageLimit, readCursor } from '../../domain/page.ts'
import type { UseCase } from '../app.ts'

export const listStores: UseCase<'listStores'> = async (app, caller, input) => {
  permit(caller, 'read')
  const { workspaceId } = caller
  const limit = parsePageLimit(input.limit, false)
  const list = ['stores', workspaceId]
  const position = readCursor(app.cursorKey, list, input.page)
  const found = await app.storage.view.stores({
    workspaceId,
    includeArchived: input.includeArchived ?? false,
    createdFrom: input.createdFrom,
    createdTo: input.createdTo,
    after: position === undefined ? undefined : positionOf(position),
    limit: limit + 1,
  })
  // A session sees the stores attached to it, and no others.
  const visible = caller.stores ? found.filter(({ id }) => caller.stores?.has(id)) : found
  const items = visible.slice(0, limit)
  const last = found.at(limit - 1)
  const nextPage =
    found.length > limit && last
      ? makeCursor(app.cursorKey, list, `${last.createdAt} ${last.id}`)
      : undefined
  return { items, nextPage }
}

function positionOf(position: string) {
  const [createdAt = '', id = ''] = position.split(' ')
  return { createdAt: Number(createdAt), id }
}
