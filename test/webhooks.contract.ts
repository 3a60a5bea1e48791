// What webhooks promise, over both engines: signed as the official SDK checks it, at least once, in
// spite of receivers that fail and servers that die.
import { describe } from 'vitest'
import type { OpenStorage } from './support/storages.ts'
import { failingContract } from './webhooks/failing.contract.ts'
import { managingContract } from './webhooks/managing.contract.ts'
import { tellingContract } from './webhooks/telling.contract.ts'

export function webhooksContract(engine: string, open: OpenStorage): void {
  describe(`webhooks over ${engine}`, () => {
    tellingContract(open)
    failingContract(open)
    managingContract(open)
  })
}
