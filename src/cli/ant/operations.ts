import { agentOperations } from './agent-operations.ts'
import { environmentOperations } from './environment-operations.ts'
import { eventOperations } from './event-operations.ts'
import { memoryOperations } from './memory-operations.ts'
import type { Operation } from './operation.ts'
import { sessionOperations } from './session-operations.ts'

/** The whole grammar: parsing, requests, help and completion read this table. */
export const operations: readonly Operation[] = [
  ...memoryOperations,
  ...agentOperations,
  ...environmentOperations,
  ...sessionOperations,
  ...eventOperations,
]

/** The resources, in the order of the table. */
export const groups: readonly string[] = [...new Set(operations.map(({ group }) => group))]
