import { diff3MergeRegions } from 'node-diff3'

/** A stretch of the merged text. */
export type Region =
  /** Both have it. */
  | { readonly type: 'same'; readonly text: string }
  /** Only one side changed it, so it is taken. */
  | { readonly type: 'mine' | 'theirs'; readonly text: string; readonly before: string }
  | Conflict

/** Both sides changed it, differently: somebody has to choose. */
export interface Conflict {
  readonly type: 'conflict'
  readonly mine: string
  readonly theirs: string
  readonly before: string
}

export type Choice = 'mine' | 'theirs' | 'both'

/** So many lines are compared one by one; what is longer is one place to choose. */
const linesMax = 4_000

/** Lines with their line breaks: joined they are the text again. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** Two edits of one text, brought together by lines. */
export function mergeTexts(base: string, mine: string, theirs: string): readonly Region[] {
  const [o, a, b] = [linesOf(base), linesOf(mine), linesOf(theirs)]
  const head = countSame(o, a, b)
  const tail = countSame(...([o, a, b].map((lines) => lines.slice(head).reverse()) as Three))
  const middle = [o, a, b].map((lines) => lines.slice(head, lines.length - tail)) as Three
  const regions = [same(o.slice(0, head)), ...mergeLines(...middle), same(o.slice(o.length - tail))]
  return regions.filter((region) => region.type !== 'same' || region.text !== '')
}

type Three = [string[], string[], string[]]

function same(lines: readonly string[]): Region {
  return { type: 'same', text: lines.join('') }
}

/** How many lines all three begin with. */
function countSame(o: readonly string[], a: readonly string[], b: readonly string[]): number {
  let count = 0
  while (count < o.length && o[count] === a[count] && o[count] === b[count]) count += 1
  return count
}

function mergeLines(o: string[], a: string[], b: string[]): Region[] {
  if (Math.max(o.length, a.length, b.length) > linesMax) {
    return [conflict(a.join(''), o.join(''), b.join(''))]
  }
  return diff3MergeRegions(a, o, b).map((region) => {
    if (!region.stable) {
      return conflict(region.aContent.join(''), region.oContent.join(''), region.bContent.join(''))
    }
    const text = region.bufferContent.join('')
    if (region.buffer === 'o') return { type: 'same', text }
    const type = region.buffer === 'a' ? 'mine' : 'theirs'
    return { type, text, before: '' }
  })
}

/** Both may have made the same change, or only one of them a change at all. */
function conflict(mine: string, before: string, theirs: string): Region {
  if (mine === theirs) return { type: 'same', text: mine }
  if (mine === before) return { type: 'theirs', text: theirs, before }
  if (theirs === before) return { type: 'mine', text: mine, before }
  return { type: 'conflict', mine, theirs, before }
}

/**
 * The merged text. @param choices by the index of the region; undefined while one is missing
 */
export function mergedText(
  regions: readonly Region[],
  choices: ReadonlyMap<number, Choice>,
): string | undefined {
  const parts = regions.map((region, index) =>
    region.type === 'conflict' ? chosenText(region, choices.get(index)) : region.text,
  )
  return parts.includes(undefined) ? undefined : parts.join('')
}

export function chosenText(
  { mine, theirs }: Conflict,
  choice: Choice | undefined,
): string | undefined {
  switch (choice) {
    case 'mine':
      return mine
    case 'theirs':
      return theirs
    case 'both':
      return theirs + (theirs === '' || theirs.endsWith('\n') ? '' : '\n') + mine
    case undefined:
      return undefined
  }
}
