import { useQuery } from '@tanstack/preact-query'
import { takeBack } from '../api/history.ts'
import { reasonAgainst } from '../session/identity.ts'

/**
 * The memories in which something is left of what a session wrote: those that taking it back would
 * change, or could not. Undefined while that is not known, and for keys that may ask for no plan.
 *
 * @param newest the session's newest write there; undefined when it wrote nothing
 */
export function useLeftOver(
  { sessionId, storeId }: { readonly sessionId: string; readonly storeId: string },
  newest: string | undefined,
): ReadonlySet<string> | undefined {
  const { data } = useQuery({
    queryKey: ['left-over', sessionId, storeId, newest],
    queryFn: () =>
      takeBack(storeId, { type: 'revert', body: { actor: sessionId } }, { dry_run: true }),
    enabled: newest !== undefined && reasonAgainst('write') === undefined,
    retry: false,
  })
  if (data === undefined) return undefined
  return new Set([...data.changes, ...data.conflicts].flatMap(({ memory_id: id }) => id ?? []))
}
