import type { Caller } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import type { MomentInput } from '../../domain/history/moment.ts'
import { makeCursor, readCursor, type Page } from '../../domain/page.ts'
import type { Found } from '../../storage/port/store-scope.ts'
import type { FoundPage } from '../../storage/port/searching.ts'
import type { App } from '../app.ts'
import { require, scopeOf } from '../found.ts'
import { momentOf, nameOf, readableMoment } from '../history/at-moment.ts'

interface Asked {
  readonly caller: Caller
  /** Undefined: every store that the caller reaches. */
  readonly storeId: string | undefined
  readonly input: {
    readonly at?: number | undefined
    readonly atSeq?: number | undefined
    readonly page?: string | undefined
  }
  /** What makes this search another one than others, for its cursors. */
  readonly list: readonly string[]
}

/** What one page looks at: a sequence (undefined: the present), and where the last page ended. */
interface Standing {
  readonly asOf: number | undefined
  readonly after: string | undefined
}

type Find<Item> = (standing: Standing) => Promise<Found<FoundPage<Item>>>

/**
 * One page of a search. Those of a search in the past stay at the sequence of the first.
 * @throws DomainError `not_found`; `invalid` for a moment that cannot be read, and for one of
 * several stores
 */
export async function searchPage<Item>(
  app: App,
  asked: Asked,
  find: Find<Item>,
): Promise<Page<Item>> {
  const { caller, storeId, input } = asked
  const moment = momentOf(input)
  const list = [...asked.list, nameOf(moment)]
  const position = readCursor(app.cursorKey, list, input.page)
  if (moment === undefined) {
    const { items, next } = require(await find({ asOf: undefined, after: position }), what)
    return { items, nextPage: next && makeCursor(app.cursorKey, list, next) }
  }
  if (storeId === undefined) {
    const field = input.at === undefined ? 'at_seq' : 'at'
    throw invalid(field, 'belongs to one store: search that store by itself')
  }
  const scope = scopeOf(caller, storeId)
  const { pinned, after } = readPosition(position)
  const facts = await readableMoment(app, scope, { input: pinned ?? moment })
  const { seq } = facts.moment
  const { items, next } = require(await find({ asOf: seq, after }), what)
  // Retention may have come meanwhile: what is incomplete is not given out.
  await readableMoment(app, scope, { input: { seq } })
  return { items, nextPage: next && makeCursor(app.cursorKey, list, `${seq} ${next}`) }
}

const what = 'memory store'

function readPosition(position: string | undefined) {
  if (position === undefined) return { pinned: undefined, after: undefined }
  const space = position.indexOf(' ')
  const pinned: MomentInput = { seq: Number(position.slice(0, space)) }
  return { pinned, after: position.slice(space + 1) }
}
