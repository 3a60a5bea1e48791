import { alignedList } from '../help.ts'
import type { Flag, Kind, Operation } from './operation.ts'
import { groups, operations } from './operations.ts'
import { globalFlags, type Invocation } from './parse.ts'

/** Help for the whole grammar, one resource or one verb. */
export function antHelp({ group, operation }: Invocation, program: string): string {
  if (operation !== undefined) return operationHelp(operation, program)
  const shown = group === undefined ? [...groups] : groups.filter((one) => one === group)
  const lists = shown.map((one) => `${one}\n${verbList(one)}`)
  return `${[
    'Memory stores, agents and sessions in the grammar of `ant`',
    `Usage:\n  ${program} [flags] RESOURCE VERB [flags] [ID]`,
    ...lists,
    `Example:\n  ${program} beta:memory-stores list --transform id --raw-output`,
    `Flags of every command:\n${globalList()}`,
  ].join('\n\n')}\n`
}

function verbList(group: string): string {
  const inGroup = operations.filter((operation) => operation.group === group)
  return alignedList(inGroup.map((operation) => [operation.verb, operation.summary]))
}

function operationHelp(operation: Operation, program: string): string {
  const { group, verb, flags } = operation
  const positional = operation.positional === undefined ? '' : ` [ID]`
  const required = flags
    .filter((flag) => flag.required)
    .map((flag) => ` --${flag.name} ${word(flag)}`)
  const notes = [
    ...(operation.positional === undefined ? [] : [`ID stands for --${operation.positional}.`]),
    ...(operation.hasBody ? ['A map piped in as YAML or JSON fills in flags not given.'] : []),
  ]
  return `${[
    operation.summary,
    `Usage:\n  ${program} ${group} ${verb}${required.join('')}${positional}`,
    `Example:\n  ${operation.example.replace(/^palimpsest/, program)}`,
    `Flags:\n${alignedList(flags.map((flag) => [flagTitle(flag), flagText(flag)]))}`,
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    `Flags of every command:\n${globalList()}`,
  ].join('\n\n')}\n`
}

function flagTitle(flag: Flag): string {
  return flag.kind === 'boolean' ? `--${flag.name}` : `--${flag.name} ${word(flag)}`
}

const words: Readonly<Record<Kind, string>> = {
  string: 'TEXT',
  nullable: 'TEXT',
  integer: 'N',
  nullableInteger: 'N',
  boolean: '',
  map: 'MAP',
  mapOrWord: 'MAP',
  any: 'VALUE',
  sequence: 'LIST',
  list: 'NAME',
  maps: 'MAP',
}

function word(flag: Flag): string {
  if (flag.place === 'path') return 'ID'
  return flag.name.startsWith('created-at-') ? 'TIME' : words[flag.kind]
}

function flagText(flag: Flag): string {
  return flag.required ? `${flag.help} (required)` : flag.help
}

function globalList(): string {
  const rows = globalFlags
    .filter((flag) => flag.refused === undefined)
    .map((flag): [string, string] => {
      const short = flag.short === undefined ? '' : `-${flag.short}, `
      return [`${short}--${flag.name}${flag.isSwitch ? '' : ' VALUE'}`, flag.help]
    })
  return alignedList(rows)
}
