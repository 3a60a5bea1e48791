import { useQuery, useQueryClient } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import type { WireMemory } from '../../wire/memory.ts'
import { readAnew } from '../api/anew.ts'
import { inWords, isGone } from '../api/failure.ts'
import { getMemory } from '../api/memories.ts'
import { say } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { countOf } from '../parts/figures.tsx'
import { Form } from '../parts/form.tsx'
import { FailureNote, Waiting } from '../parts/notes.tsx'
import { useSettled } from '../parts/settled.ts'
import { Elsewhere } from './elsewhere.tsx'
import { erase, findCopies, type Copies, type Erasure } from './erasing.ts'
import { isRepeated, ReasonField } from './reason-field.tsx'
import { Rewrite } from './rewrite.tsx'

/** A version of a memory. */
export interface Doomed {
  readonly storeId: string
  readonly memoryId: string
  readonly versionId: string
}

interface RedactDialogProps {
  readonly doomed: Doomed
  /** What must go, as far as it is known already. */
  readonly words: string
  readonly onClose: () => void
}

const word = 'redact'
const settleMs = 400

/** Erases the text of one version for good, or of all that have what must go. */
export function RedactDialog({ doomed, words, onClose }: RedactDialogProps) {
  const [text, setText] = useState(words)
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const [content, setContent] = useState<string>()
  const now = useNow(doomed)
  const memory = now.data ?? undefined
  const isNow = memory?.memory_version_id === doomed.versionId
  const saysIt = text !== '' && memory?.content?.includes(text) === true
  const mustWrite = memory !== undefined && (text === '' ? isNow : saysIt)
  const copies = useCopies(doomed, text)
  const { problem, step, run } = useErase(doomed, onClose)
  const isDirty = mustWrite && !isClean({ memory, content, text })
  const against =
    reasonAgainst(now.data !== undefined, text, copies) ??
    (isDirty ? 'Take it out of the current text first.' : undefined) ??
    (isRepeated(reason, text) ? 'Take the words out of the reason first.' : undefined) ??
    (typed.trim().toLowerCase() === word ? undefined : `Type “${word}” first.`)
  const submit = async () => {
    const rewrite = mustWrite ? { now: memory, content: content ?? '' } : undefined
    if (against === undefined) await run({ text, reason: reason.trim(), rewrite })
  }
  return (
    <Dialog title="Redact: erase for good" onClose={onClose} wide={mustWrite}>
      <Form onSubmit={submit}>
        <p>
          What the memory says now stays, without the words. A version that has them is erased as a
          whole, its path included, also on disk: nobody can bring it back. Who wrote it and when
          stays in the history, and so does that you erased it.
        </p>
        <Field
          label="Which words must go?"
          value={text}
          onInput={setText}
          hint={<CopiesHint copies={copies} text={text} />}
          autoFocus
          code
        />
        {copies.found !== undefined && copies.found.versions.length > 0 && (
          <Elsewhere memoryId={doomed.memoryId} text={text} />
        )}
        <NowNote now={now} />
        {mustWrite && (
          <Rewrite memory={memory} text={text} content={content} onChange={setContent} />
        )}
        <ReasonField value={reason} onInput={setReason} text={text} />
        <Field
          label={`Type “${word}” to confirm`}
          value={typed}
          onInput={setTyped}
          problem={problem}
        />
        <div class="dialog-foot stays">
          <Action label="Keep it" onClick={onClose} />
          <Action
            label={step ?? (mustWrite ? 'Save without it and erase' : 'Erase for good')}
            kind="danger"
            submit
            against={against}
          />
        </div>
      </Form>
    </Dialog>
  )
}

/** While it is not known what the memory says now. */
function NowNote({ now: { data, error, refetch } }: { readonly now: ReturnType<typeof useNow> }) {
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data !== undefined) return null
  return <Waiting lines={2} label="Reading what it says now" />
}

/** What the memory says now; null when it was deleted. */
function useNow({ storeId, memoryId: id }: Doomed) {
  return useQuery({
    queryKey: ['memory-now', storeId, id],
    queryFn: async ({ signal }): Promise<WireMemory | null> => {
      try {
        return await getMemory(storeId, id, signal)
      } catch (error) {
        if (isGone(error)) return null
        throw error
      }
    },
    staleTime: 0,
    gcTime: 0,
  })
}

interface Written {
  readonly memory: WireMemory
  readonly content: string | undefined
  readonly text: string
}

function isClean({ memory, content, text }: Written): boolean {
  if (content === undefined || content === memory.content) return false
  return text === '' || !content.includes(text)
}

function useErase(doomed: Doomed, onDone: () => void) {
  const client = useQueryClient()
  const [problem, setProblem] = useState<string>()
  const [step, setStep] = useState<string>()
  const run = async (what: Pick<Erasure, 'text' | 'reason' | 'rewrite'>) => {
    setStep('Erasing…')
    setProblem(undefined)
    const tell = (done: number, total: number) => setStep(`Erasing ${done + 1} of ${total}`)
    try {
      const count = await erase({ ...doomed, ...what }, tell)
      say(`${countOf(count, 'version is', 'versions are')} erased.`)
      onDone()
    } catch (error) {
      setProblem(inWords(error))
      setStep(undefined)
    }
    // Nothing of it stays in this tab either; what is shown is asked for again.
    const keys = ['diff', 'blame', 'version-text', 'version', 'as-of', 'memory', 'since']
    await Promise.all(keys.map((key) => client.resetQueries({ queryKey: [key] })))
    await readAnew(client, [])
  }
  return { problem, step, run }
}

interface Looked {
  readonly found: Copies | undefined
  readonly error: unknown
}

/** The versions that have the words, once somebody stopped typing: a text is in all after it. */
function useCopies({ storeId, memoryId }: Doomed, text: string): Looked {
  const settled = useSettled(text, settleMs)
  const { data, error } = useQuery({
    queryKey: ['copies', storeId, memoryId, settled],
    queryFn: ({ signal }) => findCopies(storeId, { memoryId, text: settled }, signal),
    enabled: settled !== '',
    staleTime: 0,
    gcTime: 0,
  })
  return settled === text ? { found: data, error } : { found: undefined, error: null }
}

function reasonAgainst(isRead: boolean, text: string, { found }: Looked): string | undefined {
  if (!isRead) return 'It is not known yet what the memory says now.'
  if (text === '') return undefined
  if (found === undefined) return 'It is not known yet which versions have these words.'
  return found.versions.length === 0 ? 'No version has these words.' : undefined
}

function CopiesHint({ copies: { found, error }, text }: { copies: Looked; text: string }) {
  if (text === '') return 'A password, a number: every version of this memory that has it is found.'
  if (error !== null) return inWords(error)
  if (found === undefined) return 'Looking through the versions…'
  const { length } = found.versions
  return (
    <span role="status">
      {length === 0
        ? 'No version of this memory has these words.'
        : `${countOf(length, 'version has', 'versions have')} these words. ${length === 1 ? 'It' : 'Each'} will be erased as a whole.`}
      {!found.isComplete && ' Only the newest versions were looked through.'}
    </span>
  )
}
