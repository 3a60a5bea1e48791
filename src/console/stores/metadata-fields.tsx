import { Action } from '../parts/action.tsx'

export interface Pair {
  readonly key: string
  readonly value: string
}

const pairsMax = 16

export function pairsOf(metadata: Readonly<Record<string, string>>): readonly Pair[] {
  return Object.entries(metadata).map(([key, value]) => ({ key, value }))
}

/** What to send so that `before` becomes the pairs: keys that are gone become null. */
export function patchOf(
  pairs: readonly Pair[],
  before: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const kept = pairs.filter(({ key }) => key !== '').map(({ key, value }) => [key, value] as const)
  const gone = Object.keys(before).filter((key) => !kept.some(([name]) => name === key))
  return Object.fromEntries([...gone.map((key) => [key, null] as const), ...kept])
}

interface MetadataFieldsProps {
  readonly pairs: readonly Pair[]
  readonly onChange: (pairs: readonly Pair[]) => void
}

/** Names and values for people and programs; agents never see them. */
export function MetadataFields({ pairs, onChange }: MetadataFieldsProps) {
  const change = (at: number, pair: Partial<Pair>) =>
    onChange(pairs.map((one, index) => (index === at ? { ...one, ...pair } : one)))
  return (
    <fieldset class="field metadata">
      <legend>Metadata</legend>
      {pairs.map((pair, index) => (
        <div key={index} class="pair">
          <input
            class="input"
            aria-label={`Key ${index + 1}`}
            placeholder="key"
            value={pair.key}
            onInput={(event) => change(index, { key: event.currentTarget.value })}
          />
          <input
            class="input"
            aria-label={`Value ${index + 1}`}
            placeholder="value"
            value={pair.value}
            onInput={(event) => change(index, { value: event.currentTarget.value })}
          />
          <Action
            label={`Remove pair ${index + 1}`}
            icon="close"
            iconOnly
            kind="quiet"
            onClick={() => onChange(pairs.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Action
        label="Add a pair"
        icon="plus"
        kind="quiet"
        against={pairs.length < pairsMax ? undefined : `A store has at most ${pairsMax} pairs.`}
        onClick={() => onChange([...pairs, { key: '', value: '' }])}
      />
      <p class="hint">For people and programs; agents never see it.</p>
    </fieldset>
  )
}
