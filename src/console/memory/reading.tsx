import { useSignal } from '@preact/signals'
import { lazy, Suspense } from 'preact/compat'
import type { WireMemory } from '../../wire/memory.ts'
import { BlameView } from '../history/blame-view.tsx'
import { Action } from '../parts/action.tsx'
import { formatCount } from '../parts/figures.tsx'
import { countInvisible } from '../parts/invisible.ts'
import { Note, Waiting } from '../parts/notes.tsx'
import { VisibleText } from '../parts/visible-text.tsx'
import type { LiveStore } from '../store/live-store.ts'

const Markdown = lazy(() =>
  import('./markdown.tsx').then(({ Markdown }) => ({ default: Markdown })),
)

const views = [
  ['prose', 'Preview'],
  ['text', 'Text'],
  ['blame', 'Who wrote each line'],
] as const

type View = (typeof views)[number][0]

interface ReadingProps {
  readonly live: LiveStore
  readonly memory: WireMemory
}

/** What it says: laid out as Markdown, letter by letter, or each line with who wrote it. */
export function Reading({ live, memory }: ReadingProps) {
  const view = useSignal<View>(
    /\.(json|ya?ml|csv|tsv|toml|xml|html?|js|ts|py|sh|log)$/i.test(memory.path) ? 'text' : 'prose',
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
        {views.map(([name, label]) => (
          <Action
            key={name}
            label={label}
            kind="quiet"
            pressed={view.value === name}
            onClick={() => (view.value = name)}
          />
        ))}
      </div>
      {content === '' ? (
        <p class="soft nothing">It is empty.</p>
      ) : view.value === 'blame' ? (
        <BlameView storeId={live.storeId} versionId={memory.memory_version_id} />
      ) : view.value === 'prose' ? (
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
