import { visibleJson, visibleText } from '../invisible.ts'
import { oneLine, pretty } from '../json/render.ts'
import { compact, parseJson, toPlain, type JsonValue } from '../json/value.ts'
import type { Format } from './parse.ts'

export interface OutputOptions {
  readonly format: Format
  readonly transform: string | undefined
  /** Strings without quotes. */
  readonly raw: boolean
  readonly isTerminal: boolean
  readonly colour: boolean
}

/** What one answer, or one item of a list, prints. */
export async function renderAnswer(text: string, options: OutputOptions): Promise<string> {
  if (options.format === 'raw' && !options.transform && !options.isTerminal) return `${text}\n`
  const value = parseJson(text)
  return renderValue(value, options)
}

export async function renderValue(value: JsonValue, options: OutputOptions): Promise<string> {
  // A path that finds nothing leaves the whole value.
  const shown = options.transform ? ((await pick(value, options.transform)) ?? value) : value
  const { isTerminal, colour } = options
  if (options.raw && shown.kind === 'string') {
    return `${isTerminal ? visibleText(shown.text) : shown.text}\n`
  }
  const render = { colour, escape: isTerminal ? visibleJson : undefined }
  switch (options.format) {
    case 'jsonl':
    case 'raw':
      return oneLine(shown, { ...render, colour: colour && options.format === 'jsonl' })
    case 'yaml': {
      const { stringify } = await import('yaml')
      const yaml = stringify(toPlain(shown), { lineWidth: 0 })
      return isTerminal ? visibleText(yaml) : yaml
    }
    case 'pretty':
      return `${plainLines(shown, '').join('\n')}\n`
    default:
      return pretty(shown, render)
  }
}

async function pick(value: JsonValue, path: string): Promise<JsonValue | undefined> {
  const { select } = await import('../gjson/select.ts')
  return select(value, path)
}

/** For people: keys and values without JSON's punctuation. */
function plainLines(value: JsonValue, indent: string): string[] {
  if (value.kind === 'object') {
    return value.members.flatMap(([key, item]) => entry(`${indent}${key}:`, item, indent))
  }
  if (value.kind === 'array') {
    return value.items.flatMap((item, index) => entry(`${indent}${index + 1}.`, item, indent))
  }
  return [indent + plainScalar(value)]
}

function entry(title: string, value: JsonValue, indent: string): string[] {
  const isEmpty = value.kind === 'object' && value.members.length === 0
  const isNone = value.kind === 'array' && value.items.length === 0
  if (isEmpty || isNone) return [`${visibleText(title)} (${isEmpty ? 'empty' : 'none'})`]
  if (value.kind === 'object' || value.kind === 'array') {
    return [visibleText(title), ...plainLines(value, `${indent}  `)]
  }
  return [`${visibleText(title)} ${plainScalar(value)}`]
}

function plainScalar(value: JsonValue): string {
  if (value.kind === 'string') return value.text === '' ? '(empty)' : visibleText(value.text)
  if (value.kind === 'true') return 'yes'
  return value.kind === 'false' ? 'no' : compact(value)
}
