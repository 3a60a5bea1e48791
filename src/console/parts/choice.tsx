import { useId } from 'preact/hooks'

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
}

/** A labelled choice of one among a few. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const id = useId()
  const choose = (text: string) => {
    const option = props.options.find(({ value }) => value === text)
    if (option !== undefined) props.onChange(option.value)
  }
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={(event) => choose(event.currentTarget.value)}>
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}
