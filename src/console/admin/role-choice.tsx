import type { WireKey } from '../../wire/key.ts'
import { roleNames } from '../session/identity.ts'

type Role = WireKey['role']

/** What each role may do, in one line. */
export const roleWords: Readonly<Record<Role, string>> = {
  read_only: 'Sees every store, its history and its sessions, and changes nothing.',
  read_write:
    'Also writes, renames and deletes memories, takes changes back, makes and archives stores, and talks to agents.',
  admin: 'Also erases for good, deletes stores, and makes and revokes keys.',
}

interface RoleChoiceProps {
  readonly value: Role
  readonly onChange: (role: Role) => void
}

/** The roles side by side: what a key may do is not to be guessed. */
export function RoleChoice({ value, onChange }: RoleChoiceProps) {
  return (
    <fieldset class="field roles">
      <legend>Role</legend>
      {(['read_only', 'read_write', 'admin'] as const).map((role) => (
        <label key={role} class={role === value ? 'role-option on' : 'role-option'}>
          <input
            type="radio"
            name="role"
            checked={role === value}
            aria-labelledby={`role-${role}`}
            aria-describedby={`about-${role}`}
            onChange={() => onChange(role)}
          />
          <span>
            <strong id={`role-${role}`}>{roleNames[role]}</strong>
            <span id={`about-${role}`} class="soft small">
              {roleWords[role]}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
