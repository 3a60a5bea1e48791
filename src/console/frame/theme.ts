import { effect, signal } from '@preact/signals'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const slot = 'palimpsest-theme'

export const theme = signal<Theme>(
  themes.find((known) => known === localStorage.getItem(slot)) ?? 'system',
)

export function cycleTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system'
}

effect(() => {
  const { value } = theme
  if (value === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = value
  localStorage.setItem(slot, value)
})
