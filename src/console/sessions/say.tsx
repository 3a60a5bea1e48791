import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { interrupt, sendMessage } from '../api/sessions.ts'
import { sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Field } from '../parts/field.tsx'
import { reasonAgainst } from '../session/identity.ts'

interface SayProps {
  readonly sessionId: string
  readonly isOver: boolean
  readonly isRunning: boolean
}

/** Talks to the agent. What was typed is there again when it could not be sent. */
export function Say({ sessionId, isOver, isRunning }: SayProps) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const against = isOver ? 'The session is over.' : reasonAgainst('write')
  const isEmpty = text.trim() === ''
  const form = useRef<HTMLFormElement>(null)
  useLayoutEffect(() => {
    // On a touch screen it would bring the keyboard up over what was said.
    if (against !== undefined || !matchMedia('(pointer: fine)').matches) return
    form.current?.querySelector('textarea')?.focus({ preventScroll: true })
  }, [])
  const send = async () => {
    if (isEmpty || busy || against !== undefined) return
    setBusy(true)
    setText('')
    try {
      await sendMessage(sessionId, text)
    } catch (error) {
      setText(text)
      sayFailure(error)
    }
    setBusy(false)
  }
  return (
    <form
      ref={form}
      class="say"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
        event.preventDefault()
        void send()
      }}
    >
      <Field
        label="Message to the agent"
        value={text}
        onInput={setText}
        lines={2}
        against={against}
      />
      <div class="say-actions">
        <Action
          label="Send"
          kind="main"
          submit
          busy={busy}
          against={against ?? (isEmpty ? 'Write something first.' : undefined)}
        />
        {isRunning && (
          <Action
            label="Interrupt"
            against={against}
            onClick={() => interrupt(sessionId).catch(sayFailure)}
          />
        )}
      </div>
    </form>
  )
}
