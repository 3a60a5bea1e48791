import { useEffect } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import { useHistoryState, useSearch } from 'wouter-preact/use-browser-location'
import { searchPage } from '../frame/links.ts'

/**
 * The words that are looked for. Somebody may look for a password: they stay with the entry in the
 * history of this tab and out of the address. A link that has them is read, and loses them.
 */
export function useWords(storeId: string | undefined): [string, (words: string) => void] {
  const [, navigate] = useLocation()
  const linked = new URLSearchParams(useSearch()).get('query')
  const state: unknown = useHistoryState()
  const words = linked ?? wordsOf(state)
  const keep = (next: string) =>
    navigate(searchPage(storeId), { replace: true, state: { words: next } })
  useEffect(() => {
    if (linked !== null) keep(linked)
  }, [linked])
  return [words, keep]
}

/** The words by which somebody came to where they are; "" when they came otherwise. */
export function useFoundBy(): string {
  return wordsOf(useHistoryState())
}

function wordsOf(state: unknown): string {
  const { words } = (state ?? {}) as { readonly words?: unknown }
  return typeof words === 'string' ? words : ''
}
