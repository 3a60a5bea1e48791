import { useEffect, useState } from 'preact/hooks'
import type { WireChange } from '../../wire/change.ts'
import { formatAgo, formatBytes, formatCount } from '../parts/figures.tsx'
import { Icon } from '../parts/icon.tsx'
import { VirtualRows } from '../parts/virtual-rows.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import type { TreeLine } from './tree.ts'

interface PathListProps {
  readonly lines: readonly TreeLine[]
  /** Whether directories fold; else it is a flat list of paths. */
  readonly isTree: boolean
  readonly chosen: string | undefined
  readonly recent: ReadonlyMap<string, WireChange>
  readonly onChoose: (path: string) => void
  readonly onFold: (path: string, open: boolean) => void
}

/**
 * The lines of a tree or list, of which only those in view are rendered. The list itself has the
 * focus and says which line is current, as the pattern for trees has it.
 */
export function PathList(props: PathListProps) {
  const { lines, isTree, chosen, recent, onChoose, onFold } = props
  const [cursor, setCursor] = useState(chosen)
  useEffect(() => setCursor(chosen), [chosen])
  const current = lines.findIndex(({ path }) => path === cursor)
  const move = (to: number) => {
    const line = lines[Math.max(0, Math.min(lines.length - 1, to))]
    if (line !== undefined) setCursor(line.path)
  }
  const choose = (line: TreeLine | undefined) => {
    if (line === undefined) return
    setCursor(line.path)
    if (line.row === undefined) onFold(line.path, !line.isOpen)
    onChoose(line.path)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const act = keys[event.key]
    if (act === undefined) return
    event.preventDefault()
    act({ lines, current, move, choose, fold: onFold })
  }
  return (
    <VirtualRows
      count={lines.length}
      current={current}
      attributes={{
        role: isTree ? 'tree' : 'listbox',
        'aria-label': isTree ? 'Tree of memories' : 'List of memories',
        'aria-activedescendant': current === -1 ? undefined : `line-${current}`,
        tabIndex: 0,
        onKeyDown,
        onFocus: () => {
          if (current === -1) move(0)
        },
      }}
      renderRow={(index) => {
        const line = lines[index]
        if (line === undefined) return null
        return (
          <PathLine
            id={`line-${index}`}
            line={line}
            isTree={isTree}
            isChosen={line.path === chosen}
            isCurrent={index === current}
            change={line.row === undefined ? undefined : recent.get(line.row.id)}
            onClick={() => choose(line)}
          />
        )
      }}
    />
  )
}

interface Cursor {
  readonly lines: readonly TreeLine[]
  readonly current: number
  readonly move: (to: number) => void
  readonly choose: (line: TreeLine | undefined) => void
  readonly fold: (path: string, open: boolean) => void
}

const pageLines = 15

const keys: Readonly<Record<string, (cursor: Cursor) => void>> = {
  ArrowDown: ({ current, move }) => move(current + 1),
  ArrowUp: ({ current, move }) => move(current - 1),
  PageDown: ({ current, move }) => move(current + pageLines),
  PageUp: ({ current, move }) => move(current - pageLines),
  Home: ({ move }) => move(0),
  End: ({ lines, move }) => move(lines.length - 1),
  Enter: ({ lines, current, choose }) => choose(lines[current]),
  ' ': ({ lines, current, choose }) => choose(lines[current]),
  ArrowRight: ({ lines, current, move, fold }) => {
    const line = lines[current]
    if (line === undefined || line.row !== undefined) return
    if (line.isOpen) move(current + 1)
    else fold(line.path, true)
  },
  ArrowLeft: ({ lines, current, move, fold }) => {
    const line = lines[current]
    if (line === undefined) return
    if (line.isOpen) fold(line.path, false)
    else move(lines.findLastIndex(({ depth }, at) => at < current && depth < line.depth))
  },
}

interface PathLineProps {
  readonly id: string
  readonly line: TreeLine
  readonly isTree: boolean
  readonly isChosen: boolean
  readonly isCurrent: boolean
  readonly change: WireChange | undefined
  readonly onClick: () => void
}

function PathLine({ id, line, isTree, isChosen, isCurrent, change, onClick }: PathLineProps) {
  const { name, depth, row, count, isOpen, position, siblings } = line
  const shape = { 'aria-setsize': siblings, 'aria-posinset': position }
  const inTree = {
    'aria-level': depth + 1,
    'aria-expanded': row === undefined ? isOpen : undefined,
  }
  return (
    <div
      id={id}
      class={`path-line ${isChosen ? 'chosen' : ''} ${isCurrent ? 'current' : ''}`}
      role={isTree ? 'treeitem' : 'option'}
      aria-selected={isChosen}
      style={{ paddingInlineStart: `calc(${depth} * 1.1rem + 0.5rem)` }}
      onClick={onClick}
      {...shape}
      {...(isTree ? inTree : {})}
    >
      {row === undefined && <span class={isOpen ? 'twist open' : 'twist'} aria-hidden="true" />}
      <Icon name={row === undefined ? 'folder' : 'file'} />
      <span class="cut path-name" title={line.path}>
        <Foreign text={name} />
      </span>
      {change !== undefined && (
        <span class="changed" title={`${change.kind} ${formatAgo(change.created_at)}`}>
          <span class="unseen">changed just now</span>
        </span>
      )}
      <span class="path-figure soft number">
        {row === undefined ? formatCount(count) : formatBytes(row.sizeBytes)}
      </span>
    </div>
  )
}
