import { useState } from 'preact/hooks'
import type { WireKey, WireNewKey } from '../../wire/key.ts'
import { createKey } from '../api/admin.ts'
import { inWords } from '../api/failure.ts'
import { say } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Choice } from '../parts/choice.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'

interface NewKeyProps {
  readonly workspaceId: string
  readonly onMade: () => Promise<void>
  readonly onClose: () => void
}

const roles = [
  { value: 'read_only', label: 'Reads only' },
  { value: 'read_write', label: 'Reads and writes' },
  { value: 'admin', label: 'Admin: also redacts, deletes stores, makes keys' },
] as const satisfies readonly { readonly value: WireKey['role']; readonly label: string }[]

/** Makes a key; its secret is shown this once. */
export function NewKey({ workspaceId, onMade, onClose }: NewKeyProps) {
  const [name, setName] = useState('')
  const [role, setRole] = useState<WireKey['role']>('read_write')
  const [problem, setProblem] = useState<string>()
  const [made, setMade] = useState<WireNewKey>()
  const create = async (event: Event) => {
    event.preventDefault()
    try {
      setMade(await createKey({ name, role, workspace_id: workspaceId }))
      await onMade()
    } catch (error) {
      setProblem(inWords(error))
    }
  }
  if (made !== undefined) return <Secret of={made} onClose={onClose} />
  return (
    <Dialog title="New key" onClose={onClose}>
      <form onSubmit={(event) => void create(event)} noValidate>
        <Field
          label="Name"
          value={name}
          onInput={setName}
          autoFocus
          problem={problem}
          hint="Every version it writes will carry it, so say who or what uses it."
        />
        <Choice label="Role" value={role} options={roles} onChange={setRole} />
        <div class="dialog-foot">
          <Action label="Cancel" onClick={onClose} />
          <Action label="Create" kind="main" submit />
        </div>
      </form>
    </Dialog>
  )
}

interface SecretProps {
  readonly of: WireNewKey
  readonly onClose: () => void
}

function Secret({ of: key, onClose }: SecretProps) {
  const copy = async () => {
    await navigator.clipboard.writeText(key.secret)
    say('Copied.')
  }
  return (
    <Dialog title={`The secret of ${key.name}`} onClose={onClose}>
      <p>It is shown only now. Whoever has it is this key.</p>
      <p class="secret">
        <code>{key.secret}</code>
      </p>
      <div class="dialog-foot">
        <Action label="Copy" icon="copy" onClick={copy} />
        <Action label="Done" kind="main" onClick={onClose} />
      </div>
    </Dialog>
  )
}
