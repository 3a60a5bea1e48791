import { useQuery } from '@tanstack/preact-query'
import { useSignal } from '@preact/signals'
import { diffVersions, getVersion } from '../api/history.ts'
import { Action } from '../parts/action.tsx'
import { FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { VisibleText } from '../parts/visible-text.tsx'
import { DiffView } from './diff-view.tsx'

interface VersionChangeProps {
  readonly storeId: string
  /** The version before; null shows the whole text. */
  readonly from: string | null
  readonly to: string
}

/** What one version made of another, or all of it. */
export function VersionChange({ storeId, from, to }: VersionChangeProps) {
  return from === null ? (
    <WholeText storeId={storeId} versionId={to} />
  ) : (
    <Change storeId={storeId} from={from} to={to} />
  )
}

function Change({ storeId, from, to }: VersionChangeProps & { readonly from: string }) {
  const isWide = useSignal(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['diff', storeId, from, to],
    queryFn: ({ signal }) => diffVersions(storeId, from, to, signal),
  })
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data === undefined) return <Waiting lines={8} label="Comparing" />
  const [file] = data.files
  if (file === undefined) return <p class="soft">The text is the same.</p>
  if (file.redacted) {
    return (
      <Note kind="info" icon="alert">
        One of the two texts was redacted: what changed cannot be shown.
      </Note>
    )
  }
  return (
    <>
      {file.status === 'moved' && file.hunks.length === 0 && (
        <p class="soft">It was moved; the text is the same.</p>
      )}
      {file.hunks.length > 0 && (
        <>
          <Action
            label="Side by side"
            kind="quiet"
            pressed={isWide.value}
            onClick={() => (isWide.value = !isWide.value)}
          />
          <DiffView hunks={file.hunks} isWide={isWide.value} />
        </>
      )}
    </>
  )
}

interface WholeTextProps {
  readonly storeId: string
  readonly versionId: string
}

function WholeText({ storeId, versionId }: WholeTextProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['version-text', storeId, versionId],
    queryFn: ({ signal }) => getVersion(storeId, versionId, signal),
  })
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data === undefined) return <Waiting lines={8} label="Loading the text" />
  if (data.redacted_at !== null) {
    return (
      <Note kind="info" icon="alert">
        This version was redacted: nobody can read it any more.
      </Note>
    )
  }
  if (data.content === '') return <p class="soft">It is empty.</p>
  return (
    <pre class="letters leaf" tabIndex={0} dir="auto" aria-label="Text of the version">
      <VisibleText text={data.content ?? ''} />
    </pre>
  )
}
