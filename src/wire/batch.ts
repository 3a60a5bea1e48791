import type { BatchAnswer, BatchOperation, BatchResult, BatchTarget } from '../api.ts'
import { unreachable } from '../domain/assert.ts'
import { encodeDeletedMemory, type WireDeletedMemory } from './deleted.ts'
import { expectObject } from './json.ts'
import { contentSchema, decodeMemory, encodeMemory, pathSchema, type WireMemory } from './memory.ts'
import {
  moveFields,
  operationSchema,
  operationsSchema,
  stays,
  type WireOperation,
} from './operation.ts'
import { preconditionSchema, precondition, expectedOf } from './precondition.ts'
import { count, literal, object, ref, sha256Schema, string, type Schema } from './schema.ts'

export interface WireMoved {
  data: WireMemory[]
  type: 'memories_moved'
}

export type WireBatchAnswer = WireMemory | WireDeletedMemory | WireMoved

export interface WireBatchResult {
  data: WireBatchAnswer[]
  seq: number
}

/** The operations of a body whose shape was checked. */
export function decodeOperations(operations: unknown): BatchOperation[] {
  return (operations as WireOperation[]).map(decodeOperation)
}

function decodeOperation(wire: WireOperation): BatchOperation {
  const type = wire['type'] as BatchOperation['type']
  switch (type) {
    case 'create':
      return { type: 'create', path: wire['path'], content: wire['content'] }
    case 'update':
      return {
        type: 'update',
        target: decodeTarget(wire['target']),
        content: wire['content'],
        path: wire['path'],
        expectedSha256: expectedOf(wire['precondition']),
      }
    case 'delete':
      return {
        type: 'delete',
        target: decodeTarget(wire['target']),
        expectedSha256: wire['expected_content_sha256'] ?? undefined,
      }
    case 'move':
      return { type: 'move', from: wire['from'], to: wire['to'] }
    default:
      return unreachable(type)
  }
}

function decodeTarget(target: unknown): BatchTarget {
  const wire = target as { memory_id?: string; path?: string }
  return { memoryId: wire.memory_id, path: wire.path }
}

export function encodeOperation(operation: BatchOperation): WireOperation {
  switch (operation.type) {
    case 'create':
    case 'move':
      return { ...operation }
    case 'update':
      return {
        type: 'update',
        target: encodeTarget(operation.target),
        content: operation.content,
        path: operation.path,
        precondition: precondition(operation.expectedSha256),
      }
    case 'delete':
      return {
        type: 'delete',
        target: encodeTarget(operation.target),
        expected_content_sha256: operation.expectedSha256,
      }
    default:
      return unreachable(operation)
  }
}

function encodeTarget(target: BatchTarget): WireOperation {
  return { memory_id: target.memoryId, path: target.path }
}

export function encodeBatchResult(result: BatchResult): WireBatchResult {
  return { data: result.results.map(encodeBatchAnswer), seq: result.seq }
}

function encodeBatchAnswer(answer: BatchAnswer): WireBatchAnswer {
  switch (answer.type) {
    case 'memory':
      return encodeMemory(answer.memory)
    case 'deleted':
      return encodeDeletedMemory(answer)
    case 'moved':
      return { data: answer.memories.map(encodeMemory), type: 'memories_moved' }
    default:
      return unreachable(answer)
  }
}

export function decodeBatchResult(json: unknown): BatchResult {
  const wire = expectObject(json) as WireBatchResult
  return { results: wire.data.map(decodeBatchAnswer), seq: wire.seq }
}

function decodeBatchAnswer(wire: WireBatchAnswer): BatchAnswer {
  switch (wire.type) {
    case 'memory':
      return { type: 'memory', memory: decodeMemory(wire) }
    case 'memory_deleted':
      return { type: 'deleted', id: wire.id }
    case 'memories_moved':
      return { type: 'moved', memories: wire.data.map(decodeMemory) }
    default:
      return unreachable(wire)
  }
}

const targetSchema: Schema = {
  type: 'object',
  description: 'A memory by exactly one of its id and the path it lives at by then.',
  properties: {
    memory_id: string('The id of the memory.'),
    path: string('The path of the memory.'),
  },
  additionalProperties: false,
}

export const batchBodySchema: Schema = {
  type: 'object',
  properties: {
    operations: operationsSchema([
      operationSchema('create', { path: pathSchema, content: contentSchema }, ['path', 'content']),
      operationSchema(
        'update',
        {
          target: targetSchema,
          content: stays('The new content.'),
          path: stays('The new path.'),
          precondition: preconditionSchema,
        },
        ['target'],
      ),
      operationSchema(
        'delete',
        {
          target: targetSchema,
          expected_content_sha256: {
            ...sha256Schema,
            description: 'Delete only if this is the hash of the current content.',
          },
        },
        ['target'],
      ),
      operationSchema('move', moveFields, ['from', 'to']),
    ]),
  },
  required: ['operations'],
  additionalProperties: false,
}

export const batchResultSchema: Schema = object({
  data: {
    type: 'array',
    description: 'One for each operation.',
    items: {
      oneOf: [
        ref('Memory'),
        ref('DeletedMemory'),
        object({
          data: { type: 'array', items: ref('Memory'), description: 'What moved.' },
          type: literal('memories_moved'),
        }),
      ],
    },
  },
  seq: { ...count, description: "The store's sequence after the batch." },
})
