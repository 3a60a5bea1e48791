import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { lazy, Suspense } from 'preact/compat'
import type { WireMemory } from '../../wire/memory.ts'
import { Action } from '../parts/action.tsx'
import { formatCount } from '../parts/figures.tsx'
import { countInvisible } from '../parts/invisible.ts'
import { Note, Waiting } from '../parts/notes.tsx'
import { VisibleText } from '../parts/visible-text.tsx'
import type { LiveStore } from '../store/live-store.ts'

const Markdown = lazy(() =>
  import('./markdown.tsx').then(({ Markdown }) => ({ default: Markdown })),
)

interface ReadingProps {
  readonly live: LiveStore
  readonly memory: WireMemory
}

/** What it says: laid out as Markdown, or letter by letter. */
export function Reading({ live, memory }: ReadingProps) {
  const isProse = useSignal(
    !/\.(json|ya?ml|csv|tsv|toml|xml|html?|js|ts|py|sh|log)$/i.test(memory.path),
  )
  const content = memory.content ?? ''
  const hidden = countInvisible(content)
  return (
    <>
      {hidden > 0 && (
        <Note kind="warn" icon="alert">
          {formatCount(hidden)} invisible {hidden === 1 ? 'character is' : 'characters are'} in this
          text. Agents read {hidden === 1 ? 'it' : 'them'}; here{' '}
          {hidden === 1 ? 'it is' : 'they are'} shown as marks.
        </Note>
      )}
      <div class="views" role="group" aria-label="How it is shown">
        <ViewButton isOn={isProse.value} onClick={() => (isProse.value = true)}>
          Preview
        </ViewButton>
        <ViewButton isOn={!isProse.value} onClick={() => (isProse.value = false)}>
          Text
        </ViewButton>
      </div>
      {content === '' ? (
        <p class="soft nothing">It is empty.</p>
      ) : isProse.value ? (
        <Suspense fallback={<Waiting lines={9} label="Laying out" />}>
          <Markdown text={content} path={memory.path} storeId={live.storeId} />
        </Suspense>
      ) : (
        <pre class="letters leaf" tabIndex={0} dir="auto" aria-label="Text of the memory">
          <VisibleText text={content} />
        </pre>
      )}
    </>
  )
}

interface ViewButtonProps {
  readonly isOn: boolean
  readonly onClick: () => void
  readonly children: string
}

function ViewButton({ isOn, onClick, children }: ViewButtonProps): ComponentChildren {
  return <Action label={children} kind="quiet" pressed={isOn} onClick={onClick} />
}
