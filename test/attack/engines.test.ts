import { batchAttacks } from './batch.contract.ts'
import { hostileInput } from './hostile-input.contract.ts'
import { historyAttacks } from './history.contract.ts'
import { openOnSqlite } from './installation.ts'
import { tenantAttacks } from './tenants.contract.ts'
import { turmoil } from './turmoil.contract.ts'
import { undoAttacks } from './undo.contract.ts'

hostileInput('SQLite', openOnSqlite)
batchAttacks('SQLite', openOnSqlite)
historyAttacks('SQLite', openOnSqlite)
tenantAttacks('SQLite', openOnSqlite)
turmoil('SQLite', openOnSqlite)
undoAttacks('SQLite', openOnSqlite)
