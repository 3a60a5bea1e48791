import { DomainError } from '../domain/errors.ts'
import type { StoreHistory } from './store-history.ts'

/** @throws DomainError `conflict` when the source is not the one that was mirrored */
export function refuseShorter({ seq }: StoreHistory, after: number): void {
  if (seq >= after) return
  throw new DomainError({
    code: 'conflict',
    message: `the target has the source's changes up to ${after}, the source itself only up to ${seq}: was it set back to an older state?`,
  })
}
