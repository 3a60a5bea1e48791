import { useQuery } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { Link, useLocation } from 'wouter-preact'
import type { WireActor } from '../../wire/actor.ts'
import type { WireLogEntry } from '../../wire/logged.ts'
import { isGone } from '../api/failure.ts'
import { getMemory } from '../api/memories.ts'
import { useCommands } from '../frame/commands.ts'
import { storeLink } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { actorId } from '../session/actor-name.tsx'
import { reasonAgainstWriting } from '../stores/store-actions.tsx'
import { useStore } from '../stores/store-queries.ts'
import { isText } from './timeline.tsx'
import { PlanDialog, type PlanWay } from './plan-dialog.tsx'
import { RedactAction } from './redact-action.tsx'

interface EntryActionsProps {
  readonly storeId: string
  readonly entry: WireLogEntry
  /** Shows the version that an undo or a restore wrote. */
  readonly onWritten: (versionId: string) => void
}

interface Planned {
  readonly title: string
  readonly by?: WireActor
  readonly ways: readonly [PlanWay, ...PlanWay[]]
}

/** What can be done about a change. */
export function EntryActions({ storeId, entry, onWritten }: EntryActionsProps) {
  const { data: store } = useStore(storeId)
  const [planned, setPlanned] = useState<Planned>()
  const against = reasonAgainstWriting(store)
  const { path, memory_id: memoryId, memory_version_id: version, seq } = entry
  const isVersion = isText(entry)
  const undoOne = undoOf(entry)
  const undoAll = undoAllOf(entry)
  useCommands(
    undoOne === undefined
      ? []
      : [{ name: 'Undo this change', key: 'u', against, run: () => setPlanned(undoOne) }],
  )
  return (
    <div class="actions spread">
      <EditNow storeId={storeId} memoryId={memoryId} against={against} />
      {undoOne !== undefined && (
        <Action
          label="Undo this change…"
          icon="history"
          against={against}
          onClick={() => setPlanned(undoOne)}
        />
      )}
      {isVersion && version !== null && (
        <Action
          label="Restore this version…"
          against={against}
          onClick={() => setPlanned(restoreOf(version))}
        />
      )}
      {undoAll !== undefined && (
        <Action
          label={`${undoAll.title}…`}
          kind="quiet"
          against={against}
          onClick={() => setPlanned(undoAll)}
        />
      )}
      <Link
        class="button quiet"
        href={storeLink(storeId, { at: String(seq), path: path ?? undefined }, 'moment')}
      >
        As it was then
      </Link>
      {isVersion && version !== null && memoryId !== null && (
        <RedactAction doomed={{ storeId, memoryId, versionId: version }} />
      )}
      {planned !== undefined && (
        <PlanDialog
          storeId={storeId}
          {...planned}
          onClose={() => setPlanned(undefined)}
          onDone={({ changes }) => {
            const same = changes.find((change) => change.memory_id === memoryId) ?? changes[0]
            if (same?.memory_version_id) onWritten(same.memory_version_id)
          }}
        />
      )}
    </div>
  )
}

interface EditProps {
  readonly storeId: string
  readonly memoryId: string | null
  readonly against: string | undefined
}

/** Leads to the editor, wherever the memory is by now. It has its place before that is known. */
function EditNow({ storeId, memoryId, against }: EditProps) {
  const [, navigate] = useLocation()
  const { data, error } = useQuery({
    queryKey: ['memory-path', storeId, memoryId],
    queryFn: async ({ signal }) => (await getMemory(storeId, memoryId ?? '', signal)).path,
    enabled: memoryId !== null,
    retry: false,
  })
  if (memoryId === null) return null
  const where = isGone(error) ? 'The memory was deleted.' : 'It is not known yet where it is now.'
  const reason = against ?? (data === undefined || isGone(error) ? where : undefined)
  const edit = () => navigate(storeLink(storeId, { path: data, mode: 'edit' }))
  return <Action label="Edit today's text" icon="edit" against={reason} onClick={edit} />
}

/** This change alone: what was written since stays. */
function undoOf(entry: WireLogEntry): Planned | undefined {
  const { kind, created_by: who, seq } = entry
  const { memory_version_id: version, previous_version_id: previous } = entry
  const isUndone = isText(entry) || (kind === 'deleted' && entry.path !== null)
  if (!isUndone || version === null) return undefined
  const title = 'Undo this change'
  if (who === null) {
    if (previous === null) return undefined
    return { title, ways: [{ undo: { type: 'restore', body: { version_id: previous } } }] }
  }
  const body = { actor: actorId(who), since_seq: seq, until_seq: seq }
  return { title, ways: [{ undo: { type: 'revert', body } }] }
}

function restoreOf(version: string): Planned {
  const undo = { type: 'restore', body: { version_id: version } } as const
  return { title: 'Restore this version', ways: [{ undo }] }
}

function undoAllOf({ created_by: who, seq }: WireLogEntry): Planned | undefined {
  if (who === null) return undefined
  const actor = actorId(who)
  return {
    title: who.type === 'session_actor' ? 'Undo what the session wrote' : 'Undo all by this writer',
    by: who,
    ways: [
      { label: 'Everything it wrote in this store', undo: { type: 'revert', body: { actor } } },
      {
        label: 'What it wrote from this change on',
        undo: { type: 'revert', body: { actor, since_seq: seq } },
      },
    ],
  }
}
