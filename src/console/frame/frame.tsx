import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { Link, useLocation } from 'wouter-preact'
import type { WireIdentity } from '../../wire/key.ts'
import { Action } from '../parts/action.tsx'
import { Icon } from '../parts/icon.tsx'
import { useActorWords } from '../session/actor-name.tsx'
import { leave } from '../session/credential.ts'
import { identity, roleNames } from '../session/identity.ts'
import { onKey, useCommands } from './commands.ts'
import { HelpOverlay } from './help-overlay.tsx'
import { searchPage, storesLink } from './links.ts'
import { pages } from './pages.tsx'
import { Palette } from './palette.tsx'
import { cycleTheme, theme } from './theme.ts'
import { Toasts } from './toasts.tsx'

const overlay = signal<'palette' | 'help' | undefined>(undefined)
const close = () => (overlay.value = undefined)

/** What is around every page: the bar, the way about, and what lies over it. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const [, navigate] = useLocation()
  // As soon as something is seen, its keys work.
  useLayoutEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  useCommands([
    { name: 'All commands', key: 'mod+k', run: () => (overlay.value = 'palette') },
    { name: 'Show all shortcuts', key: '?', run: () => (overlay.value = 'help') },
    ...pages.flatMap(({ path, nav }) =>
      nav === undefined
        ? []
        : [{ name: `Go to ${nav.label}`, key: nav.key, run: () => navigate(path) }],
    ),
    { name: 'Search the texts of all stores', key: 's', run: () => navigate(searchPage()) },
    { name: 'Change between light and dark', run: cycleTheme },
    { name: 'Sign out', run: () => leave() },
  ])
  return (
    <div class="frame">
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <Bar />
      <main id="page" class="page" tabIndex={-1}>
        {children}
      </main>
      <Toasts />
      {overlay.value === 'palette' && <Palette onClose={close} />}
      {overlay.value === 'help' && <HelpOverlay onClose={close} />}
    </div>
  )
}

const themeIcons = { system: 'system', light: 'sun', dark: 'moon' } as const

function Bar() {
  const who = identity.value
  return (
    <header class="bar">
      <Link href={storesLink} class="brand">
        <span class="brand-mark" aria-hidden="true" />
        Palimpsest
      </Link>
      <nav class="bar-nav" aria-label="Pages">
        {pages.map(({ path, nav }) => nav && <NavLink {...nav} key={path} path={path} />)}
      </nav>
      <span class="bar-space" />
      <SearchAll />
      <Action
        label="Commands"
        icon="list"
        kind="quiet"
        shortcut="Control+K"
        onClick={() => (overlay.value = 'palette')}
      >
        <kbd class="wide-only">Ctrl K</kbd>
      </Action>
      {who !== undefined && <Role who={who} />}
      <Action
        label={`Colours: ${theme.value}`}
        icon={themeIcons[theme.value]}
        iconOnly
        kind="quiet"
        onClick={cycleTheme}
      />
      <Action
        label="Shortcuts and help"
        icon="help"
        iconOnly
        kind="quiet"
        onClick={() => (overlay.value = 'help')}
      />
      <Action label="Sign out" icon="signOut" iconOnly kind="quiet" onClick={() => leave()} />
    </header>
  )
}

/** What the key may do; which one it is, is one look away. */
function Role({ who }: { readonly who: WireIdentity }) {
  const { actor, role, workspace_id: workspace } = who
  const wordsOf = useActorWords(actor === null ? [] : [actor])
  const key = actor === null ? '' : `Signed in with ${wordsOf(actor)}, `
  return (
    <span class="role" title={`${key}workspace ${workspace}`}>
      {roleNames[role]}
    </span>
  )
}

/** The way to the texts of all stores for who does not know the keys. */
function SearchAll() {
  const [location] = useLocation()
  return (
    <Link
      href={searchPage()}
      class="nav-link bar-search"
      title="In the texts of all stores"
      aria-current={location === searchPage() ? 'page' : undefined}
    >
      <Icon name="search" />
      <span class="nav-label">Search all</span>
    </Link>
  )
}

interface NavLinkProps {
  readonly path: string
  readonly label: string
  readonly icon: Parameters<typeof Icon>[0]['name']
}

function NavLink({ path, label, icon }: NavLinkProps) {
  const [location] = useLocation()
  const isHere = location === path || location.startsWith(`${path}/`)
  return (
    <Link href={path} class="nav-link" title={label} aria-current={isHere ? 'page' : undefined}>
      <Icon name={icon} />
      <span class="nav-label">{label}</span>
    </Link>
  )
}
