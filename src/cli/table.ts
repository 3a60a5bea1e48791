import type { Command } from './command.ts'

/** What is known of a command before its file is loaded: enough for the list and for completion. */
export interface Entry {
  readonly name: string
  readonly summary: string
  readonly section: 'Memory' | 'Agents' | 'Server' | 'Shell'
  readonly isHidden?: boolean
  load(): Promise<{ readonly command: Command }>
}

export const table: readonly Entry[] = [
  {
    name: 'serve',
    summary: 'Serve memory stores over HTTP',
    section: 'Server',
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'config',
    summary: 'Print the effective settings of serve and where each comes from',
    section: 'Server',
    load: () => import('./commands/config.ts'),
  },
  {
    name: 'keys create',
    summary: 'Make an API key; its secret is shown once',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/keys.ts')).create }),
  },
  {
    name: 'keys list',
    summary: 'List API keys, revoked ones included',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/keys.ts')).list }),
  },
  {
    name: 'keys revoke',
    summary: 'Revoke an API key; its open streams end within a second',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/keys.ts')).revoke }),
  },
  {
    name: 'workspaces create',
    summary: 'Make a workspace: a wall around its stores and keys',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/workspaces.ts')).create }),
  },
  {
    name: 'workspaces list',
    summary: 'List workspaces',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/workspaces.ts')).list }),
  },
  {
    name: 'webhooks create',
    summary: 'Send events of stores to a URL; the secret that signs them is shown once',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/webhooks.ts')).create }),
  },
  {
    name: 'webhooks list',
    summary: 'List webhooks',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/webhooks.ts')).list }),
  },
  {
    name: 'webhooks update',
    summary: 'Change a webhook, stop it, or let it go on',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/webhooks.ts')).update }),
  },
  {
    name: 'webhooks delete',
    summary: 'Delete a webhook and its deliveries',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/webhooks.ts')).remove }),
  },
  {
    name: 'webhooks rotate',
    summary: 'Give a webhook a new secret; the old one signs beside it for a day',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/webhooks.ts')).rotate }),
  },
  {
    name: 'webhooks test',
    summary: 'Send a test event',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/webhooks.ts')).test }),
  },
  {
    name: 'webhooks deliveries',
    summary: 'List deliveries, newest first; dead ones were given up',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/webhooks.ts')).deliveries }),
  },
  {
    name: 'webhooks retry',
    summary: 'Send deliveries again at once',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/webhooks.ts')).retry }),
  },
  {
    name: 'webhooks replay',
    summary: 'Send what happened in a store after a sequence again',
    section: 'Server',
    load: async () => ({ command: (await import('./commands/webhooks.ts')).replay }),
  },
  {
    name: 'environments keys',
    summary: 'Make, list and revoke the keys of the workers of an environment',
    section: 'Server',
    load: () => import('./commands/environment-keys.ts'),
  },
  {
    name: 'backup',
    summary: 'Copy the SQLite database to a file, while it serves',
    section: 'Server',
    load: () => import('./commands/backup.ts'),
  },
  {
    name: 'verify',
    summary: 'Check everything stored: hashes, heads, counters, sequences, paths, sessions',
    section: 'Server',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'drill',
    summary: 'Try the way back: back up, check the copy, serve it, read it; then throw it away',
    section: 'Server',
    load: () => import('./commands/drill.ts'),
  },
  {
    name: 'restore-backup',
    summary: 'Make a data directory of a backup, which is checked first',
    section: 'Server',
    load: () => import('./commands/restore-backup.ts'),
  },
  {
    name: 'forget',
    summary: 'Erase everything about a subject, everywhere, and get a signed receipt',
    section: 'Server',
    load: () => import('./commands/forget.ts'),
  },
  {
    name: 'stores list',
    summary: 'List the stores, newest first',
    section: 'Memory',
    load: () => import('./commands/stores-list.ts'),
  },
  {
    name: 'stores create',
    summary: 'Make a store and print its id',
    section: 'Memory',
    load: () => import('./commands/stores-create.ts'),
  },
  {
    name: 'stores archive',
    summary: 'Make a store read-only, for good; its memories and versions stay',
    section: 'Memory',
    load: () => import('./commands/stores-archive.ts'),
  },
  {
    name: 'stores delete',
    summary: 'Delete a store with all memories and versions, for good',
    section: 'Memory',
    load: () => import('./commands/stores-delete.ts'),
  },
  {
    name: 'ls',
    summary: 'List memories like files, or the stores',
    section: 'Memory',
    load: () => import('./commands/ls.ts'),
  },
  {
    name: 'cat',
    summary: 'Print the content of memories',
    section: 'Memory',
    load: () => import('./commands/cat.ts'),
  },
  {
    name: 'put',
    summary: 'Store a file, standard input or a directory',
    section: 'Memory',
    load: () => import('./commands/put.ts'),
  },
  {
    name: 'get',
    summary: 'Write a memory to a file, or a directory of them',
    section: 'Memory',
    load: () => import('./commands/get.ts'),
  },
  {
    name: 'edit',
    summary: 'Edit a memory in $VISUAL or $EDITOR',
    section: 'Memory',
    load: () => import('./commands/edit.ts'),
  },
  {
    name: 'mv',
    summary: 'Move a memory or a directory; ids and versions stay',
    section: 'Memory',
    load: () => import('./commands/mv.ts'),
  },
  {
    name: 'rm',
    summary: 'Delete memories; their versions stay readable for a while',
    section: 'Memory',
    load: () => import('./commands/rm.ts'),
  },
  {
    name: 'find',
    summary: 'Find memories by name',
    section: 'Memory',
    load: () => import('./commands/find.ts'),
  },
  {
    name: 'search',
    summary: 'Search memories for words, those that changed last first',
    section: 'Memory',
    load: () => import('./commands/search.ts'),
  },
  {
    name: 'grep',
    summary: 'Print the lines of memories that match a regular expression',
    section: 'Memory',
    load: () => import('./commands/grep.ts'),
  },
  {
    name: 'log',
    summary: 'Show versions, newest first: when, by whom, what',
    section: 'Memory',
    load: () => import('./commands/log.ts'),
  },
  {
    name: 'show',
    summary: 'Show a version, a memory or a store in full',
    section: 'Memory',
    load: () => import('./commands/show.ts'),
  },
  {
    name: 'blame',
    summary: 'Show who wrote each line of a memory, and when',
    section: 'Memory',
    load: () => import('./commands/blame.ts'),
  },
  {
    name: 'diff',
    summary: 'Show what changed between two moments, versions or stores',
    section: 'Memory',
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'restore',
    summary: 'Bring a memory, a directory or a store back to what it was',
    section: 'Memory',
    load: () => import('./commands/restore.ts'),
  },
  {
    name: 'revert',
    summary: 'Take back what one session or key wrote, and nothing else',
    section: 'Memory',
    load: () => import('./commands/revert.ts'),
  },
  {
    name: 'mount',
    summary: 'Mount a store: a directory in which every finished write is a version',
    section: 'Memory',
    load: () => import('./commands/mount.ts'),
  },
  {
    name: 'umount',
    summary: 'Unmount a store; what was written is sent first',
    section: 'Memory',
    load: () => import('./commands/umount.ts'),
  },
  {
    name: 'status',
    summary: 'Show the state of a mount: what waits, what was refused and why',
    section: 'Memory',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'sync',
    summary: 'Keep a plain directory and a store equal, where nothing can be mounted',
    section: 'Memory',
    load: () => import('./commands/sync.ts'),
  },
  {
    name: 'summarize',
    summary: 'Have a model condense long memories, each saved as a version after its diff was seen',
    section: 'Memory',
    load: () => import('./commands/summarize.ts'),
  },
  {
    name: 'export',
    summary: 'Write a store to a directory, an archive, or a git repository',
    section: 'Memory',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'import',
    summary: 'Make a store of an archive, a git repository, or a folder of text',
    section: 'Memory',
    load: () => import('./commands/import.ts'),
  },
  {
    name: 'mirror',
    summary: 'Bring the history of a store into one of another server, and go on later',
    section: 'Memory',
    load: () => import('./commands/mirror.ts'),
  },
  {
    name: 'demo',
    summary: 'Show an agent that remembers across sessions, offline, with a built-in model',
    section: 'Agents',
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'chat',
    summary: 'Talk to an agent that has the memory of a store',
    section: 'Agents',
    load: () => import('./commands/chat.ts'),
  },
  {
    name: 'completion',
    summary: 'Print the completion script of a shell',
    section: 'Shell',
    load: () => import('./commands/completion.ts'),
  },
  {
    name: 'version',
    summary: 'Print the version of the program',
    section: 'Shell',
    load: () => import('./commands/version.ts'),
  },
  {
    name: '@completion',
    summary: 'The same, as `ant` calls it',
    section: 'Shell',
    isHidden: true,
    load: () => import('./commands/completion.ts'),
  },
]
