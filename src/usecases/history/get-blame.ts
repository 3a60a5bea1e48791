import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BlameInput } from '../../api/history.ts'
import { permitStore } from '../../domain/caller.ts'
import { DomainError, invalid, notFound } from '../../domain/errors.ts'
import type { Origin } from '../../domain/history/blame.ts'
import { BlameWalk } from '../../domain/history/blame-walk.ts'
import { parseMemoryId } from '../../domain/ids.ts'
import type { Version } from '../../domain/memory/version.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { App, UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'
import { momentOf, readableMoment } from './at-moment.ts'
import { oneMemory } from './get-memory-as-of.ts'

/** Versions read at once: with their texts, at most 10 MB. */
const pageVersions = 100

export const getBlame: UseCase<'getBlame'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const version = await blamed(app, scope, input)
  const { content, path } = version
  if (content === undefined || path === undefined) throw unreadable(version)
  const walk = new BlameWalk({ origin: originOf(version), text: content })
  const oldest = await walkBack(app, scope, { version, walk })
  const first = parseMemoryId(scope.storeId, version.memoryId)
  return {
    storeId: scope.storeId,
    memoryId: version.memoryId,
    path,
    versionId: version.id,
    seq: version.seq,
    ranges: walk.finish(oldest === first?.seq),
  }
}

async function blamed(app: App, scope: StoreScope, input: BlameInput): Promise<Version> {
  const { view } = app.storage
  const { versionId } = input
  if (versionId !== undefined) {
    const others = [input.path, input.memoryId, input.at, input.atSeq]
    if (others.some((one) => one !== undefined)) {
      throw invalid('version_id', 'says all: no path, memory_id or moment can be given with it')
    }
    return require(await view.version(scope, versionId, { content: true }), 'memory version')
  }
  const target = oneMemory(input)
  const { moment } = await readableMoment(app, scope, { input: momentOf(input) })
  const query = { target, seq: moment.seq, content: false }
  const memory = require(await view.history.memoryAsOf(scope, query), 'memory')
  const found = await view.version(scope, memory.value.versionId, { content: true })
  return require(found, 'memory version')
}

function unreadable({ redactedAt }: Version): DomainError {
  if (redactedAt === undefined) return notFound('the text of a deletion is')
  return new DomainError({
    code: 'not_found',
    message: 'the version is redacted: no lines are left',
  })
}

interface Walking {
  readonly version: Version
  readonly walk: BlameWalk
}

/** Reads older versions as long as lines are left; the sequence of the last one met. */
async function walkBack(app: App, scope: StoreScope, { version, walk }: Walking): Promise<number> {
  let last = version.seq
  while (!walk.isDone) {
    const found = await app.storage.view.versions(scope, {
      memoryId: version.memoryId,
      operation: undefined,
      actors: [],
      createdFrom: undefined,
      createdTo: undefined,
      beforeSeq: last,
      limit: pageVersions,
      content: true,
    })
    const older = require(found, 'memory store')
    for (const one of older) {
      last = one.seq
      if (one.operation === 'deleted' || walk.isDone) continue
      await nextTurn()
      walk.goBack({ origin: originOf(one), text: one.content })
    }
    if (older.length < pageVersions) return last
  }
  return last
}

function originOf(version: Version): Origin {
  const { id, seq, createdAt, createdBy, door, requestId } = version
  return { versionId: id, seq, createdAt, createdBy, door, requestId }
}
