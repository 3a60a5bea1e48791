import { openSqliteStorage } from './support/sqlite-storage.ts'
import { webhooksContract } from './webhooks.contract.ts'

webhooksContract('SQLite', openSqliteStorage)
