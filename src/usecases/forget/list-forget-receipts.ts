import type { Receipt } from '../../domain/forget/receipt.ts'
import { makeCursor, parsePageLimit, readCursor } from '../../domain/page.ts'
import type { UseCase } from '../app.ts'
import { managedWorkspace } from '../tenants/workspace.ts'

export const listForgetReceipts: UseCase<'listForgetReceipts'> = async (app, caller, input) => {
  const workspaceId = managedWorkspace(caller, input)
  const limit = parsePageLimit(input.limit, false)
  const list = ['forget_receipts', workspaceId]
  const before = readCursor(app.cursorKey, list, input.page)
  const runs = await app.storage.forgetting.finishedRuns(workspaceId, before, limit + 1)
  const items = runs.slice(0, limit).map(({ body }) => JSON.parse(body) as Receipt)
  const last = items.at(-1)
  const nextPage =
    runs.length > limit && last ? makeCursor(app.cursorKey, list, last.id) : undefined
  return { items, nextPage }
}
