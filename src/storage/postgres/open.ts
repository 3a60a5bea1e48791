import { extname } from 'node:path'
import { unreachable } from '../../domain/assert.ts'
import { DomainError } from '../../domain/errors.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { Store } from '../../domain/memory/store.ts'
import type {
  Answer,
  Command,
  LiveMessage,
  Storage,
  StorageOptions,
  StorageStats,
  Topic,
  View,
} from '../port.ts'
import type { OwnedSearching } from '../port/searching.ts'
import { Searcher } from '../search/searcher.ts'
import { sessionReads } from '../sessions/reads.ts'
import { webhookReads } from '../webhooks/reads.ts'
import { isScripted, type ScriptedCommand } from '../scripted.ts'
import { reapSessions } from '../sessions/reap-sessions.ts'
import type { Forgetting } from '../port/forget.ts'
import type { Guard } from '../port/guard.ts'
import { checkServer } from './server-check.ts'
import { commitInStore, type StoreEngine } from './commit-in-store.ts'
import { commitInWorkspace, createWorkspace, type WorkspaceCommand } from './commit-in-workspace.ts'
import { commitScripted } from './commit-scripted.ts'
import { clientConfig, openPools, type Pools, type Session } from './connection.ts'
import { failure } from './failure.ts'
import { postgresForgetting } from './forgetting.ts'
import { postgresGuard } from './guard.ts'
import { migrate } from './migrate.ts'
import type { Script } from '../sessions/script.ts'
import { runScript } from './run-script.ts'
import { ScopeQueue, stopping } from './scope-queue.ts'
import { Signals } from './signals.ts'
import type { ScopedCommand } from './store-writer.ts'
import { sweep } from './sweep.ts'
import { historyReads } from './history/reads.ts'
import { viewHistory } from './view-history.ts'
import { viewMemories } from './view-memories.ts'
import { viewStores, viewTenancy } from './view-stores.ts'

/**
 * Opens the storage in a PostgreSQL database, which several processes may share.
 * @throws DomainError `unavailable` when the server cannot be reached or would not keep its
 * promises, or a newer program has changed the schema
 */
export async function openPostgres(url: string, options: StorageOptions): Promise<Storage> {
  const pools = openPools(url)
  try {
    await checkServer(pools.writers)
    await migrate(pools.writers)
    const cursorKey = await viewTenancy(pools.readers).cursorKey()
    return new PostgresStorage(url, pools, { options, cursorKey })
  } catch (error) {
    await pools[Symbol.asyncDispose]()
    throw failure(error)
  }
}

class PostgresStorage implements Storage {
  readonly view: View
  readonly searching: OwnedSearching
  readonly guard: Guard
  readonly forgetting: Forgetting
  readonly #engine: StoreEngine
  readonly #signals: Signals
  readonly #stores: ScopeQueue<ScopedCommand>
  readonly #workspaces: ScopeQueue<WorkspaceCommand>
  #closed = false

