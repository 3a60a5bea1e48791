import type { GrepHit, GrepInput } from '../../api/search.ts'
import type { Caller } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { contextLinesMax, parsePattern } from '../../domain/memory/grep.ts'
import { parsePrefix, root } from '../../domain/memory/path.ts'
import type { Page } from '../../domain/page.ts'
import type { App } from '../app.ts'
import { searchPage } from './search-page.ts'
import { storesOf } from './stores-of.ts'

const linesMax = 1_000
const linesDefault = 100

interface Asked {
  readonly caller: Caller
  /** Undefined: every store that the caller reaches. */
  readonly storeId: string | undefined
  readonly input: GrepInput
}

export async function grepLines(
  app: App,
  { caller, storeId, input }: Asked,
): Promise<Page<GrepHit>> {
  const storeIds = storesOf(caller, storeId)
  const { ignoreCase = false, fixedStrings = false } = input
  const pattern = parsePattern(input.pattern, { isFixed: fixedStrings, ignoresCase: ignoreCase })
  const prefix = input.pathPrefix ? parsePrefix(input.pathPrefix) : root
  const contextLines = within('context', input.context ?? 0, [0, contextLinesMax])
  const limit = within('limit', input.limit ?? linesDefault, [1, linesMax])
  const { workspaceId } = caller
  const list = ['grep', workspaceId, storeId ?? '', JSON.stringify([pattern, prefix])]
  const wanted = { workspaceId, storeIds, pattern, prefix, contextLines, limit }
  return searchPage(app, { caller, storeId, input, list }, (standing) =>
    app.storage.searching.lines({ ...wanted, ...standing }, input.signal),
  )
}

function within(field: string, value: number, [min, max]: readonly [number, number]): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw invalid(field, `must be a whole number from ${min} to ${max.toLocaleString('en')}`)
}
