import type { Command, Option } from './command.ts'
import { commonOptions } from './parse-arguments.ts'

/** What `palimpsest COMMAND --help` prints. */
export function commandHelp(command: Command): string {
  const options = [...command.options, ...commonOptions].filter((option) => !option.hidden)
  const parts = [
    command.summary,
    `Usage:\n  palimpsest ${command.usage}`,
    `Example:\n${indent(command.example)}`,
    `Options:\n${optionList(options)}`,
    ...(command.details === undefined ? [] : [command.details]),
  ]
  return `${parts.join('\n\n')}\n`
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

function optionList(options: readonly Option[]): string {
  return alignedList(options.map((option) => [optionTitle(option), optionText(option)]))
}

function optionTitle(option: Option): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `
  return `${short}--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`
}

function optionText(option: Option): string {
  const choices = option.choices === undefined ? '' : ` (${option.choices.join(', ')})`
  return `${option.help}${choices}${option.repeated ? '; may be repeated' : ''}`
}

/** Two columns, the left one as wide as its widest entry. */
export function alignedList(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([title]) => title.length))
  return rows.map(([title, text]) => `  ${title.padEnd(width)}  ${text}`.trimEnd()).join('\n')
}
