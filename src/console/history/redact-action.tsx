import { useState } from 'preact/hooks'
import { useCommands } from '../frame/commands.ts'
import { Action } from '../parts/action.tsx'
import { useFoundBy } from '../search/words.ts'
import { reasonAgainst } from '../session/identity.ts'
import { RedactDialog, type Doomed } from './redact-dialog.tsx'

/** Leads to erasing a version, or words in every version of its memory. */
export function RedactAction({ doomed }: { readonly doomed: Doomed }) {
  const [words, setWords] = useState<string>()
  const foundBy = useFoundBy()
  const against = reasonAgainst('admin')
  const open = () => setWords(markedWords() || plainWords(foundBy))
  useCommands([{ name: 'Redact', against, run: open }])
  return (
    <>
      <Action label="Redact…" kind="quiet" against={against} onClick={open} />
      {words !== undefined && (
        <RedactDialog doomed={doomed} words={words} onClose={() => setWords(undefined)} />
      )}
    </>
  )
}

const charactersMax = 200

/** What somebody marked in the text, where it is one line. */
function markedWords(): string {
  const marked = getSelection()?.toString().trim() ?? ''
  return marked.length > charactersMax || marked.includes('\n') ? '' : marked
}

/** What was searched for, where it stands in the text as it was typed. */
function plainWords(query: string): string {
  return /["*]|(?:^|\s)-/.test(query) ? '' : query.trim()
}
