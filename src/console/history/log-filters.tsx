import type { LogFilter } from '../api/history.ts'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'

interface LogFiltersProps {
  readonly filter: LogFilter
  readonly onChange: (filter: LogFilter) => void
  /** The history of one memory needs no directory. */
  readonly isOfPath: boolean
}

const kinds = [
  { value: '', label: 'Any change' },
  { value: 'created', label: 'Created' },
  { value: 'modified', label: 'Modified' },
  { value: 'deleted', label: 'Deleted' },
  { value: 'redacted', label: 'Redacted' },
] as const

/** Narrows what is listed; nothing typed is everything. */
export function LogFilters({ filter, onChange, isOfPath }: LogFiltersProps) {
  const kind = kinds.find(({ value }) => value === filter.kind)?.value ?? ''
  return (
    <div class="log-filters">
      {!isOfPath && (
        <Field
          label="Below directory"
          value={filter.within ?? ''}
          onInput={(text) => onChange({ ...filter, within: directoryOf(text) })}
          code
        />
      )}
      <Field
        label="By session or key"
        value={filter.actor ?? ''}
        onInput={(text) => onChange({ ...filter, actor: text.trim() || undefined })}
        code
      />
      <Choice
        label="Change"
        value={kind}
        options={kinds}
        onChange={(value) => onChange({ ...filter, kind: value || undefined })}
      />
    </div>
  )
}

/** The server wants a slash at both ends; people do not. */
function directoryOf(text: string): string | undefined {
  const name = text.trim().replace(/^\/+|\/+$/g, '')
  return name === '' ? undefined : `/${name}/`
}
