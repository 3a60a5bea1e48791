import type { ImportOperation } from '../../api/transfer.ts'
import { permitStore, provenance, type Provenance } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { parseClaim } from '../../domain/memory/claim.ts'
import type { MemoryCommand } from '../../domain/memory/command.ts'
import { parseContent } from '../../domain/memory/content.ts'
import { parseDirectory, parsePath } from '../../domain/memory/path.ts'
import { parseKeptReason } from '../../domain/reason.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { UseCase } from '../app.ts'
import { whole } from '../changes/feed.ts'
import { given, scopeOf } from '../found.ts'
import { redact } from '../versions/redaction.ts'

const operationsMax = 1_000

export const importHistory: UseCase<'importHistory'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'admin')
  const { operations } = input
  if (operations.length < 1 || operations.length > operationsMax) {
    throw invalid('operations', `must have 1 to ${operationsMax} entries`)
  }
  const range = { field: 'expected_seq', min: 0, max: Number.MAX_SAFE_INTEGER }
  const expectedSeq = whole(input.expectedSeq, range)
  const by: Provenance = { ...provenance(caller), door: 'import' }
  const context = { ...scope, by }
  const redaction = operations.find((operation) => operation.type === 'redact')
  if (redaction === undefined) {
    const commands = operations.map((operation, index) => commandOf(context, operation, index))
    const batch = { type: 'batch', ...context, commands, expectedSeq } as const
    return { seq: (await storage.commit(batch)).seq }
  }
  if (operations.length > 1) {
    throw invalid('operations', 'a redaction must be the only operation of its import')
  }
  const claimed = parseClaim(redaction.claimed, 'operations[0].claimed')
  const field = 'operations[0].reason'
  const reason = given(redaction.reason, (text) => parseKeptReason(text, field))
  const { versionId } = redaction
  const redacted = { scope, versionId, by: { ...by, claimed }, reason }
  const found = await redact(storage, redacted, field)
  const usage = await storage.view.usage(scope)
  return { seq: usage?.seq ?? found.seq }
}

function commandOf(
  context: StoreScope & { readonly by: Provenance },
  operation: ImportOperation,
  index: number,
): MemoryCommand {
  const field = `operations[${index}]`
  const claimedBy = (input: unknown): Provenance => ({
    ...context.by,
    claimed: parseClaim(input, `${field}.claimed`),
  })
  switch (operation.type) {
    case 'create': {
      const path = parsePath(operation.path, `${field}.path`)
      const content = parseContent(operation.content, `${field}.content`)
      const by = claimedBy(operation.claimed)
      return { type: 'create_memory', ...context, by, path, content }
    }
    case 'update':
      return {
        type: 'update_memory',
        ...context,
        by: claimedBy(operation.claimed),
        target: { path: parsePath(operation.at, `${field}.at`) },
        content: given(operation.content, (text) => parseContent(text, `${field}.content`)),
        path: given(operation.path, (path) => parsePath(path, `${field}.path`)),
        expected: undefined,
      }
    case 'delete': {
      const target = { path: parsePath(operation.at, `${field}.at`) }
      const by = claimedBy(operation.claimed)
      return { type: 'delete_memory', ...context, by, target, expected: undefined }
    }
    case 'move': {
      const from = parseDirectory(operation.from, `${field}.from`)
      const to = parseDirectory(operation.to, `${field}.to`)
      const claims = operation.claims.map((claim) => parseClaim(claim, `${field}.claims`))
      return { type: 'move_tree', ...context, from, to, claims }
    }
    case 'redact':
      throw invalid(field, 'a redaction must be the only operation of its import')
  }
}
