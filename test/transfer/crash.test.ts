import { transferCrashContract } from './crash.contract.ts'

transferCrashContract('SQLite', async () => ({
  flags: [],
  [Symbol.asyncDispose]: async () => undefined,
}))
