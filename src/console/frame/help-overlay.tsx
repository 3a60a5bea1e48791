import { Dialog } from '../parts/dialog.tsx'
import { listCommands, setSingleKeys, singleKeys, spellKey } from './commands.ts'

const everywhere = [
  ['Move in a list or tree', '↑ ↓'],
  ['Open or fold a directory', '→ ←'],
  ['Open what is chosen', 'Enter'],
  ['Close what lies on top', 'Esc'],
] as const

/** The keys that do something here. */
export function HelpOverlay({ onClose }: { readonly onClose: () => void }) {
  const commands = listCommands().filter(({ key }) => key !== undefined)
  return (
    <Dialog title="Shortcuts" onClose={onClose}>
      <dl class="keys">
        {commands.map(({ name, key = '' }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <kbd>{spellKey(key)}</kbd>
            </dd>
          </div>
        ))}
        {everywhere.map(([name, keys]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <kbd>{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        />
        Single-letter shortcuts
      </label>
      <p class="soft small">
        The server describes every operation in <a href="/docs">its reference</a>.
      </p>
    </Dialog>
  )
}
