import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: ComponentChildren
  /** What is wrong with it, read out when it appears. */
  readonly problem?: string | undefined
  readonly lines?: number
  readonly code?: boolean
  readonly required?: boolean
  readonly autoFocus?: boolean
  readonly maxLength?: number
  readonly secret?: boolean
}

/** A labelled text field. */
export function Field(props: FieldProps) {
  const id = useId()
  const notes = [props.hint !== undefined && `${id}-hint`, props.problem && `${id}-problem`]
  const common = {
    id,
    value: props.value,
    class: props.code === true ? 'input code' : 'input',
    required: props.required,
    maxLength: props.maxLength,
    'aria-invalid': props.problem === undefined ? undefined : true,
    'aria-describedby': notes.filter(Boolean).join(' ') || undefined,
    spellcheck: props.code !== true,
    autocomplete: 'off',
    'data-autofocus': props.autoFocus,
    autofocus: props.autoFocus,
    onInput: (event: InputEvent) => {
      props.onInput((event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value)
    },
  } as const
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.lines === undefined ? (
        <input type={props.secret === true ? 'password' : 'text'} {...common} />
      ) : (
        <textarea rows={props.lines} {...common} />
      )}
      {props.hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {props.hint}
        </p>
      )}
      {props.problem !== undefined && (
        <p id={`${id}-problem`} class="problem" role="alert">
          {props.problem}
        </p>
      )}
    </div>
  )
}
