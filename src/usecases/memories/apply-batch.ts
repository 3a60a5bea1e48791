import type { BatchAnswer, BatchOperation, BatchTarget } from '../../api.ts'
import { permitStore, provenance, type Provenance } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import type { StoreId } from '../../domain/ids.ts'
import type { MemoryAnswer, MemoryCommand, Target } from '../../domain/memory/command.ts'
import { parseContent, parseSha256 } from '../../domain/memory/content.ts'
import { memoryOf } from '../../domain/memory/memory.ts'
import { parseDirectory, parsePath } from '../../domain/memory/path.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { UseCase } from '../app.ts'
import { given, scopeOf } from '../found.ts'

export const batchOperationsMax = 1_000

export const applyBatch: UseCase<'applyBatch'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'write')
  const { operations } = input
  if (operations.length < 1 || operations.length > batchOperationsMax) {
    throw invalid('operations', `must have 1 to ${batchOperationsMax} entries`)
  }
  const context = { ...scope, by: provenance(caller) }
  const commands = operations.map((operation, index) =>
    commandOf(context, operation, `operations[${index}]`),
  )
  const { answers, seq } = await storage.commit({ type: 'batch', ...context, commands })
  return { results: answers.map((answer) => resultOf(scope.storeId, answer)), seq }
}

function commandOf(
  context: StoreScope & { readonly by: Provenance },
  operation: BatchOperation,
  at: string,
): MemoryCommand {
  switch (operation.type) {
    case 'create': {
      const path = parsePath(operation.path, `${at}.path`)
      const content = parseContent(operation.content, `${at}.content`)
      return { type: 'create_memory', ...context, path, content }
    }
    case 'update':
      return {
        type: 'update_memory',
        ...context,
        target: targetOf(operation.target, at),
        content: given(operation.content, (text) => parseContent(text, `${at}.content`)),
        path: given(operation.path, (path) => parsePath(path, `${at}.path`)),
        expected: expectedOf(operation.expectedSha256, at),
      }
    case 'delete': {
      const target = targetOf(operation.target, at)
      const expected = expectedOf(operation.expectedSha256, at)
      return { type: 'delete_memory', ...context, target, expected }
    }
    case 'move': {
      const from = parseDirectory(operation.from, `${at}.from`)
      const to = parseDirectory(operation.to, `${at}.to`)
      return { type: 'move_tree', ...context, from, to }
    }
  }
}

function expectedOf(input: unknown, at: string) {
  return given(input, (hash) => parseSha256(hash, `${at}.expected_content_sha256`))
}

function targetOf(target: BatchTarget, at: string): Target {
  const { memoryId, path } = target
  if ((memoryId === undefined) === (path === undefined)) {
    throw invalid(at, 'must name its memory by exactly one of target.memory_id and target.path')
  }
  return memoryId === undefined ? { path: parsePath(path, `${at}.target.path`) } : { memoryId }
}

function resultOf(storeId: StoreId, answer: MemoryAnswer): BatchAnswer {
  switch (answer.type) {
    case 'memory':
      return { type: 'memory', memory: memoryOf(storeId, answer.head) }
    case 'deleted':
      return { type: 'deleted', id: memoryOf(storeId, answer.head).id }
    case 'moved':
      return { type: 'moved', memories: answer.heads.map((head) => memoryOf(storeId, head)) }
  }
}
