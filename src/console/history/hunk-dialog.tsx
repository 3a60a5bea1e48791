import { useQuery, useQueryClient } from '@tanstack/preact-query'
import { useMemo } from 'preact/hooks'
import { isGone, isOutrun } from '../api/failure.ts'
import { getVersion } from '../api/history.ts'
import { getMemory, updateMemory } from '../api/memories.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { forgetHistory } from './follow.ts'
import { diffLines } from './line-diff.ts'
import type { Hunk } from './sides.ts'
import { Hunks } from './version-change.tsx'
import { withoutHunk } from './without-hunk.ts'

interface HunkDialogProps {
  readonly storeId: string
  readonly memoryId: string
  /** The version that the change made. */
  readonly versionId: string
  readonly hunk: Hunk
  readonly onClose: () => void
  readonly onWritten: (versionId: string) => void
}

/** Takes one place of a change out of what the memory says now. */
export function HunkDialog(props: HunkDialogProps) {
  const { storeId, memoryId, versionId, hunk, onClose } = props
  const { data, error, refetch } = useQuery({
    queryKey: ['without-hunk', storeId, memoryId, versionId],
    queryFn: ({ signal }) =>
      Promise.all([
        getMemory(storeId, memoryId, signal),
        getVersion(storeId, versionId, signal),
      ] as const),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const [memory, version] = data ?? []
  const now = memory?.content ?? ''
  const text = useMemo(
    () => (version === undefined ? undefined : withoutHunk(version.content ?? '', now, hunk)),
    [version, now, hunk],
  )
  const save = useSave(props, refetch)
  return (
    <Dialog title="Undo these lines" onClose={onClose} wide>
      {isGone(error) ? (
        <p>The memory was deleted.</p>
      ) : (
        error !== null && <FailureNote error={error} onRetry={refetch} />
      )}
      {data === undefined && error === null && <Waiting lines={5} label="Comparing" />}
      {data !== undefined && text === undefined && (
        <Note kind="warn" icon="alert">
          Others changed the same lines since. Edit the memory to bring both together.
        </Note>
      )}
      {text !== undefined && (
        <>
          <p>From what it says now to what is saved, as a new version. All else stays.</p>
          {text === now ? <p class="soft">It says this already.</p> : null}
          <Hunks hunks={diffLines(now, text)} />
        </>
      )}
      <div class="dialog-foot stays">
        <Action label="Leave it as it is" onClick={onClose} />
        <Action
          label="Undo these lines"
          kind="main"
          against={text === undefined || text === now ? 'There is nothing to change.' : undefined}
          onClick={() =>
            memory !== undefined && text !== undefined && save(text, memory.content_sha256)
          }
        />
      </div>
    </Dialog>
  )
}

function useSave(
  { storeId, memoryId, onClose, onWritten }: HunkDialogProps,
  onOutrun: () => unknown,
) {
  const client = useQueryClient()
  return async (content: string, expected: string) => {
    try {
      const { memory_version_id: saved } = await updateMemory(storeId, memoryId, {
        content,
        expected,
      })
      await forgetHistory(client, storeId)
      say('Saved. Undo it like any change.')
      onClose()
      onWritten(saved)
    } catch (problem) {
      sayFailure(isOutrun(problem) ? new Error(outrun) : problem)
      void onOutrun()
    }
  }
}

const outrun = 'Somebody wrote in the meantime, so nothing was done.'
