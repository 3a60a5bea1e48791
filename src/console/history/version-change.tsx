import type { ComponentChildren } from 'preact'
import { signal } from '@preact/signals'
import { useQuery } from '@tanstack/preact-query'
import type { WireDiff } from '../../wire/diff.ts'
import { diffVersions, getVersion } from '../api/history.ts'
import { Action } from '../parts/action.tsx'
import { FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { VisibleText } from '../parts/visible-text.tsx'
import { DiffView } from './diff-view.tsx'
import { placesOf, type Hunk } from './sides.ts'

interface VersionChangeProps {
  readonly storeId: string
  /** The version before; null shows the whole text. */
  readonly from: string | null
  readonly to: string
  /** What can be done about one of several changed places. */
  readonly actionOf?: ((hunk: Hunk) => ComponentChildren) | undefined
}

/** What one version made of another, or all of it. */
export function VersionChange({ storeId, from, to, actionOf }: VersionChangeProps) {
  return from === null ? (
    <WholeText storeId={storeId} versionId={to} />
  ) : (
    <Change storeId={storeId} from={from} to={to} actionOf={actionOf} />
  )
}

function Change({ storeId, from, to, actionOf }: VersionChangeProps & { readonly from: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['diff', storeId, from, to],
    queryFn: ({ signal }) => diffVersions(storeId, { from, to }, signal),
  })
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data === undefined) return <Waiting lines={8} label="Comparing" />
  return <FileChange file={data.files[0]} actionOf={actionOf} />
}

/** How somebody likes to compare; it stays from one change to the next. */
const isWide = signal(false)

interface FileChangeProps {
  /** Undefined: nothing is different. */
  readonly file: WireDiff['files'][number] | undefined
  readonly actionOf?: VersionChangeProps['actionOf']
}

export function FileChange({ file, actionOf }: FileChangeProps) {
  if (file === undefined) return <p class="soft">The text is the same.</p>
  if (file.redacted) {
    return (
      <Note kind="info" icon="alert">
        One of the two texts was redacted: what changed cannot be shown.
      </Note>
    )
  }
  if (file.hunks.length === 0) {
    return (
      <p class="soft">
        {file.status === 'moved' ? 'It was moved; the text is the same.' : 'The text is empty.'}
      </p>
    )
  }
  const hunks = actionOf === undefined ? file.hunks : file.hunks.flatMap(placesOf)
  return <Hunks hunks={hunks} actionOf={actionOf} />
}

interface HunksProps {
  readonly hunks: readonly Hunk[]
  readonly actionOf?: VersionChangeProps['actionOf']
}

/** Changed lines, one under the other or beside each other. */
export function Hunks({ hunks, actionOf }: HunksProps) {
  return (
    <>
      <div class="views" role="group" aria-label="How both are compared">
        <Action
          label="Inline"
          kind="quiet"
          pressed={!isWide.value}
          onClick={() => (isWide.value = false)}
        />
        <Action
          label="Side by side"
          kind="quiet"
          pressed={isWide.value}
          onClick={() => (isWide.value = true)}
        />
      </div>
      <DiffView hunks={hunks} isWide={isWide.value} actionOf={actionOf} />
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
