import type { RevertInput } from '../../api/history.ts'
import { readActor } from '../actor-flags.ts'
import { asDirectory, parseAddress, resolveStore } from '../address.ts'
import { checkAskable } from '../ask.ts'
import { UsageError, type Arguments, type Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { visibleLine } from '../invisible.ts'
import { parseMoment } from '../moment.ts'
import { withRemote } from '../remote.ts'
import { dryRunOption, jsonOption, yesOption } from '../shared-options.ts'
import { planAndDo, type Undo } from '../undo.ts'

export const command: Command = {
  name: 'revert',
  summary: 'Take back what one session or key wrote, and nothing else',
  usage: 'revert STORE[:DIRECTORY] --session ID | --key ID [--dry-run] [--yes] [--json]',
  example: 'palimpsest revert notes --session sesn_01… --dry-run',
  options: [
    { name: 'session', value: 'ID', help: 'What this session wrote' },
    { name: 'key', value: 'ID', help: 'What was written with this API key' },
    { name: 'actor', value: 'ID', help: 'What any actor wrote, as `log` names it' },
    { name: 'since', value: 'MOMENT', help: 'Only what was written then or later' },
    { name: 'until', value: 'MOMENT', help: 'Only what was written then or earlier' },
    dryRunOption,
    yesOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 1,
  details:
    'Shows what it would do and asks on a terminal; elsewhere it needs --yes. Memories that nobody\n' +
    'else wrote become what they were before; where others wrote since, their lines stay. What\n' +
    'cannot be told apart is left alone and listed. All of it happens as new versions, or nothing.',
  run(args) {
    const { store, path } = parseAddress(args.positionals[0], 'STORE[:DIRECTORY]')
    const pathPrefix = path === undefined || path === '/' ? undefined : asDirectory(path)
    const what = readWhat(args)
    checkAskable(args)
    const change = args.flag('dry-run') ? undefined : 'revert'
    return withRemote(args, { change }, async (api) => {
      const storeId = await resolveStore(api, store)
      const undo: Undo = (asked) => api.revert({ storeId, pathPrefix, ...what, ...asked })
      return planAndDo(args, undo, nothingOf(args))
    })
  },
}

/** For a slip in an id or in a store's name, which is no failure: nothing is to be taken back. */
function nothingOf(args: Arguments): string {
  const who = args.text('session') ?? args.text('key') ?? args.text('actor') ?? ''
  const isBounded = args.text('since') !== undefined || args.text('until') !== undefined
  const where = visibleLine(args.positionals[0] ?? '')
  return `${visibleLine(who)} wrote nothing in ${where}${isBounded ? ' in that time' : ''}`
}

function readWhat(args: Arguments): Omit<RevertInput, 'storeId'> {
  const whose = readActor(args)
  if (Object.values(whose).filter((id) => id !== undefined).length !== 1) {
    throw new UsageError('give one of --session ID, --key ID and --actor ID: whose writes')
  }
  const [since, until] = [args.text('since'), args.text('until')]
  const first = since === undefined ? undefined : parseMoment(since, '--since')
  const last = until === undefined ? undefined : parseMoment(until, '--until')
  return {
    ...whose,
    since: first?.at,
    sinceSeq: first?.atSeq,
    until: last?.at,
    untilSeq: last?.atSeq,
  }
}
