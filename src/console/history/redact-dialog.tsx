import { useQueryClient } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { redactVersion } from '../api/history.ts'
import { inWords } from '../api/failure.ts'
import { say } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'

interface RedactDialogProps {
  readonly storeId: string
  readonly versionId: string
  readonly onClose: () => void
}

const word = 'redact'

/** Erases the text of one version for good, which wants the word typed. */
export function RedactDialog({ storeId, versionId, onClose }: RedactDialogProps) {
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const isSure = typed.trim().toLowerCase() === word
  const redact = async () => {
    setBusy(true)
    try {
      await redactVersion(storeId, versionId)
      // Nothing of it stays in this tab either.
      for (const key of ['log', 'diff', 'blame', 'version-text', 'as-of']) {
        client.removeQueries({ queryKey: [key, storeId] })
      }
      await client.invalidateQueries()
      say('The version is erased.')
      onClose()
    } catch (error) {
      setProblem(inWords(error))
      setBusy(false)
    }
  }
  return (
    <Dialog title="Erase this version?" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isSure) void redact()
        }}
      >
        <p>
          Its text and path are destroyed, also on disk. That somebody wrote it, and when, stays in
          the history. Nobody can bring the text back.
        </p>
        <p class="soft">
          What a memory says now cannot be erased like this: write it anew or delete it first, then
          redact the version before.
        </p>
        <Field
          label={`Type “${word}” to confirm`}
          value={typed}
          onInput={setTyped}
          autoFocus
          problem={problem}
        />
        <div class="dialog-foot">
          <Action label="Keep it" onClick={onClose} />
          <Action
            label="Erase for good"
            kind="danger"
            submit
            busy={busy}
            against={isSure ? undefined : `Type “${word}” first.`}
          />
        </div>
      </form>
    </Dialog>
  )
}
