import { signal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'

/** Something a person can do from here: listed in the palette, in the help, and by its key. */
export interface PageCommand {
  readonly name: string
  /** One key as `event.key` has it, or `mod+s`; absent: only in the palette. */
  readonly key?: string
  /** Why it cannot be done now; undefined when it can. */
  readonly against?: string | undefined
  readonly run: () => unknown
}

type Source = readonly PageCommand[]

const sources = signal<readonly Source[]>([])

/** All that can be done here, what was offered last first. */
export function listCommands(): readonly PageCommand[] {
  return sources.value.toReversed().flat()
}

/** Offers commands while the component is there, each as the page was last rendered. */
export function useCommands(commands: Source): void {
  useLayoutEffect(() => {
    sources.value = [...sources.value, commands]
    return () => {
      sources.value = sources.value.filter((source) => source !== commands)
    }
  })
}

const slot = 'palimpsest-single-keys'
/** Whether single letters do something; people who dictate or slip switch it off. */
export const singleKeys = signal(localStorage.getItem(slot) !== 'off')

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on
  localStorage.setItem(slot, on ? 'on' : 'off')
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** How a key is written for people. */
export function spellKey(key: string): string {
  const name = key.replace('mod+', isMac ? '⌘ ' : 'Ctrl ').replace('Escape', 'Esc')
  return name.replace(
    /(^| )([a-z])$/,
    (_, before: string, letter: string) =>
      `${before}${before === '' ? letter : letter.toUpperCase()}`,
  )
}

/** Runs the command of a key; for the window's `keydown`. */
export function onKey(event: KeyboardEvent): void {
  if (isTypedOn(event)) return
  if (event.defaultPrevented || event.isComposing || event.altKey) return
  const mod = isMac ? event.metaKey : event.ctrlKey
  const key = mod ? `mod+${event.key.toLowerCase()}` : event.key
  if (!mod && (event.ctrlKey || event.metaKey)) return
  if (!mod && (isTyping(event) || !singleKeys.value)) return
  if (document.querySelector('dialog[open]') !== null) return
  const found = listCommands().find((command) => command.key === key)
  if (found === undefined) return
  event.preventDefault()
  if (found.against === undefined) void found.run()
}

/** How soon after a letter somebody still goes on with the same text. */
const typingMs = 1_000
/** Keys after which somebody is done with a field, as after those with Ctrl. */
const leaving: ReadonlySet<string> = new Set(['Enter', 'Escape', 'Tab'])
let typed: { readonly into: Node; readonly at: number } | undefined
window.addEventListener('pointerdown', () => (typed = undefined))

/** Whether a key was meant for a field that went away under it: it is nobody's command. */
function isTypedOn(event: KeyboardEvent): boolean {
  const { key, timeStamp: at } = event
  const [target] = event.composedPath()
  const isLetter = !event.ctrlKey && !event.metaKey && !leaving.has(key)
  if (isTyping(event) || !isLetter) {
    typed = isLetter && target instanceof Node ? { into: target, at } : undefined
    return false
  }
  if (typed === undefined || typed.into.isConnected || at - typed.at > typingMs) return false
  typed = { ...typed, at }
  return true
}

function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath()
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
