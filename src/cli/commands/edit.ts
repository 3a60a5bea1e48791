import type { Api } from '../../api.ts'
import { diffTexts } from '../../domain/history/hunks.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import { findMemory, parseMemoryAddress, resolveStore } from '../address.ts'
import { ask, canAsk } from '../ask.ts'
import type { Command, ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { openDraft, type Draft } from '../editor.ts'
import { showHunks } from '../show-hunks.ts'
import { lineFor } from '../print.ts'
import { withRemote } from '../remote.ts'
import { err, out, painter, wantsColour } from '../terminal.ts'
import { readText } from '../transfer/read-text.ts'

export const command: Command = {
  name: 'edit',
  summary: 'Edit a memory in $VISUAL or $EDITOR',
  usage: 'edit STORE:PATH',
  example: 'EDITOR=nano palimpsest edit notes:/style.md',
  options: connectionOptions,
  positionalsMax: 1,
  details:
    'Saves only over the content that you saw. If somebody else saved meanwhile, both versions are\n' +
    'shown and you choose. A path without a memory makes a new one. Your text is never lost: where\n' +
    'it cannot be saved, the file with it stays and is named.',
  run(args) {
    const { store, path } = parseMemoryAddress(args.positionals[0])
    return withRemote(args, { change: 'edit' }, async (api) => {
      const storeId = await resolveStore(api, store)
      const target: Target = { api, storeId, path }
      const base = await load(target)
      using draft = openDraft(path, base?.content ?? '')
      try {
        draft.edit()
        return await save(target, draft, base)
      } catch (error) {
        if (draft.isChanged()) {
          draft.keep()
          err(`palimpsest: your text is in ${draft.file}\n`)
        }
        throw error
      }
    })
  },
}

interface Target {
  readonly api: Api
  readonly storeId: string
  readonly path: string
}

/** The memory with its content; undefined when there is none. */
async function load({ api, storeId, path }: Target): Promise<Memory | undefined> {
  const memory = await findMemory(api, storeId, path)
  return memory && api.getMemory({ storeId, memoryId: memory.id, view: 'full' })
}

/** Saves the draft over `base`, the version it was made from; asks as long as others are faster. */
async function save(target: Target, draft: Draft, base: Memory | undefined): Promise<ExitCode> {
  for (;;) {
    const read = readText(draft.read())
    if ('reason' in read) throw new Error(`your text ${read.reason}`)
    if (read.text === (base?.content ?? '') && (base !== undefined || read.text === '')) {
      out('no change\n')
      return 0
    }
    try {
      await write(target, base, read.text)
      out(`${base === undefined ? 'created' : 'saved'} ${lineFor(target.path)}\n`)
      return 0
    } catch (error) {
      if (!isLostRace(error, target.path)) throw error
    }
    const theirs = await load(target)
    showBoth(theirs?.content, read.text)
    const next = await resolveConflict(draft, theirs)
    if (next === 'done') return 0
    if (next === 'failed') return 4
    base = theirs
  }
}

async function write(
  { api, storeId, path }: Target,
  base: Memory | undefined,
  content: string,
): Promise<void> {
  if (base === undefined) await api.createMemory({ storeId, path, content })
  else {
    await api.updateMemory({ storeId, memoryId: base.id, content, expectedSha256: base.sha256 })
  }
}

function isLostRace(error: unknown, path: string): boolean {
  if (!(error instanceof DomainError)) return false
  const { problem } = error
  if (problem.code === 'path_conflict') return problem.conflictingPath === path
  return problem.code === 'precondition_failed' || problem.code === 'not_found'
}

function showBoth(theirs: string | undefined, mine: string): void {
  const paint = painter(wantsColour(process.stderr))
  if (theirs === undefined) {
    err('Somebody deleted or moved this memory meanwhile.\n')
    return
  }
  err('Somebody saved this memory meanwhile.\n')
  err(`${paint('red', '- theirs, as it is stored now')}\n${paint('green', '+ yours')}\n\n`)
  const hunks = diffTexts(theirs, mine, 3)
  err(`${showHunks(hunks, process.stderr).join('\n')}\n`)
}

/** "again": save once more, now over their version. */
async function resolveConflict(
  draft: Draft,
  theirs: Memory | undefined,
): Promise<'again' | 'done' | 'failed'> {
  const over = theirs === undefined ? '[c]reate it again' : '[o]verwrite theirs'
  const question = `${over}, [e]dit yours again, [k]eep theirs, [s]ave yours elsewhere? `
  for (let asked = 0; canAsk() && asked < 10; asked += 1) {
    switch ((await ask(question)).charAt(0).toLowerCase()) {
      case 'o':
      case 'c':
        return 'again'
      case 'e':
        draft.edit()
        return 'again'
      case 'k':
        out('kept theirs\n')
        return 'done'
      case 's':
        draft.keep()
        out(`your text is in ${draft.file}\n`)
        return 'done'
      default:
    }
  }
  draft.keep()
  err(`palimpsest: not saved; your text is in ${draft.file}\n`)
  return 'failed'
}
