import { useQuery, useQueryClient } from '@tanstack/preact-query'
import { useEffect, useState } from 'preact/hooks'
import type { WireMemory } from '../../wire/memory.ts'
import { inWords, isGone } from '../api/failure.ts'
import { getMemory } from '../api/memories.ts'
import { say } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { countOf } from '../parts/figures.tsx'
import { FailureNote, Waiting } from '../parts/notes.tsx'
import { erase, findCopies } from './erasing.ts'
import { Rewrite } from './rewrite.tsx'

/** A version of a memory. */
export interface Doomed {
  readonly storeId: string
  readonly memoryId: string
  readonly versionId: string
}

interface RedactDialogProps {
  readonly doomed: Doomed
  readonly onClose: () => void
}

const word = 'redact'
const settleMs = 400

/** Erases the text of one version for good, or of all that have what must go. */
export function RedactDialog({ doomed, onClose }: RedactDialogProps) {
  const [text, setText] = useState('')
  const [typed, setTyped] = useState('')
  const [content, setContent] = useState<string>()
  const now = useNow(doomed)
  const memory = now.data ?? undefined
  const isNow = memory?.memory_version_id === doomed.versionId
  const saysIt = text !== '' && memory?.content?.includes(text) === true
  const mustWrite = memory !== undefined && (isNow || saysIt)
  const { problem, step, run } = useErase(doomed, onClose)
  const against =
    now.data === undefined
      ? 'It is not known yet what the memory says now.'
      : mustWrite && !isClean({ memory, content, text })
        ? 'Take it out of the current text first.'
        : typed.trim().toLowerCase() === word
          ? undefined
          : `Type “${word}” first.`
  const submit = (event: Event) => {
    event.preventDefault()
    const rewrite = mustWrite ? { now: memory, content: content ?? '' } : undefined
    if (against === undefined && step === undefined) void run(text, rewrite)
  }
  return (
    <Dialog title="Redact: erase for good" onClose={onClose} wide={mustWrite}>
      <form onSubmit={submit}>
        <p>
          Text and path of a version are destroyed, also on disk. Who wrote it and when stays in the
          history, and so does that you erased it. Nobody can bring the text back. Copies in other
          memories and in what was said in sessions stay.
        </p>
        <Field
          label="Which words must go?"
          value={text}
          onInput={setText}
          hint={<CopiesHint doomed={doomed} text={text} />}
          autoFocus
          code
        />
        {now.error !== null && <FailureNote error={now.error} onRetry={now.refetch} />}
        {now.data === undefined && now.error === null && (
          <Waiting lines={2} label="Reading what it says now" />
        )}
        {mustWrite && (
          <Rewrite memory={memory} text={text} content={content} onChange={setContent} />
        )}
        <Field
          label={`Type “${word}” to confirm`}
          value={typed}
          onInput={setTyped}
          problem={problem}
        />
        <div class="dialog-foot">
          <Action label="Keep it" onClick={onClose} />
          <Action
            label={step ?? (mustWrite ? 'Save without it and erase' : 'Erase for good')}
            kind="danger"
            submit
            busy={step !== undefined}
            against={against}
          />
        </div>
      </form>
    </Dialog>
  )
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
  const run = async (text: string, rewrite: Parameters<typeof erase>[0]['rewrite']) => {
    setStep('Erasing…')
    setProblem(undefined)
    const tell = (done: number, total: number) => setStep(`Erasing ${done + 1} of ${total}`)
    try {
      const count = await erase({ ...doomed, text, rewrite }, tell)
      say(`${countOf(count, 'version is', 'versions are')} erased.`)
      onDone()
    } catch (error) {
      setProblem(inWords(error))
      setStep(undefined)
    }
    // Nothing of it stays in this tab either; what is shown is asked for again.
    const keys = ['diff', 'blame', 'version-text', 'version', 'as-of', 'memory', 'since']
    await Promise.all(keys.map((key) => client.resetQueries({ queryKey: [key] })))
    await client.invalidateQueries()
  }
  return { problem, step, run }
}

interface HintProps {
  readonly doomed: Doomed
  readonly text: string
}

/** In how many versions of the memory the words stand: a text is in all that came after it. */
function CopiesHint({ doomed, text }: HintProps) {
  const { storeId, memoryId, versionId } = doomed
  const [settled, setSettled] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settleMs)
    return () => clearTimeout(timer)
  }, [text])
  const { data, error } = useQuery({
    queryKey: ['copies', storeId, memoryId, settled],
    queryFn: ({ signal }) => findCopies(storeId, { memoryId, text: settled }, signal),
    enabled: settled !== '',
    staleTime: 0,
    gcTime: 0,
  })
  if (text === '') return 'A password, a number: it is erased from every version of this memory.'
  if (error !== null) return inWords(error)
  if (settled !== text || data === undefined) return 'Looking through the versions…'
  const has = data.versions.includes(versionId)
  const { length } = data.versions
  return (
    <span role="status">
      {length === 0
        ? 'No version of this memory has these words.'
        : `${countOf(length, 'version has', 'versions have')} these words; all of them are erased.`}
      {!has && ' This version does not have them; it is erased as well.'}
      {!data.isComplete && ' Only the newest versions were looked through.'}{' '}
    </span>
  )
}
