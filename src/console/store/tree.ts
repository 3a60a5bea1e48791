import type { Row } from './rows.ts'

/** A line of the tree as it is shown, from top to bottom. */
export interface TreeLine {
  readonly name: string
  /** Of a directory it ends with "/". */
  readonly path: string
  readonly depth: number
  /** Its place among its siblings, from 1, and how many they are. */
  readonly position: number
  readonly siblings: number
  /** Undefined for a directory. */
  readonly row: Row | undefined
  /** Memories below it. */
  readonly count: number
  readonly isOpen: boolean
}

interface Directory {
  readonly path: string
  readonly depth: number
  children: number
}

type Draft = Omit<TreeLine, 'siblings'> & { readonly parent: Directory }

/**
 * The lines that are seen when some directories are open.
 * @param rows in the order of paths, in which everything below a directory stands together
 */
export function treeLines(
  rows: readonly Row[],
  isOpen: (directory: string) => boolean,
): readonly TreeLine[] {
  const drafts: Draft[] = []
  const top: Directory = { path: '/', depth: 0, children: 0 }
  let stack: Directory[] = [top]
  let index = 0
  while (index < rows.length) {
    const row = rows[index]
    if (row === undefined) break
    stack = stack.filter(({ path }) => row.path.startsWith(path))
    const parent = stack.at(-1) ?? top
    const slash = row.path.indexOf('/', parent.path.length)
    parent.children += 1
    if (slash === -1) {
      drafts.push(memoryLine(row, parent))
      index += 1
      continue
    }
    const path = row.path.slice(0, slash + 1)
    const end = endOf(rows, index, path)
    const line = directoryLine(path, parent, end - index)
    const open = isOpen(path)
    drafts.push({ ...line, isOpen: open })
    if (open) stack.push({ path, depth: parent.depth + 1, children: 0 })
    else index = end
  }
  return drafts.map(({ parent, ...line }) => ({ ...line, siblings: parent.children }))
}

function memoryLine(row: Row, parent: Directory): Draft {
  const name = row.path.slice(parent.path.length)
  const { depth, children: position } = parent
  return { name, path: row.path, depth, position, row, count: 1, isOpen: false, parent }
}

function directoryLine(path: string, parent: Directory, count: number): Draft {
  const name = path.slice(parent.path.length, -1)
  const { depth, children: position } = parent
  return { name, path, depth, position, row: undefined, count, isOpen: false, parent }
}

/** The first row behind those below a directory. */
function endOf(rows: readonly Row[], from: number, directory: string): number {
  let [low, high] = [from, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]?.path.startsWith(directory) === true) low = middle + 1
    else high = middle
  }
  return low
}

/** Every directory above a path, the outermost first: `/a/` and `/a/b/` for `/a/b/c`. */
export function directoriesAbove(path: string): readonly string[] {
  const found: string[] = []
  for (let slash = path.indexOf('/', 1); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    found.push(path.slice(0, slash + 1))
  }
  return found
}
