import { storageContract } from './storage.contract.ts'
import { openSqliteStorage } from './support/sqlite-storage.ts'

storageContract('SQLite', openSqliteStorage)
