import { compact, type JsonValue } from './value.ts'

export interface RenderOptions {
  readonly colour: boolean
  /** Rewrites what a terminal would not show, or would obey; must leave it valid JSON. */
  readonly escape?: ((text: string) => string) | undefined
}

const columnsMax = 80
const codes = { key: '1;34', string: '32', number: '33', word: '35' } as const

/** Indented by two; an array without objects stays on one line where it fits into 80 columns. */
export function pretty(value: JsonValue, options: RenderOptions): string {
  return `${layOut(value, { options, indent: '', comma: ',', column: 0 })}\n`
}

/** On one line. */
export function oneLine(value: JsonValue, options: RenderOptions): string {
  if (!options.colour) return `${(options.escape ?? same)(compact(value))}\n`
  return `${layOut(value, { options, indent: undefined, comma: ',', column: 0 })}\n`
}

interface Place {
  readonly options: RenderOptions
  /** undefined: everything on one line. */
  readonly indent: string | undefined
  readonly comma: ',' | ', '
  readonly column: number
}

function layOut(value: JsonValue, place: Place): string {
  switch (value.kind) {
    case 'object':
      return enclose('{}', layOutMembers(value.members, place), place)
    case 'array':
      return layOutArray(value.items, place)
    case 'string':
      return paint('string', quote(value.text, place.options), place.options)
    case 'number':
      return paint('number', value.digits, place.options)
    default:
      return paint('word', value.kind, place.options)
  }
}

function layOutMembers(members: readonly (readonly [string, JsonValue])[], place: Place): string[] {
  const inner = deeper(place.indent)
  return members.map(([key, item]) => {
    const quoted = quote(key, place.options)
    const column = (inner?.length ?? 0) + quoted.length + 2
    const space = place.indent === undefined ? '' : ' '
    const text = layOut(item, { ...place, indent: inner, column })
    return `${paint('key', quoted, place.options)}:${space}${text}`
  })
}

function layOutArray(items: readonly JsonValue[], place: Place): string {
  if (place.indent !== undefined && isFlat(items)) {
    const flat: Place = { ...place, indent: undefined, comma: ', ' }
    const plain: Place = { ...flat, options: { ...place.options, colour: false } }
    const show = (how: Place) =>
      enclose(
        '[]',
        items.map((item) => layOut(item, how)),
        how,
      )
    if (place.column + show(plain).length <= columnsMax) return show(flat)
  }
  const inner = deeper(place.indent)
  const below = { ...place, indent: inner, column: inner?.length ?? 0 }
  return enclose(
    '[]',
    items.map((item) => layOut(item, below)),
    place,
  )
}

function isFlat(items: readonly JsonValue[]): boolean {
  return items.every(
    (item) => item.kind !== 'object' && (item.kind !== 'array' || isFlat(item.items)),
  )
}

function enclose(brackets: string, parts: readonly string[], { indent, comma }: Place): string {
  const [open, close] = [brackets.charAt(0), brackets.charAt(1)]
  if (parts.length === 0) return brackets
  if (indent === undefined) return `${open}${parts.join(comma)}${close}`
  const inner = `\n${deeper(indent) ?? ''}`
  return `${open}${inner}${parts.join(`,${inner}`)}\n${indent}${close}`
}

function deeper(indent: string | undefined): string | undefined {
  return indent === undefined ? undefined : `${indent}  `
}

function quote(text: string, options: RenderOptions): string {
  return (options.escape ?? same)(JSON.stringify(text))
}

function same(text: string): string {
  return text
}

function paint(part: keyof typeof codes, text: string, options: RenderOptions): string {
  return options.colour ? `\u001b[${codes[part]}m${text}\u001b[0m` : text
}
