import { groups } from './ant/operations.ts'
import { alignedList } from './help.ts'
import { table, type Entry } from './table.ts'

/** What `palimpsest --help` prints, or `palimpsest GROUP --help`. */
export function generalHelp(group?: string): string {
  return group === undefined ? wholeHelp() : groupHelp(group)
}

function groupHelp(group: string): string {
  const entries = table.filter((entry) => entry.name.startsWith(`${group} `))
  const list = alignedList(entries.map((entry) => [entry.name, entry.summary]))
  return `Commands:\n${list}\n\nExample:\n  palimpsest ${entries[0]?.name ?? group} --help\n`
}

function wholeHelp(): string {
  const sections: readonly Entry['section'][] = ['Server', 'Memory', 'Agents', 'Shell']
  const lists = sections.map((section) => `${section}:\n${sectionList(section)}`)
  return `${[
    'Palimpsest: versioned memory for agents, on a server that you own',
    'Usage:\n  palimpsest COMMAND [flags]\n  palimpsest COMMAND --help',
    ...lists,
    `In the grammar of \`ant\` (palimpsest ${groups[0]} --help):\n${groups
      .map((group) => `  ${group}`)
      .join('\n')}`,
    'Example:\n  palimpsest serve &\n  palimpsest stores create notes\n' +
      '  echo "Use tabs." | palimpsest put - notes:/style.md',
    'URL and key come from --base-url with --api-key, else from ANTHROPIC_BASE_URL with\n' +
      'ANTHROPIC_API_KEY, else from the file that `palimpsest serve` writes: always both from one place.\n' +
      'A key in the environment without ANTHROPIC_BASE_URL gives way to that file; without the file it is\n' +
      'for the hosted service, where a key that begins with plm- is never sent.',
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict, 5 not allowed.',
  ].join('\n\n')}\n`
}

function sectionList(section: Entry['section']): string {
  const entries = table.filter((entry) => entry.section === section && !entry.isHidden)
  return alignedList(entries.map((entry) => [entry.name, entry.summary]))
}
