import { useQuery } from '@tanstack/preact-query'
import { Link } from 'wouter-preact'
import type { WireForgetPreview } from '../../wire/forget.ts'
import { findEverywhere } from '../api/admin.ts'
import { inWords } from '../api/failure.ts'
import { sessionLink, storeLink } from '../frame/links.ts'
import { countOf } from '../parts/figures.tsx'
import { useSettled } from '../parts/settled.ts'
import { Foreign } from '../parts/visible-text.tsx'

interface ElsewhereProps {
  readonly memoryId: string
  /** The words that are erased here. */
  readonly text: string
}

const settleMs = 1_200
/** Shorter words are in nearly everything. */
const charactersMin = 4

/** Where the words are besides this memory, once somebody stopped typing. */
export function Elsewhere({ memoryId, text }: ElsewhereProps) {
  const settled = useSettled(text, settleMs)
  const isAsked = settled === text && text.length >= charactersMin
  const { data, error } = useQuery({
    queryKey: ['elsewhere', settled],
    queryFn: ({ signal }) => findEverywhere(settled, signal),
    enabled: isAsked,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  if (text.length < charactersMin) return null
  return (
    <div class="elsewhere small" role="status">
      {!isAsked || (data === undefined && error === null) ? (
        <p class="soft">Looking for these words everywhere else…</p>
      ) : data === undefined ? (
        inWords(error)
      ) : (
        <Places found={data} memoryId={memoryId} />
      )}
    </div>
  )
}

const shownMax = 5

function Places({
  found,
  memoryId,
}: {
  readonly found: WireForgetPreview
  readonly memoryId: string
}) {
  const memories = found.memories.filter(({ memory_id }) => memory_id !== memoryId)
  const owners = found.redacted.map(({ owner }) => owner)
  const sessions = [...new Set(owners.filter((owner) => owner.startsWith('sesn_')))]
  // What is kept is a webhook whose URL has the words.
  const others = owners.filter((owner) => !owner.startsWith('sesn_')).length + found.kept.length
  if (memories.length + sessions.length + others === 0) {
    return (
      <p>
        Nowhere else: no other memory has or had them, also where it was deleted or its store
        archived, and no session and no name.
      </p>
    )
  }
  return (
    <>
      <p>Elsewhere they stay, and have to go as well:</p>
      <ul>
        {memories.slice(0, shownMax).map(({ memory_store_id, memory_id, path }) => (
          <li key={memory_id}>
            memory{' '}
            <Link href={storeLink(memory_store_id, { path }, 'history')}>
              <Foreign text={path} />
            </Link>
          </li>
        ))}
        <More count={memories.length - shownMax} one="memory" many="memories" />
        {sessions.slice(0, shownMax).map((id) => (
          <li key={id}>
            what was said in session{' '}
            <Link href={sessionLink(id)}>
              <code>{id}</code>
            </Link>
          </li>
        ))}
        <More count={sessions.length - shownMax} one="session" many="sessions" />
        {others > 0 && (
          <li>{countOf(others, 'other place', 'other places')}, such as names and descriptions</li>
        )}
      </ul>
      <p>
        <code>palimpsest forget</code> erases whatever has them at once, memories as a whole.
      </p>
    </>
  )
}

interface MoreProps {
  readonly count: number
  readonly one: string
  readonly many: string
}

function More({ count, one, many }: MoreProps) {
  return count > 0 ? <li>and {countOf(count, `more ${one}`, `more ${many}`)}</li> : null
}
