import { useMemo, useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import { useCommands } from '../frame/commands.ts'
import { searchPage } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { countOf, formatCount } from '../parts/figures.tsx'
import { Empty } from '../parts/notes.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { useFolds } from './folds.ts'
import type { LiveStore } from './live-store.ts'
import { PathList } from './path-list.tsx'
import { filterRows, orderRows, sorts, type Row, type Sort } from './rows.ts'
import { treeLines, type TreeLine } from './tree.ts'

interface MemoryIndexProps {
  readonly live: LiveStore
  /** A memory's path, or a directory with "/" behind it. */
  readonly chosen: string | undefined
  readonly against: string | undefined
  readonly onChoose: (path: string) => void
  readonly onNew: () => void
}

const sortNames = { path: 'By path', changed: 'Last changed', size: 'Largest' } as const

/** All memories of the store as a tree, or as a list when one looks for something. */
export function MemoryIndex({ live, chosen, against, onChoose, onNew }: MemoryIndexProps) {
  const [text, setText] = useState('')
  const [sort, setSort] = useState<Sort>('path')
  const rows = live.rows.value
  const isTree = text.trim() === '' && sort === 'path'
  const folds = useFolds(chosen, rows.length)
  const lines = useMemo(
    () => (isTree ? treeLines(rows, folds.isOpen) : listLines(live, text, sort)),
    [rows, isTree, text, sort, folds.state],
  )
  const step = (by: number) => {
    const next = neighbour(isTree ? rows : lines.flatMap(({ row }) => row ?? []), chosen, by)
    if (next !== undefined) onChoose(next.path)
  }
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setText('')
    if (!['ArrowDown', 'Enter', 'Escape'].includes(event.key)) return
    event.preventDefault()
    if (event.key === 'Enter' && lines[0]?.row !== undefined) onChoose(lines[0].path)
    document.querySelector<HTMLElement>('.rows')?.focus()
  }
  useCommands([
    { name: 'Next memory', key: 'j', run: () => step(1) },
    { name: 'Previous memory', key: 'k', run: () => step(-1) },
  ])
  return (
    <nav class="index" aria-label="Memories">
      <div class="index-tools">
        <SearchField
          label="Filter by path"
          name="paths"
          value={text}
          onInput={setText}
          onKeyDown={onSearchKey}
        />
        <Action
          label="New memory"
          icon="plus"
          iconOnly
          kind="quiet"
          against={against}
          onClick={onNew}
        />
      </div>
      <IndexLine
        says={inWords(text, lines.length, rows.length)}
        isComplete={live.isComplete.value}
        sort={sort}
        onSort={setSort}
      />
      {text.trim() !== '' && <SearchTexts storeId={live.storeId} text={text.trim()} />}
      {lines.length === 0 ? (
        <Empty
          icon="file"
          title={rows.length === 0 ? 'Nothing is remembered here yet' : 'No path matches'}
        />
      ) : (
        <PathList
          lines={lines}
          isTree={isTree}
          chosen={chosen}
          recent={live.recent.value}
          onChoose={onChoose}
          onFold={folds.fold}
        />
      )}
    </nav>
  )
}

interface SearchTextsProps {
  readonly storeId: string
  readonly text: string
}

/** Paths are looked through here, texts on a page of their own. */
function SearchTexts({ storeId, text }: SearchTextsProps) {
  return (
    <p class="index-search small">
      <Link href={searchPage(storeId)} state={{ words: text }}>
        Search the texts for “<Foreign text={text} />”
      </Link>
    </p>
  )
}

function inWords(text: string, found: number, total: number): string {
  if (text === '') return countOf(total, 'memory', 'memories')
  return `${formatCount(found)} of ${formatCount(total)} match`
}

function neighbour(rows: readonly Row[], path: string | undefined, by: number): Row | undefined {
  const at = rows.findIndex((row) => row.path === path)
  return rows[Math.max(0, Math.min(rows.length - 1, at + by))]
}

interface IndexLineProps {
  readonly says: string
  readonly isComplete: boolean
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
}

function IndexLine({ says, isComplete, sort, onSort }: IndexLineProps) {
  return (
    <div class="index-line small">
      <span role="status" class="soft">
        {says}
        {!isComplete && ' so far'}
      </span>
      <select
        class="select"
        aria-label="Order"
        value={sort}
        onChange={(event) => onSort(event.currentTarget.value as Sort)}
      >
        {sorts.map((one) => (
          <option key={one} value={one}>
            {sortNames[one]}
          </option>
        ))}
      </select>
    </div>
  )
}

function listLines(live: LiveStore, text: string, sort: Sort): readonly TreeLine[] {
  const found = orderRows(filterRows(live.rows.value, text), sort)
  return found.map((row, index) => ({
    name: row.path,
    path: row.path,
    depth: 0,
    position: index + 1,
    siblings: found.length,
    row,
    count: 1,
    isOpen: false,
  }))
}
