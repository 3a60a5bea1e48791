import { signal } from '@preact/signals'
import { base, storesLink } from '../frame/links.ts'

/** Of this tab alone: closing it signs out, another tab knows nothing of it. */
const slot = 'palimpsest-key'

/** The API key in use; undefined before somebody signs in. */
export const secret = signal<string | undefined>(sessionStorage.getItem(slot) ?? undefined)
/** Why the last session ended, for the page that asks for a key. */
export const farewell = signal<string | undefined>(undefined)

export function enter(key: string): void {
  sessionStorage.setItem(slot, key)
  farewell.value = undefined
  secret.value = key
}

export const signedOut = 'You are signed out.'

export function leave(why = signedOut): void {
  sessionStorage.removeItem(slot)
  if (secret.value === undefined) return
  // Where one person was is nothing for who comes next. Whose key ended comes back with another.
  if (why === signedOut) history.replaceState(null, '', base + storesLink)
  farewell.value = why
  secret.value = undefined
}
