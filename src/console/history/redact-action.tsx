import { useState } from 'preact/hooks'
import { useCommands } from '../frame/commands.ts'
import { Action } from '../parts/action.tsx'
import { reasonAgainst } from '../session/identity.ts'
import { RedactDialog, type Doomed } from './redact-dialog.tsx'

/** Leads to erasing a version, or words in every version of its memory. */
export function RedactAction({ doomed }: { readonly doomed: Doomed }) {
  const [isOpen, setOpen] = useState(false)
  const against = reasonAgainst('admin')
  useCommands([{ name: 'Redact', against, run: () => setOpen(true) }])
  return (
    <>
      <Action label="Redact…" kind="quiet" against={against} onClick={() => setOpen(true)} />
      {isOpen && <RedactDialog doomed={doomed} onClose={() => setOpen(false)} />}
    </>
  )
}
