import { Field } from '../parts/field.tsx'

/** Characters that the server takes. */
const charactersMax = 200

interface ReasonFieldProps {
  readonly value: string
  readonly onInput: (value: string) => void
  /** What it must not say. */
  readonly text: string
}

/** Why something is erased, for those who find the gap. */
export function ReasonField({ value, onInput, text }: ReasonFieldProps) {
  return (
    <Field
      label="Reason (optional)"
      value={value}
      onInput={onInput}
      hint="It stays in the history with what is erased: say why, not what."
      problem={isRepeated(value, text) ? 'The reason has the words that must go.' : undefined}
      maxLength={charactersMax}
    />
  )
}

export function isRepeated(reason: string, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return wanted !== '' && reason.toLowerCase().includes(wanted)
}
