import { useId } from 'preact/hooks'
import { Icon } from './icon.tsx'

interface SearchFieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
  /** So that a shortcut can reach it. */
  readonly name?: string
}

export function SearchField({
  label,
  value,
  onInput,
  onKeyDown,
  name = 'search',
}: SearchFieldProps) {
  const id = useId()
  return (
    <div class="search">
      <Icon name="search" />
      <label class="unseen" for={id}>
        {label}
      </label>
      <input
        id={id}
        class="input"
        type="search"
        name={name}
        placeholder={label}
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  )
}

export function focusSearch(name = 'search'): void {
  const field = document.querySelector<HTMLInputElement>(`input[type=search][name="${name}"]`)
  field?.focus()
  field?.select()
}
