import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { directoriesAbove } from './tree.ts'

/** So few memories are all seen at once. */
const unfoldedMax = 40

export interface Folds {
  /** Changes when any of them does. */
  readonly state: unknown
  readonly isOpen: (directory: string) => boolean
  readonly fold: (directory: string, open: boolean) => void
}

/**
 * Which directories are open; those above what is chosen always begin so.
 * @param chosen a memory's path, or a directory with "/" behind it
 */
export function useFolds(chosen: string | undefined, memories: number): Folds {
  const folds = useSignal<ReadonlyMap<string, boolean>>(new Map())
  useEffect(() => {
    if (chosen === undefined) return
    const above = directoriesAbove(chosen).filter((path) => path !== chosen)
    folds.value = new Map([...folds.value, ...above.map((path) => [path, true] as const)])
  }, [chosen])
  const isSmall = memories <= unfoldedMax
  const state = folds.value
  return {
    state,
    isOpen: (directory) => state.get(directory) ?? isSmall,
    fold: (directory, open) => (folds.value = new Map(folds.peek()).set(directory, open)),
  }
}
