import type { Api } from '../../api.ts'
import { connect } from '../../client/connect.ts'
import { isDirectory } from '../../domain/memory/memory.ts'
import { allStores, resolveStore } from '../address.ts'
import type { Command } from '../command.ts'
import { connectionFlags } from '../connection-flags.ts'
import { resolveServer } from '../credentials.ts'
import { parseArguments } from '../parse-arguments.ts'
import { files } from './files.ts'

/** A shell waits for completion with its user: no server is worth more than this. */
const answerMsMax = 1_500

interface Position {
  readonly before: readonly string[]
  readonly typed: string
}

/** What a positional can be: the command's usage says whether a file or a store stands there. */
export async function completePositional(command: Command, position: Position): Promise<string[]> {
  const args = parseArguments({ ...command, positionalsMax: Infinity }, position.before)
  const kind = kindOf(command.name, args.positionals.length, args.flag('recursive'))
  if (kind === 'shell') return ['bash', 'zsh', 'fish']
  if (kind === 'file') return [files]
  if (kind === undefined) return []
  using api = connect(resolveServer(connectionFlags(args)), { attemptsMax: 1 })
  const source = args.positionals[0] ?? ''
  return await Promise.race([
    kind === 'target'
      ? completePath(api, source.split(':/')[0] ?? '', position.typed)
      : completeAddress(api, position.typed, kind),
    new Promise<string[]>((resolve) => setTimeout(resolve, answerMsMax, []).unref()),
  ])
}

type Kind = 'file' | 'store' | 'memory' | 'target' | 'shell'

/** What stands at a position; `target` is a path in the store that was named before. */
function kindOf(name: string, index: number, recursive: boolean): Kind | undefined {
  switch (name) {
    case 'completion':
      return index === 0 ? 'shell' : undefined
    case 'stores archive':
    case 'stores delete':
      return index === 0 ? 'store' : undefined
    case 'ls':
    case 'find':
    case 'search':
    case 'log':
    case 'show':
    case 'blame':
    case 'diff':
    case 'restore':
    case 'revert':
      return index === 0 ? 'memory' : undefined
    case 'cat':
    case 'rm':
      return 'memory'
    case 'edit':
      return index === 0 ? 'memory' : undefined
    case 'redact':
      return index === 0 ? 'store' : undefined
    case 'grep':
      return index === 1 ? 'memory' : undefined
    case 'mv':
      return index === 0 ? 'memory' : 'target'
    case 'get':
      return index === 0 ? 'memory' : 'file'
    case 'put':
      return index === 0 ? 'file' : recursive ? 'store' : 'memory'
    default:
      return undefined
  }
}

async function completeAddress(api: Api, typed: string, kind: Kind): Promise<string[]> {
  const at = typed.indexOf(':/')
  if (at > 0) {
    const store = typed.slice(0, at)
    const paths = await completePath(api, store, typed.slice(at + 1))
    return paths.map((path) => `${store}:${path}`)
  }
  const names: string[] = []
  for await (const store of allStores(api)) {
    if (store.archivedAt === undefined) names.push(store.name)
    if (typed.startsWith('memstore_')) names.push(store.id)
  }
  const fitting = [...new Set(names)].filter((name) => `${name}:`.startsWith(typed))
  // One store left: go on into it.
  const [only] = fitting
  if (kind === 'memory' && fitting.length === 1 && only !== undefined) return [`${only}:/`]
  return fitting.map((name) => (typed.endsWith(':') ? `${name}:/` : name))
}

/** The children of the directory that is being typed. */
async function completePath(api: Api, store: string, typed: string): Promise<string[]> {
  const storeId = await resolveStore(api, store)
  const prefix = typed.slice(0, typed.lastIndexOf('/') + 1) || '/'
  const pathPrefix = prefix === '/' ? undefined : prefix
  const page = await api.listMemories({ storeId, pathPrefix, depth: 1, limit: 100 })
  return page.items.map((item) => (isDirectory(item) ? item.prefix : item.path))
}
