import { useRef, useState } from 'preact/hooks'
import type { WireKey, WireNewKey } from '../../wire/key.ts'
import { createKey } from '../api/admin.ts'
import { inWords } from '../api/failure.ts'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { roleNames } from '../session/identity.ts'
import { RoleChoice, roleWords } from './role-choice.tsx'

interface NewKeyProps {
  readonly workspaceId: string
  readonly onMade: () => Promise<void>
  readonly onClose: () => void
}

/** Makes a key; its secret is shown this once. */
export function NewKey({ workspaceId, onMade, onClose }: NewKeyProps) {
  const [name, setName] = useState('')
  const [role, setRole] = useState<WireKey['role']>('read_only')
  const [problem, setProblem] = useState<string>()
  const [made, setMade] = useState<WireNewKey>()
  const create = async () => {
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
      <Form onSubmit={create}>
        <Field
          label="Name"
          value={name}
          onInput={setName}
          autoFocus
          problem={problem}
          hint="Every version it writes will carry it, so say who or what uses it."
        />
        <RoleChoice value={role} onChange={setRole} />
        <div class="dialog-foot">
          <Action label="Cancel" onClick={onClose} />
          <Action label="Create" kind="main" submit />
        </div>
      </Form>
    </Dialog>
  )
}

interface SecretProps {
  readonly of: WireNewKey
  readonly onClose: () => void
}

function Secret({ of: key, onClose }: SecretProps) {
  const [isCopied, setCopied] = useState(false)
  const text = useRef<HTMLElement>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(key.secret)
      setCopied(true)
    } catch {
      // Only pages on HTTPS or this machine may use the clipboard.
      if (text.current !== null) getSelection()?.selectAllChildren(text.current)
    }
  }
  return (
    <Dialog title={`The secret of ${key.name}`} onClose={onClose}>
      <p>It is shown only now. Whoever has it can do what its role may do.</p>
      <p class="secret">
        <code ref={text}>{key.secret}</code>
      </p>
      <p>
        <span class="tag">{roleNames[key.role]}</span>{' '}
        <span class="soft small">{roleWords[key.role]}</span>
      </p>
      <div class="dialog-foot">
        <Action
          label={isCopied ? 'Copied' : 'Copy'}
          icon={isCopied ? 'check' : 'copy'}
          onClick={copy}
        />
        <Action label="Done" kind="main" onClick={onClose} />
      </div>
    </Dialog>
  )
}
