import { signal } from '@preact/signals'

const own = signal<ReadonlySet<string>>(new Set())

/** Remembers what was written from this tab: it is no news to who looks at it. */
export function rememberOwn(versionIds: readonly (string | null)[]): void {
  own.value = new Set([...own.peek(), ...versionIds.filter((id) => id !== null)])
}

export const isOwn = (versionId: string | null): boolean =>
  versionId !== null && own.value.has(versionId)
