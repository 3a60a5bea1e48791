import { useQueryClient } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import type { WireMemory } from '../../wire/memory.ts'
import { deleteMemory, getMemory } from '../api/memories.ts'
import { useCommands } from '../frame/commands.ts'
import { copyLink } from '../frame/copy-link.ts'
import { storeLink } from '../frame/links.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { RedactAction } from '../history/redact-action.tsx'
import { Action } from '../parts/action.tsx'
import type { LiveStore } from '../store/live-store.ts'
import { directoryOf, nameOf, type Row } from '../store/rows.ts'
import { RenameMemory } from './rename-memory.tsx'
import { writeBack } from './write-back.tsx'

interface MemoryActionsProps {
  readonly live: LiveStore
  readonly row: Row
  readonly against: string | undefined
  readonly onEdit: () => void
}

export function MemoryActions({ live, row, against, onEdit }: MemoryActionsProps) {
  const [, navigate] = useLocation()
  const [isRenaming, setRenaming] = useState(false)
  const client = useQueryClient()
  const read = () =>
    client.fetchQuery<WireMemory>({
      queryKey: ['memory', live.storeId, row.id, row.versionId],
      queryFn: () => getMemory(live.storeId, row.id),
      staleTime: Number.POSITIVE_INFINITY,
    })
  const remove = async () => {
    try {
      const { content } = await read()
      await deleteMemory(live.storeId, row.id, row.sha256)
      navigate(storeLink(live.storeId, { within: directoryOf(row.path) }), { replace: true })
      live.forget(row.id)
      const back = async () => {
        await writeBack(live, row.path, content ?? '')
        navigate(storeLink(live.storeId, { path: row.path }))
      }
      say(`${nameOf(row.path)} is deleted; its history stays.`, { label: 'Undo', run: back })
    } catch (error) {
      sayFailure(error)
    }
  }
  const save = () => read().then(download, sayFailure)
  const copy = () => copyLink(storeLink(live.storeId, { path: row.path }))
  const history = (mode?: string) => storeLink(live.storeId, { path: row.path, mode }, 'history')
  const look = () => navigate(history())
  const blame = () => navigate(history('blame'))
  useCommands([
    { name: 'History of this memory', key: 'h', run: look },
    { name: 'Who wrote each line', key: 'b', run: blame },
    { name: 'Rename this memory, or move it', key: 'r', against, run: () => setRenaming(true) },
    { name: 'Delete this memory', key: 'Delete', against, run: remove },
    { name: 'Download this memory', key: 'd', run: save },
    { name: 'Copy the link to this memory', key: 'c', run: copy },
  ])
  return (
    <div class="actions">
      <Action label="Edit" icon="edit" kind="main" against={against} onClick={onEdit} />
      <Action label="Rename" against={against} onClick={() => setRenaming(true)} />
      <Action label="History" icon="history" shortcut="h" onClick={look} />
      <RedactAction
        doomed={{ storeId: live.storeId, memoryId: row.id, versionId: row.versionId }}
      />
      <Action label="Copy link" icon="link" iconOnly kind="quiet" onClick={copy} />
      <Action label="Download" icon="download" iconOnly kind="quiet" onClick={save} />
      <Action
        label="Delete"
        icon="trash"
        iconOnly
        kind="quiet"
        against={against}
        onClick={remove}
      />
      {isRenaming && <RenameMemory live={live} row={row} onClose={() => setRenaming(false)} />}
    </div>
  )
}

function download({ path, content }: WireMemory): void {
  const url = URL.createObjectURL(new Blob([content ?? ''], { type: 'text/plain;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = nameOf(path)
  link.click()
  URL.revokeObjectURL(url)
}
