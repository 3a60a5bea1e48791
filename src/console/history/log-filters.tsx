import type { WireActor } from '../../wire/actor.ts'
import type { StorePlace } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { useTold } from '../parts/settled.ts'
import { actorId, useActorWords } from '../session/actor-name.tsx'

type Filter = Pick<StorePlace, 'within' | 'actor' | 'kind'>

interface LogFiltersProps {
  readonly filter: Filter
  /** Who wrote what was seen so far. */
  readonly writers: readonly WireActor[]
  readonly onChange: (filter: Filter) => void
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

/** Narrows what is listed; nothing chosen is everything. */
export function LogFilters({ filter, writers, onChange, isOfPath }: LogFiltersProps) {
  const says = useActorWords(writers)
  const kind = kinds.find(({ value }) => value === filter.kind)?.value ?? ''
  const { actor = '', within } = filter
  const known = writers.map((writer) => ({ value: actorId(writer), label: says(writer) }))
  const isKnown = actor === '' || known.some(({ value }) => value === actor)
  const isOn = kind !== '' || actor !== '' || (within !== undefined && !isOfPath)
  return (
    <div class="log-filters">
      {!isOfPath && (
        <div class="log-filters-wide">
          <DirectoryField
            value={within}
            onChange={(directory) => onChange({ ...filter, within: directory })}
          />
        </div>
      )}
      <Choice
        label="Written by"
        value={actor}
        options={[
          { value: '', label: 'Anybody' },
          ...known,
          ...(isKnown ? [] : [{ value: actor, label: actor }]),
        ]}
        onChange={(value) => onChange({ ...filter, actor: value || undefined })}
      />
      <Choice
        label="Change"
        value={kind}
        options={kinds}
        onChange={(value) => onChange({ ...filter, kind: value || undefined })}
      />
      {isOn && (
        <div class="log-filters-wide">
          <Action label="Show all" kind="quiet" onClick={() => onChange({})} />
        </div>
      )}
    </div>
  )
}

const settleMs = 300

interface DirectoryFieldProps {
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
}

/** Looks once somebody stopped typing. */
function DirectoryField({ value, onChange }: DirectoryFieldProps) {
  const [text, setText] = useTold({
    known: value ?? '',
    tell: (typed) => onChange(directoryOf(typed)),
    milliseconds: settleMs,
    isSame: (one, other) => directoryOf(one) === directoryOf(other),
  })
  return <Field label="Below directory" value={text} onInput={setText} code />
}

/** The server wants a slash at both ends; people do not. */
function directoryOf(text: string): string | undefined {
  const name = text.trim().replace(/^\/+|\/+$/g, '')
  return name === '' ? undefined : `/${name}/`
}
