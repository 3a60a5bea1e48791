import { effect, signal } from '@preact/signals'

const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const slot = 'palimpsest-theme'

export const theme = signal<Theme>(
  themes.find((known) => known === localStorage.getItem(slot)) ?? 'system',
)

/** From the system's colours to the other ones first: what is pressed shows. */
export function cycleTheme(): void {
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches
  const order = isDark ? themes : themes.toReversed()
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length] ?? 'system'
}

effect(() => {
  const { value } = theme
  if (value === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = value
  localStorage.setItem(slot, value)
})
