import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { inWords } from '../api/failure.ts'
import { Icon } from '../parts/icon.tsx'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly kind: 'done' | 'failed'
  readonly action?: { readonly label: string; readonly run: () => unknown } | undefined
}

const toasts = signal<readonly Toast[]>([])
let last = 0

const shownMax = 3
/** Long enough to read it; it also waits while it is pointed at. */
const readMs = 8_000
/** Long enough to think about it and to reach the button. */
const actMs = 30_000

export function say(text: string, action?: Toast['action']): void {
  show({ text, kind: 'done', action })
}

export function sayFailure(error: unknown): void {
  show({ text: inWords(error), kind: 'failed' })
}

function show(toast: Omit<Toast, 'id'>): void {
  last += 1
  toasts.value = [...toasts.value.filter(stays).slice(1 - shownMax), { ...toast, id: last }]
}

/** What can be acted on, or went wrong, stays beside the news; what was merely done does not. */
function stays({ kind, action }: Toast): boolean {
  return kind === 'failed' || action !== undefined
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

export function Toasts() {
  return (
    <div class="toasts" role="region" aria-label="Notifications">
      <div role="status" aria-live="polite">
        {toasts.value.map((toast) => (
          <ToastLine key={toast.id} toast={toast} />
        ))}
      </div>
    </div>
  )
}

function ToastLine({ toast }: { readonly toast: Toast }) {
  const { id, text, kind, action } = toast
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const stop = () => clearTimeout(timer.current)
  const start = () => {
    stop()
    timer.current = setTimeout(() => dismiss(id), action === undefined ? readMs : actMs)
  }
  useEffect(() => {
    start()
    return stop
  }, [])
  return (
    <div
      class={`toast ${kind}`}
      onMouseEnter={stop}
      onMouseLeave={start}
      onFocusIn={stop}
      onFocusOut={start}
    >
      <Icon name={kind === 'done' ? 'check' : 'alert'} />
      <span class="toast-text">{text}</span>
      {action !== undefined && (
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            dismiss(id)
            void action.run()
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        class="button quiet icon"
        aria-label="Dismiss"
        onClick={() => dismiss(id)}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}
