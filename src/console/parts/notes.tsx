import type { ComponentChildren } from 'preact'
import { inWords } from '../api/failure.ts'
import { Action } from './action.tsx'
import { Icon, type IconName } from './icon.tsx'

interface EmptyProps {
  readonly icon: IconName
  readonly title: ComponentChildren
  /** Whether it is all there is on the page, and so its heading. */
  readonly isPage?: boolean
  readonly children?: ComponentChildren
}

/** Nothing is here, and what one can do about it. */
export function Empty({ icon, title, isPage = false, children }: EmptyProps) {
  const Title = isPage ? 'h1' : 'p'
  return (
    <div class="empty">
      <Icon name={icon} />
      <Title class="empty-title">{title}</Title>
      {children}
    </div>
  )
}

interface FailureProps {
  readonly error: unknown
  readonly onRetry?: (() => unknown) | undefined
}

/** Something went wrong, in the server's words. */
export function FailureNote({ error, onRetry }: FailureProps) {
  return (
    <div class="note failed" role="alert">
      <Icon name="alert" />
      <p>{inWords(error)}</p>
      {onRetry !== undefined && <Action label="Try again" onClick={onRetry} />}
    </div>
  )
}

interface NoteProps {
  readonly kind: 'warn' | 'good' | 'info'
  readonly icon?: IconName
  readonly children: ComponentChildren
}

export function Note({ kind, icon, children }: NoteProps) {
  return (
    <div class={`note ${kind}`} role="status">
      {icon !== undefined && <Icon name={icon} />}
      <div>{children}</div>
    </div>
  )
}

/** Grey lines where text will be, as high as the text, so that nothing jumps. */
export function Waiting({ lines, label }: { readonly lines: number; readonly label: string }) {
  return (
    <div class="waiting" role="status">
      <span class="unseen">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="waiting-line" />
      ))}
    </div>
  )
}
