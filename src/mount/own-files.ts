import { hash } from 'node:crypto'
import { present, type View } from './view.ts'
import { show } from './text.ts'
import { rootId, type Directory, type Node } from './tree.ts'

// `.palimpsest/problems` and `.palimpsest/status` at the root of every mount: found by name, in no
// listing, so that no copy, search or archive of the tree picks them up. A memory of that name
// wins.

const ownDirectoryName = '.palimpsest'
/** What our own nodes are called inside: no name that a path can have. */
const ownMark = '\0own'

/**
 * Each lookup is a new file with the text of that moment: whoever reads it slowly reads one state,
 * and nothing the kernel caches can be stale.
 */
export function lookUpOwn(view: View, directory: Directory, name: string): Node | undefined {
  if (directory.id === rootId && name === ownDirectoryName) return ownDirectory(view)
  if (!isOwn(directory)) return undefined
  const text = textOf(view, name)
  if (text === undefined) return undefined
  const bytes = Buffer.from(text)
  const file = view.tree.newFile({ ...present(view, 'file'), mode: 0o444 })
  file.name = ownMark
  file.lookups = 1
  show(file, { bytes, sha256: hash('sha256', bytes) })
  return file
}

function ownDirectory(view: View): Directory {
  const directory = view.tree.newDirectory({ ...present(view, 'directory'), mode: 0o555 })
  directory.name = ownMark
  directory.lookups = 1
  return directory
}

function textOf(view: View, name: string): string | undefined {
  if (name === 'problems') return view.problems.text
  if (name === 'status') return view.statusText()
  return undefined
}

/** Whether a node is one of ours, which nobody writes. */
export function isOwn(node: Node): boolean {
  return node.name === ownMark
}
