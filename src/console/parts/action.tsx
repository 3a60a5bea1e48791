import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { useSending } from './form.tsx'
import { Icon, type IconName } from './icon.tsx'
import { useOneRun } from './one-run.ts'

interface ActionProps {
  readonly label: string
  readonly icon?: IconName
  /** Only the icon is shown; the label is read out and shown when pointed at. */
  readonly iconOnly?: boolean
  readonly kind?: 'plain' | 'main' | 'danger' | 'quiet'
  /** Why it cannot be done: greyed, still reachable, and it says so. */
  readonly against?: string | undefined
  readonly shortcut?: string | undefined
  readonly busy?: boolean
  readonly pressed?: boolean
  readonly submit?: boolean
  readonly onClick?: (() => unknown) | undefined
  readonly children?: ComponentChildren
}

/**
 * A button that says what it does, and when it cannot, why. It is busy until what it began is done,
 * and does nothing twice meanwhile. It is never `disabled`: what cannot be focused cannot explain
 * itself.
 */
export function Action(props: ActionProps) {
  const { label, icon, iconOnly = false, kind = 'plain', against } = props
  const isSending = useSending()
  const [isRunning, run] = useOneRun()
  const busy = props.busy === true || isRunning || (props.submit === true && isSending)
  const id = useId()
  const reason = against === undefined ? {} : { 'aria-disabled': true, 'aria-describedby': id }
  const press = (event: Event) => {
    if (against !== undefined || busy) event.preventDefault()
    else if (props.onClick !== undefined) void run(props.onClick)
  }
  return (
    <span class="action">
      <button
        type={props.submit === true ? 'submit' : 'button'}
        class={`button ${kind} ${iconOnly ? 'icon' : ''}`}
        aria-label={iconOnly ? label : undefined}
        aria-keyshortcuts={props.shortcut}
        aria-busy={busy ? true : undefined}
        aria-pressed={props.pressed}
        title={against ?? (iconOnly ? label : undefined)}
        onClick={press}
        {...reason}
      >
        {icon !== undefined && <Icon name={icon} />}
        {!iconOnly && <span>{label}</span>}
        {props.children}
      </button>
      {against !== undefined && (
        <span id={id} class="reason" role="note">
          {against}
        </span>
      )}
    </span>
  )
}
