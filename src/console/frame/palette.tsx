import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import { Dialog } from '../parts/dialog.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { useStores } from '../stores/store-queries.ts'
import { searchPage, storeLink } from './links.ts'
import { listCommands, spellKey, type PageCommand } from './commands.ts'

const shownMax = 60

/** Everything that can be done here, found by a few letters of its name. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const [, navigate] = useLocation()
  const stores = useStores()
  const words = text.trim()
  const search = () => navigate(searchPage(), { state: { words } })
  const texts = { name: `Search the texts of all stores for “${words}”`, run: search }
  const open = (stores.data ?? []).map(({ id, name }) => ({
    name: `Open ${name}`,
    run: () => navigate(storeLink(id)),
  }))
  const named = find(text, [...listCommands(), ...open]).slice(0, shownMax)
  const found = words === '' ? named : [...named, texts]
  const current = Math.min(chosen, Math.max(0, found.length - 1))
  const run = (command: PageCommand | undefined) => {
    if (command === undefined || command.against !== undefined) return
    onClose()
    void command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    if (event.key === 'Enter') run(found[current])
    else if (step !== undefined && found.length > 0) {
      setChosen((current + step + found.length) % found.length)
    } else return
    event.preventDefault()
  }
  return (
    <Dialog title="What do you want to do?" onClose={onClose}>
      <input
        class="input"
        role="combobox"
        aria-label="Command"
        placeholder="A command, a store, or words to search for"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length === 0 ? undefined : `palette-${current}`}
        autocomplete="off"
        autofocus
        value={text}
        onKeyDown={onKeyDown}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setChosen(0)
        }}
      />
      <ul id="palette-list" class="palette-list" role="listbox" aria-label="Commands" tabIndex={-1}>
        {found.map((command, index) => (
          <PaletteLine
            key={command.name}
            index={index}
            command={command}
            isChosen={index === current}
            onRun={() => run(command)}
          />
        ))}
      </ul>
      <p class="soft small" role="status">
        {named.length === 0 && stores.isPending && 'Loading the stores…'}
      </p>
    </Dialog>
  )
}

interface LineProps {
  readonly index: number
  readonly command: PageCommand
  readonly isChosen: boolean
  readonly onRun: () => void
}

function PaletteLine({ index, command, isChosen, onRun }: LineProps) {
  const { name, key, against } = command
  return (
    <li
      id={`palette-${index}`}
      class="palette-line"
      role="option"
      aria-selected={isChosen}
      aria-disabled={against === undefined ? undefined : true}
      ref={(element) => {
        if (isChosen) element?.scrollIntoView({ block: 'nearest' })
      }}
      onClick={onRun}
    >
      <span class="cut">
        <Foreign text={name} />
      </span>
      {against !== undefined && <span class="small">{against}</span>}
      {key !== undefined && <kbd>{spellKey(key)}</kbd>}
    </li>
  )
}

/** Those whose name has every word, what begins with the text first. */
function find(text: string, commands: readonly PageCommand[]): readonly PageCommand[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const named = commands.map((command) => ({ command, name: command.name.toLowerCase() }))
  const hits = named.filter(({ name }) => words.every((word) => name.includes(word)))
  const first = words[0] ?? ''
  const rank = (name: string) => (name.startsWith(first) ? 0 : 1)
  return hits.sort((a, b) => rank(a.name) - rank(b.name)).map(({ command }) => command)
}
