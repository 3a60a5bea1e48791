import { signal } from '@preact/signals'
import type { WireMemory } from '../../wire/memory.ts'

const own = signal<ReadonlySet<string>>(new Set())
/** What is being written from this tab: the feed may tell of it before the answer does. */
const underWay = signal<readonly string[]>([])

/** Remembers what was written from this tab: it is no news to who looks at it. */
export function rememberOwn(versionIds: readonly (string | null)[]): void {
  own.value = new Set([...own.peek(), ...versionIds.filter((id) => id !== null)])
}

/**
 * Writes a memory, which is no news here from now on.
 * @param subject its id, or the path of a new one
 */
export async function writeAsOwn(
  subject: string,
  write: () => Promise<WireMemory>,
): Promise<WireMemory> {
  underWay.value = [...underWay.peek(), subject]
  try {
    const written = await write()
    rememberOwn([written.memory_version_id])
    return written
  } finally {
    const at = underWay.peek().indexOf(subject)
    underWay.value = underWay.peek().toSpliced(at, 1)
  }
}

/** Whether a change was made from this tab, or may have been. */
export function isOwn({ memory_id: id, memory_version_id: version, path }: OfMemory): boolean {
  const isUnderWay = underWay.value.some((subject) => subject === id || subject === path)
  return isUnderWay || (version !== null && own.value.has(version))
}

interface OfMemory {
  readonly memory_id: string | null
  readonly memory_version_id: string | null
  readonly path: string | null
}
