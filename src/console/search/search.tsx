import { useInfiniteQuery } from '@tanstack/preact-query'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireSearchHit } from '../../wire/search.ts'
import { searchTexts } from '../api/search.ts'
import { useCommands } from '../frame/commands.ts'
import { copyLink } from '../frame/copy-link.ts'
import { searchLink, storeLink } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { Ago, formatCount } from '../parts/figures.tsx'
import { Empty, FailureNote, Waiting } from '../parts/notes.tsx'
import { focusSearch, SearchField } from '../parts/search-field.tsx'
import { useTold } from '../parts/settled.ts'
import { Foreign, visible } from '../parts/visible-text.tsx'
import { ActorName } from '../session/actor-name.tsx'
import { useStores } from '../stores/store-queries.ts'
import { markRanges } from './marked.ts'
import { useWords } from './words.ts'

const settleMs = 250

interface SearchProps {
  /** Undefined: all stores. */
  readonly storeId: string | undefined
}

/** A field, and the memories whose text has what stands in it. */
export function Search({ storeId }: SearchProps) {
  const [query, keep] = useWords(storeId)
  const [text, setText] = useTold({ known: query, tell: keep, milliseconds: settleMs })
  useLayoutEffect(() => focusSearch('texts'), [])
  useCommands([{ name: 'Search for other words', key: '/', run: () => focusSearch('texts') }])
  return (
    <>
      <div class="tools">
        <SearchField label="Words in the texts" name="texts" value={text} onInput={setText} />
        {query.trim() !== '' && (
          <Action
            label="Copy link"
            icon="link"
            kind="quiet"
            onClick={() => copyLink(searchLink(query, storeId))}
          />
        )}
      </div>
      <p class="soft small">
        All words must be there. <code>"next to each other"</code>, <code>begin*</code>,{' '}
        <code>-without</code>
      </p>
      <p class="soft small search-scope">
        Looks through what the memories of {storeId === undefined ? 'all stores' : 'this store'} say
        now, not through old versions and not through sessions. The words stay out of the address;
        only a link that you copy has them.
      </p>
      {query.trim() === '' ? (
        <Empty icon="search" title="What are you looking for?" />
      ) : (
        <Hits storeId={storeId} query={query} />
      )}
    </>
  )
}

interface HitsProps extends SearchProps {
  readonly query: string
}

function Hits({ storeId, query }: HitsProps) {
  const found = useInfiniteQuery({
    queryKey: ['search', storeId, query],
    queryFn: ({ pageParam, signal }) =>
      searchTexts({ storeId, query }, { page: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_page: next }) => next ?? undefined,
    staleTime: 0,
    retry: false,
  })
  const { data, error, hasNextPage, isFetching, fetchNextPage } = found
  const hits = data?.pages.flatMap((page) => page.data) ?? []
  // A page without hits says only that the search took its time.
  const isEmptyPage = hits.length === 0 && hasNextPage && !isFetching && error === null
  useEffect(() => {
    if (isEmptyPage) void fetchNextPage()
  }, [isEmptyPage])
  if (error !== null) return <FailureNote error={error} />
  if (data === undefined || (hits.length === 0 && hasNextPage)) {
    return <Waiting lines={6} label="Searching" />
  }
  if (hits.length === 0) return <Empty icon="search" title="No text has all of this" />
  return (
    <>
      <p class="soft small" role="status">
        {formatCount(hits.length)}
        {hasNextPage && ' or more'} {hits.length === 1 ? 'memory' : 'memories'}
      </p>
      <ol class="entries leaf">
        {hits.map((hit) => (
          <Hit key={hit.memory_id} hit={hit} query={query} showsStore={storeId === undefined} />
        ))}
      </ol>
      {hasNextPage && (
        <Action label="Show more" busy={isFetching} onClick={() => fetchNextPage()} />
      )}
    </>
  )
}

interface HitProps {
  readonly hit: WireSearchHit
  readonly query: string
  readonly showsStore: boolean
}

function Hit({ hit, query, showsStore }: HitProps) {
  const { memory_store_id: storeId, path, snippet } = hit
  return (
    <li class="hit">
      <h2 class="hit-path">
        <Link href={storeLink(storeId, { path })} state={{ words: query }}>
          <Foreign text={path} />
        </Link>
      </h2>
      <p class="hit-text">
        <bdi>
          {markRanges(snippet.text, snippet.ranges).map(({ text, isFound }) =>
            isFound ? <mark>{visible(text)}</mark> : visible(text),
          )}
        </bdi>
      </p>
      <p class="soft small row-facts">
        {showsStore && <StoreName id={storeId} />}
        <span class="number">line {formatCount(snippet.line_number)}</span>
        <span>
          memory last changed <Ago time={hit.updated_at} /> by <ActorName actor={hit.created_by} />
        </span>
      </p>
    </li>
  )
}

function StoreName({ id }: { readonly id: string }) {
  const { data } = useStores()
  const name = data?.find((store) => store.id === id)?.name ?? id
  return (
    <span>
      in <Foreign text={name} />
    </span>
  )
}
