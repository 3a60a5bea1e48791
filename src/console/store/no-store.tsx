import { useParams } from 'wouter-preact'
import { base, storesLink } from '../frame/links.ts'
import { draftsIn, dropDraft } from '../memory/drafts.ts'
import { Action } from '../parts/action.tsx'
import { Empty, Note } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'

/** Also what was being written in it, which can be nowhere else. */
export function NoStore() {
  const { storeId = '' } = useParams()
  return (
    <>
      <Empty icon="store" title="There is no such store" isPage>
        <p>It was deleted, or this key belongs to another workspace.</p>
        <a href={base + storesLink}>All stores</a>
      </Empty>
      {draftsIn(storeId).map(([slot, { path, text }]) => (
        <section key={slot} class="column">
          <Note kind="warn" icon="alert">
            You were writing <Foreign text={path} /> there. Below is your text.{' '}
            <Action label="Discard it" onClick={() => dropDraft(slot)} />
          </Note>
          <pre class="letters leaf" tabIndex={0} dir="auto">
            {text}
          </pre>
        </section>
      ))}
    </>
  )
}