  constructor(
    url: string,
    pools: Pools,
    { options, cursorKey }: { options: StorageOptions; cursorKey: Uint8Array },
  ) {
    const engine = { pools, options }
    this.#engine = engine
    this.#signals = new Signals(clientConfig(url), pools.readers)
    this.#stores = new ScopeQueue((commands) => commitInStore(engine, commands))
    this.#workspaces = new ScopeQueue((commands) => commitInWorkspace(engine, commands))
    this.guard = postgresGuard(pools)
    this.forgetting = postgresForgetting(pools)
    this.view = openView(pools, this.#signals, cursorKey)
    this.searching = new Searcher({ module: searcherModule, data: { url } })
  }

  async commit<C extends Command>(command: C): Promise<Answer<C>> {
    if (isScripted(command)) return (await this.#commitScripted(command)) as Answer<C>
    return (await this.#commit(command)) as Answer<C>
  }

  async #commitScripted(command: ScriptedCommand): Promise<unknown> {
    if (this.#closed) throw stopping()
    const { value, topics } = await commitScripted(this.#engine, command)
    for (const topic of topics) this.#signals.changed(topic as Topic)
    return value
  }

  #commit(command: Exclude<Command, ScriptedCommand>): Promise<unknown> {
    switch (command.type) {
      case 'create_workspace':
        return this.#createWorkspace(command)
      case 'create_store':
        return this.#createStore(command)
      case 'create_key':
      case 'revoke_key':
        return this.#workspaces.submit(command.workspaceId, command)
      case 'create_memory':
      case 'update_memory':
      case 'delete_memory':
      case 'move_tree':
      case 'batch':
      case 'redact_version':
      case 'restore':
      case 'revert':
      case 'update_store':
      case 'archive_store':
      case 'delete_store':
        return this.#commitInStore(command)
      default:
        return unreachable(command)
    }
  }

  async #commitInStore(command: ScopedCommand): Promise<unknown> {
    const { workspaceId, storeId } = command
    const answer = await this.#stores.submit(`${workspaceId} ${storeId}`, command, bytesOf(command))
    this.#signals.changed(storeId)
    if (command.type === 'redact_version') await this.searching.settle(command)
    return answer
  }

  #createWorkspace(command: Extract<Command, { type: 'create_workspace' }>): Promise<unknown> {
    return this.#closed ? Promise.reject(stopping()) : createWorkspace(this.#engine, command)
  }

  async #createStore(command: Extract<Command, { type: 'create_store' }>): Promise<unknown> {
    const store = (await this.#workspaces.submit(command.workspaceId, command)) as Store
    this.#signals.changed(store.id)
    return store
  }

  subscribe(listener: Parameters<Storage['subscribe']>[0]): () => void {
    return this.#signals.subscribe(listener)
  }

  publish(message: LiveMessage): void {
    this.#signals.publish(message)
  }

  listen(listener: (message: LiveMessage) => void): () => void {
    return this.#signals.listen(listener)
  }

  async sweep(signal: AbortSignal): Promise<number> {
    await reapSessions(this, signal)
    return sweep(this.#engine, signal).catch((error: unknown) => {
      throw failure(error)
    })
  }

  async checkHealth(): Promise<void> {
    const query = "SELECT current_setting('transaction_read_only') AS read_only"
    const result = await this.#engine.pools.writers.query(query).catch((error: unknown) => {
      throw failure(error)
    })
    if (result.rows[0]?.read_only === 'off') return
    const message = 'the database takes no writes: this server is a standby or read-only'
    throw new DomainError({ code: 'unavailable', message })
  }

  stats(): StorageStats {
    return this.#stores.stats()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.searching[Symbol.asyncDispose]()
    await Promise.all([
      this.#stores[Symbol.asyncDispose](),
      this.#workspaces[Symbol.asyncDispose](),
    ])
    await this.#signals[Symbol.asyncDispose]()
    await this.#engine.pools[Symbol.asyncDispose]()
  }
}

const searcherModule = new URL(`./searcher${extname(import.meta.url)}`, import.meta.url)

/** Bytes of content that a command carries. */
function bytesOf(command: ScopedCommand): number {
  if (command.type === 'create_memory') return command.content.sizeBytes
  return command.type === 'update_memory' ? (command.content?.sizeBytes ?? 0) : 0
}

function openView({ readers }: Pools, signals: Signals, cursorKey: Uint8Array): View {
  const session: Session = {
    query: (statement) =>
      readers.query(statement).catch((error: unknown) => {
        throw failure(error)
      }),
  }
  const run = <Value>(script: Script<Value>) => runScript(session, script)
  const sessions = sessionReads(run)
  const versions = viewHistory(session)
  return {
    ...viewMemories(session),
    ...viewStores(session),
    ...viewTenancy(session),
    ...versions,
    changes: (scope, query) => {
      signals.watch(scope.storeId)
      return versions.changes(scope, query)
    },
    webhooks: webhookReads(run, { join: 'JOIN counters t ON t.store_id = s.id' }),
    history: historyReads(session),
    sessions: {
      ...sessions,
      events: (query) => {
        signals.watch(query.sessionId as SessionId)
        return sessions.events(query)
      },
    },
    cursorKey: async () => cursorKey,
  }
}
