import type { QueryClient } from '@tanstack/preact-query'

/**
 * Asks again for what is shown, after something changed. What is being read just now is read once
 * more, because that reading may have begun before; it is not broken off, so that nobody's "Show
 * older" is lost.
 */
export async function readAnew(client: QueryClient, queryKey: readonly unknown[]): Promise<void> {
  const isReading = client.isFetching({ queryKey }) > 0
  await client.invalidateQueries({ queryKey }, { cancelRefetch: false })
  if (isReading) await client.invalidateQueries({ queryKey }, { cancelRefetch: false })
}
