import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'

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
  /** What of it is selected at first: from and to. */
  readonly selected?: readonly [number, number]
  readonly maxLength?: number
  readonly secret?: boolean
  /** Why nothing can be typed; it says so where the text would be. */
  readonly against?: string | undefined
}

/** A labelled text field. */
export function Field(props: FieldProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    if (props.selected !== undefined) input.current?.setSelectionRange(...props.selected)
  }, [])
  const notes = [props.hint !== undefined && `${id}-hint`, props.problem && `${id}-problem`]
  const common = {
    id,
    value: props.value,
    class: props.code === true ? 'input code' : 'input',
    required: props.required,
    maxLength: props.maxLength,
    readOnly: props.against !== undefined,
    placeholder: props.against,
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
        <input ref={input} type={props.secret === true ? 'password' : 'text'} {...common} />
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
