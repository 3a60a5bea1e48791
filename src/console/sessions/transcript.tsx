import { useEffect, useRef } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireVersion } from '../../wire/memory-version.ts'
import type { WireEvent } from '../../wire/session-event.ts'
import type { Words } from '../api/session-stream.ts'
import { confirmTool } from '../api/sessions.ts'
import { storeLink } from '../frame/links.ts'
import { sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Ago } from '../parts/figures.tsx'
import { Icon } from '../parts/icon.tsx'
import { Foreign, VisibleText } from '../parts/visible-text.tsx'
import { reasonAgainst } from '../session/identity.ts'
import { readLog, textOf, writesDuring, type Entry } from './log.ts'

interface TranscriptProps {
  readonly sessionId: string
  readonly events: readonly WireEvent[]
  /** What the agent is writing just now. */
  readonly words: Words | undefined
  /** Tools that wait for a yes or no. */
  readonly waiting: ReadonlySet<string>
  /** What the session wrote: each stands with the tool that wrote it. */
  readonly writes: readonly WireVersion[]
}

const nearPixels = 120

/** What was said and done, oldest first. It stays at its end while somebody is there. */
export function Transcript({ sessionId, events, words, ...rest }: TranscriptProps) {
  const list = useRef<HTMLDivElement>(null)
  const isNear = useRef(true)
  useEffect(() => {
    const element = list.current
    if (element !== null && isNear.current) element.scrollTop = element.scrollHeight
  }, [events.length, words?.text])
  const entries = readLog(events)
  return (
    <div
      ref={list}
      class="transcript leaf"
      role="log"
      aria-label="What was said"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isNear.current = scrollHeight - scrollTop - clientHeight < nearPixels
      }}
    >
      {entries.length === 0 && <p class="soft">Nothing was said yet.</p>}
      {entries.map((entry) => (
        <EntryView key={idOf(entry)} entry={entry} sessionId={sessionId} {...rest} />
      ))}
      {words !== undefined && (
        <Message from="agent" text={words.text} note="writing…" time={undefined} />
      )}
    </div>
  )
}

function idOf(entry: Entry): string {
  return entry.kind === 'tool' ? entry.use.id : entry.event.id
}

interface EntryProps {
  readonly entry: Entry
  readonly sessionId: string
  readonly waiting: ReadonlySet<string>
  readonly writes: readonly WireVersion[]
}

function EntryView({ entry, sessionId, waiting, writes }: EntryProps) {
  switch (entry.kind) {
    case 'message': {
      const time = entry.event.processed_at ?? undefined
      const note = time === undefined ? 'waits to be read' : undefined
      return <Message from={entry.from} text={textOf(entry.event)} note={note} time={time} />
    }
    case 'tool':
      return (
        <>
          <Tool use={entry.use} result={entry.result} />
          {writesDuring(entry, writes).map((version) => (
            <Written key={version.id} version={version} />
          ))}
          {waiting.has(entry.use.id) && <Confirm sessionId={sessionId} toolUseId={entry.use.id} />}
        </>
      )
    case 'error':
      return (
        <p class="note failed">
          <Icon name="alert" />
          <VisibleText text={messageOf(entry.event)} />
        </p>
      )
    case 'mark':
      return <p class="mark soft small">{entry.text}</p>
  }
}

function messageOf(event: WireEvent): string {
  const { message } = (event['error'] ?? {}) as { readonly message?: string }
  return message ?? 'Something went wrong.'
}

const names = { user: 'User', agent: 'Agent', system: 'System' } as const

interface MessageProps {
  readonly from: 'user' | 'agent' | 'system'
  readonly text: string
  readonly note: string | undefined
  readonly time: string | undefined
}

function Message({ from, text, note, time }: MessageProps) {
  return (
    <article class={`message from-${from}`} aria-label={names[from]}>
      <p class="message-head small">
        <strong>{names[from]}</strong> {time !== undefined && <Ago time={time} />}
        {note !== undefined && <span class="soft"> {note}</span>}
      </p>
      <div class="message-text" dir="auto">
        <VisibleText text={text} />
      </div>
    </article>
  )
}

interface ToolProps {
  readonly use: WireEvent
  readonly result: WireEvent | undefined
}

/** What a tool was asked and what it said, folded: most people want to know that it ran. */
function Tool({ use, result }: ToolProps) {
  const input = (use['input'] ?? {}) as Readonly<Record<string, unknown>>
  const isError = result?.['is_error'] === true
  return (
    <details class={isError ? 'tool failed' : 'tool'}>
      <summary>
        <code>{String(use['name'])}</code>{' '}
        <span class="soft cut">
          <VisibleText text={subjectOf(input)} />
        </span>
        {result === undefined && <span class="tag">no result yet</span>}
        {isError && <span class="tag">failed</span>}
      </summary>
      <pre tabIndex={0} aria-label="Asked">
        <VisibleText text={JSON.stringify(input, undefined, 2)} />
      </pre>
      {result !== undefined && (
        <pre tabIndex={0} aria-label="Answered">
          <VisibleText text={textOf(result)} />
        </pre>
      )}
    </details>
  )
}

/** What a tool wrote, leading to what that changed. */
function Written({ version }: { readonly version: WireVersion }) {
  const { id, memory_store_id: storeId, path, operation } = version
  const link = storeLink(storeId, { path: path ?? undefined, version: id }, 'history')
  return (
    <p class="tool-write small">
      <span class={`tag ${operation}`}>{operation}</span>{' '}
      <Link href={link}>{path === null ? 'what was redacted' : <Foreign text={path} />}</Link>
    </p>
  )
}

/** The one value of a tool's input that says most. */
function subjectOf(input: Readonly<Record<string, unknown>>): string {
  const value = input['file_path'] ?? input['path'] ?? input['command'] ?? input['pattern']
  return typeof value === 'string' ? (value.split('\n')[0] ?? '') : ''
}

interface ConfirmProps {
  readonly sessionId: string
  readonly toolUseId: string
}

function Confirm({ sessionId, toolUseId }: ConfirmProps) {
  const against = reasonAgainst('write')
  const answer = (result: 'allow' | 'deny') => () =>
    confirmTool(sessionId, toolUseId, result).catch(sayFailure)
  return (
    <p class="note warn">
      The agent asks whether it may use this tool.
      <Action label="Allow" kind="main" against={against} onClick={answer('allow')} />
      <Action label="Deny" against={against} onClick={answer('deny')} />
    </p>
  )
}
