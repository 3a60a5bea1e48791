import type { Api, UsageReport } from '../api.ts'
import { DomainError } from '../domain/errors.ts'

/** What a store holds; undefined where the server has only the official operations. */
export async function knownUsage(api: Api, storeId: string): Promise<UsageReport | undefined> {
  try {
    return await api.getUsage({ storeId })
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return undefined
    throw error
  }
}
