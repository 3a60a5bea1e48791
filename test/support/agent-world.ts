// An agent's files over real use-cases, as the runner gives them to the tools.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Api } from '../../src/api.ts'
import { Files, workRoot } from '../../src/agent/files/files.ts'
import { memoryTree } from '../../src/agent/files/memory-tree.ts'
import { ToolFailure } from '../../src/agent/files/tool-failure.ts'
import { workTree, type Owner } from '../../src/agent/files/work-tree.ts'
import { runTool } from '../../src/agent/tools/run-tool.ts'
import type { Shell, ToolName, World } from '../../src/agent/tools/tool.ts'
import type { Access, Caller } from '../../src/domain/caller.ts'
import {
  makeRequestId,
  makeSessionId,
  type StoreId,
  type WorkspaceId,
} from '../../src/domain/ids.ts'
import { slug } from '../../src/domain/memory/store.ts'
import { openApp, operator } from '../../src/server/open-app.ts'
import { bind } from '../../src/usecases/bind.ts'
import { configOf, temporaryPlace } from './in-process.ts'

const noShell: Shell = {
  run: () => Promise.reject(new ToolFailure('there is no shell in this test')),
  restart: () => Promise.resolve(),
}

export interface StoreOfSession {
  readonly id: StoreId
  readonly name: string
  readonly access?: Access
}

export interface WorldOptions {
  readonly shell?: Shell
  /** Instead of the world's own scratch directory. */
  readonly scratch?: { readonly directory: string; readonly owner: Owner | undefined }
}

export interface AgentWorld extends AsyncDisposable {
  /** Somebody with every right, outside the session. */
  readonly operator: Api
  readonly workspaceId: WorkspaceId
  /** The scratch directory on this machine. */
  readonly directory: string
  readonly sessionId: string
  bindAs(caller: Caller): Api
  store(name: string): Promise<StoreId>
  /** The session with these stores attached, as a caller. */
  apiOf(stores: readonly StoreOfSession[]): Api
  /** What the session's agent works with, the stores attached under their slugs. */
  world(stores: readonly StoreOfSession[], options?: WorldOptions): World
}

export async function openAgentWorld(): Promise<AgentWorld> {
  const place = await temporaryPlace()
  const opened = await openApp(configOf(place))
  const { app, homeWorkspaceId: workspaceId } = opened
  const directory = await mkdtemp(join(tmpdir(), 'palimpsest-scratch-'))
  const sessionId = makeSessionId(app.clock())
  const api = bind(app, operator(app, workspaceId))
  const apiOf = (stores: readonly StoreOfSession[]) =>
    bind(app, {
      workspaceId,
      actor: sessionId,
      role: 'read_write',
      door: 'agent',
      requestId: makeRequestId(app.clock()),
      stores: new Map(stores.map(({ id, access = 'read_write' }) => [id, access])),
    })
  return {
    operator: api,
    workspaceId,
    directory,
    sessionId,
    bindAs: (caller) => bind(app, caller),
    store: async (name) => (await api.createStore({ name })).id,
    apiOf,
    world: (stores, { shell = noShell, scratch } = {}) => {
      const session = apiOf(stores)
      const trees = stores.map(({ id, name, access = 'read_write' }) => {
        return memoryTree(session, { storeId: id, access, mountPath: `/mnt/memory/${slug(name)}` })
      })
      return {
        files: new Files([workTree({ directory, at: workRoot, ...scratch }), ...trees]),
        shell,
      }
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A tool's answer as one text: "error: …" where it is one. */
export async function use(world: World, name: ToolName, input: unknown): Promise<string> {
  const { text, isError } = await runTool(world, { name, input }, new AbortController().signal)
  return isError ? `error: ${text}` : text
}
