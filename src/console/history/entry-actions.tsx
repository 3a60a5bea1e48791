import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireLogEntry } from '../../wire/logged.ts'
import { useCommands } from '../frame/commands.ts'
import { storeLink } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { actorId } from '../session/actor-name.tsx'
import { reasonAgainst } from '../session/identity.ts'
import { reasonAgainstWriting } from '../stores/store-actions.tsx'
import { useStore } from '../stores/store-queries.ts'
import { isText } from './timeline.tsx'
import { PlanDialog, type PlanWay } from './plan-dialog.tsx'
import { RedactDialog } from './redact-dialog.tsx'

interface EntryActionsProps {
  readonly storeId: string
  readonly entry: WireLogEntry
}

interface Planned {
  readonly title: string
  readonly ways: readonly [PlanWay, ...PlanWay[]]
}

/** What can be done about a change. */
export function EntryActions({ storeId, entry }: EntryActionsProps) {
  const { data: store } = useStore(storeId)
  const [planned, setPlanned] = useState<Planned>()
  const [isRedacting, setRedacting] = useState(false)
  const against = reasonAgainstWriting(store)
  const againstErasing = reasonAgainst('admin')
  const { path, memory_version_id: version, seq } = entry
  const isVersion = isText(entry)
  const undoOne = undoOf(entry)
  const undoAll = undoAllOf(entry)
  useCommands([
    ...(undoOne === undefined
      ? []
      : [{ name: 'Undo this change', key: 'u', against, run: () => setPlanned(undoOne) }]),
    ...(isVersion && version !== null
      ? [{ name: 'Redact', against: againstErasing, run: () => setRedacting(true) }]
      : []),
  ])
  return (
    <div class="actions spread">
      {undoOne !== undefined && (
        <Action
          label="Undo this change"
          icon="history"
          against={against}
          onClick={() => setPlanned(undoOne)}
        />
      )}
      {isVersion && version !== null && (
        <Action
          label="Restore this version"
          against={against}
          onClick={() => setPlanned(restoreOf(version))}
        />
      )}
      {undoAll !== undefined && (
        <Action label={`${undoAll.title}…`} against={against} onClick={() => setPlanned(undoAll)} />
      )}
      <Link
        class="button plain"
        href={storeLink(storeId, { at: String(seq), path: path ?? undefined }, 'moment')}
      >
        The store as of then
      </Link>
      {isVersion && version !== null && (
        <Action
          label="Redact…"
          kind="quiet"
          against={againstErasing}
          onClick={() => setRedacting(true)}
        />
      )}
      {planned !== undefined && (
        <PlanDialog storeId={storeId} {...planned} onClose={() => setPlanned(undefined)} />
      )}
      {isRedacting && version !== null && (
        <RedactDialog storeId={storeId} entry={entry} onClose={() => setRedacting(false)} />
      )}
    </div>
  )
}

/** This change alone: what was written since stays. */
function undoOf(entry: WireLogEntry): Planned | undefined {
  const { kind, created_by: who, seq } = entry
  if (!isText(entry) && (kind !== 'deleted' || entry.path === null)) return undefined
  const title = 'Undo this change'
  if (who === null) {
    const { previous_version_id: previous } = entry
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
    title: who.type === 'session_actor' ? 'Undo the whole session' : 'Undo all by this writer',
    ways: [
      { label: 'Everything it wrote in this store', undo: { type: 'revert', body: { actor } } },
      {
        label: 'What it wrote from this change on',
        undo: { type: 'revert', body: { actor, since_seq: seq } },
      },
    ],
  }
}
