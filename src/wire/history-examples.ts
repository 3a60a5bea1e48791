import type { WireBlame } from './blame.ts'
import type { WireDiff } from './diff.ts'
import type { WireLogEntry } from './logged.ts'
import type { WireMemory } from './memory.ts'
import type { WireMomentReport } from './moment.ts'
import type { WirePlan } from './plan.ts'

const storeId = 'memstore_018EeWyXxfu5pfWkrYcMdjWG'
const memoryId = 'mem_011CZkZaBF1tNoB5wlCeusgy'
const versionId = 'memver_011CZkZaBF1tNoB5wlCeusgz'
const sessionId = 'sesn_011CZkZaBF1tNoB5wlCeusgs'
const path = '/notes/greeting.md'
const then = '2026-11-20T08:00:00.000Z'
const sha256 = '185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969'
const requestId = 'req_018EeWyXxfu5pfWkrYcMdjWG'

export const exampleMemoryThen: WireMemory = {
  id: memoryId,
  content_sha256: sha256,
  content_size_bytes: 5,
  created_at: then,
  memory_store_id: storeId,
  memory_version_id: versionId,
  path,
  type: 'memory',
  updated_at: then,
  content: null,
}

export const exampleMoment: WireMomentReport = {
  type: 'memory_store_moment',
  memory_store_id: storeId,
  seq: 2,
  at: then,
  is_complete: true,
  history_from: 1,
  history_from_at: '2026-11-20T07:59:00.000Z',
  head_seq: 5,
  head_at: '2026-11-20T09:00:00.000Z',
}

export const exampleLogEntry: WireLogEntry = {
  seq: 2,
  kind: 'created',
  type: 'memory_store_change',
  content_sha256: sha256,
  content_size_bytes: 5,
  created_at: then,
  created_by: { session_id: sessionId, type: 'session_actor' },
  door: 'agent',
  memory_id: memoryId,
  memory_store_id: storeId,
  memory_version_id: versionId,
  path,
  previous_path: null,
  request_id: requestId,
  previous_version_id: null,
}

export const exampleBlame: WireBlame = {
  type: 'blame',
  memory_store_id: storeId,
  memory_id: memoryId,
  path,
  memory_version_id: versionId,
  seq: 2,
  ranges: [
    {
      start_line: 1,
      lines: ['Hello'],
      memory_version_id: versionId,
      seq: 2,
      created_at: then,
      created_by: { session_id: sessionId, type: 'session_actor' },
      door: 'agent',
      request_id: requestId,
      redacted: false,
      boundary: false,
    },
  ],
}

export const exampleDiff: WireDiff = {
  type: 'diff',
  memory_store_id: storeId,
  to_memory_store_id: null,
  files: [
    {
      status: 'added',
      path,
      previous_path: null,
      memory_id: memoryId,
      from_version_id: null,
      to_version_id: versionId,
      redacted: false,
      hunks: [
        {
          old_start: 0,
          old_lines: 0,
          new_start: 1,
          new_lines: 1,
          lines: [{ op: 'add', text: 'Hello', no_newline: true }],
        },
      ],
    },
  ],
  unified:
    'diff --git a/notes/greeting.md b/notes/greeting.md\nnew file mode 100644\n--- /dev/null\n+++ b/notes/greeting.md\n@@ -0,0 +1 @@\n+Hello\n\\ No newline at end of file\n',
  next_page: null,
}

export const exampleRestore: WirePlan = {
  type: 'restore',
  memory_store_id: storeId,
  dry_run: true,
  seq: 5,
  moment: { seq: 2, at: then },
  changes: [
    {
      action: 'revive',
      memory_id: memoryId,
      path,
      previous_path: null,
      memory_version_id: null,
      from_version_id: versionId,
      content_size_bytes: 5,
      content: null,
    },
  ],
  unchanged: 0,
  conflicts: [],
}

export const exampleRevert: WirePlan = {
  ...exampleRestore,
  type: 'revert',
  dry_run: false,
  seq: 6,
  moment: null,
  changes: [
    {
      action: 'delete',
      memory_id: memoryId,
      path,
      previous_path: null,
      memory_version_id: 'memver_011CZkZaBF1tNoB5wmDfvthA',
      from_version_id: null,
      content_size_bytes: null,
      content: null,
    },
  ],
}
