import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Leaf, TreeChange } from '../../domain/history/compare-trees.ts'
import type { FileDiff } from '../../domain/history/diff.ts'
import { diffTexts } from '../../domain/history/hunks.ts'
import { memoryIdAt, versionIdAt, type VersionId } from '../../domain/ids.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { App } from '../app.ts'

/** The stores of the two states, which may be the same. */
export interface Sides {
  readonly from: StoreScope
  readonly to: StoreScope
  /** Lines shown around what changed. */
  readonly context: number
}

/** What differs, with the texts compared; comparing gives way to other work. */
export async function fileOf(app: App, sides: Sides, change: TreeChange): Promise<FileDiff> {
  const { before, after, status } = change
  const [old, now] = [await sideOf(app, sides.from, before), await sideOf(app, sides.to, after)]
  await nextTurn()
  const isRedacted = old.isErased || now.isErased
  const shown = after ?? before
  const shownScope = after ? sides.to : sides.from
  if (shown === undefined) throw new Error('what differs is on one side at least')
  const hasMoved = before?.path !== undefined && after?.path !== undefined
  return {
    status,
    path: after?.path ?? before?.path,
    previousPath: hasMoved && before.path !== after.path ? before.path : undefined,
    memoryId: memoryIdAt(shownScope.storeId, { seq: shown.firstSeq, at: shown.createdAt }),
    fromVersionId: old.versionId,
    toVersionId: now.versionId,
    isRedacted,
    hunks: isRedacted ? [] : diffTexts(old.text, now.text, sides.context),
  }
}

interface Side {
  readonly versionId: VersionId | undefined
  readonly text: string
  readonly isErased: boolean
}

async function sideOf({ storage }: App, scope: StoreScope, leaf: Leaf | undefined): Promise<Side> {
  if (leaf === undefined) return { versionId: undefined, text: '', isErased: false }
  const versionId = versionIdAt(scope.storeId, leaf)
  const found = await storage.view.version(scope, versionId, { content: true })
  const text = found.found ? found.value.content : undefined
  return { versionId, text: text ?? '', isErased: text === undefined }
}
