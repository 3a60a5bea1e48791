import { computed, signal } from '@preact/signals'
import type { WireIdentity } from '../../wire/key.ts'
import { Failure } from '../api/failure.ts'
import { headersFor, request } from '../api/request.ts'

/** Who signed in. Known before anything else of the console is shown. */
export const identity = signal<WireIdentity | undefined>(undefined)

const address = '/palimpsest/v1/me'

export async function loadIdentity(): Promise<void> {
  identity.value = await request<WireIdentity>('GET', address)
}

/**
 * Whether a key opens this server; when it does, who it is is known too.
 * @throws Failure when that cannot be found out
 */
export async function isKey(key: string): Promise<boolean> {
  const response = await fetch(address, { headers: headersFor(key) }).catch(() => undefined)
  if (response === undefined) throw new Failure(0, {})
  if (response.ok) {
    identity.value = (await response.json()) as WireIdentity
    return true
  }
  if (response.status === 401) return false
  throw new Failure(response.status, {})
}

export type Capability = 'write' | 'admin'

const reach = { read_only: 0, read_write: 1, admin: 2 } as const
const asked = { write: 1, admin: 2 } as const

const level = computed(() => reach[identity.value?.role ?? 'read_only'])

/** Why this key cannot do something; undefined when it can. */
export function reasonAgainst(capability: Capability): string | undefined {
  if (level.value >= asked[capability]) return undefined
  return capability === 'admin' ? 'Needs an admin key; this one is not.' : 'This key can only read.'
}

export const roleNames = {
  read_only: 'Reads only',
  read_write: 'Reads and writes',
  admin: 'Admin',
} as const
