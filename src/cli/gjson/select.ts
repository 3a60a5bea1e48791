import { parseJson, type JsonMember, type JsonValue } from '../json/value.ts'
import { modifiers } from './modifiers.ts'
import { closingIndex, firstStep, matchesPattern, splitOutside, type Step } from './path.ts'
import { matchesQuery, parseQuery } from './query.ts'

/**
 * What a GJSON path finds in a value, undefined when nothing. The path language is that of
 * github.com/tidwall/gjson (SYNTAX.md): `a.b`, `a.0`, `a.#`, `a.#.b`, `a.#(b=="c").d`, `a*`,
 * `{a,b}`, `[a,b]`, `@reverse`, `!"literal"`, "|" and "\\".
 */
export function select(value: JsonValue, path: string): JsonValue | undefined {
  if (path === '') return undefined
  if (path.startsWith('..')) return selectStep({ kind: 'array', items: [value] }, path.slice(2))
  const special = selectSpecial(value, path)
  return special === 'ordinary' ? selectStep(value, path) : special
}

function selectSpecial(value: JsonValue, path: string): JsonValue | undefined | 'ordinary' {
  const first = path.charAt(0)
  if (first === '@') return selectModifier(value, path)
  if (first === '!') return selectLiteral(path)
  if (first !== '{' && first !== '[') return 'ordinary'
  const end = closingIndex(path, 0)
  const rest = path.slice(end + 1)
  if (end === -1 || !/^([.|]|$)/.test(rest)) return 'ordinary'
  const parts = splitOutside(path.slice(1, end), ',')
  const selected = first === '{' ? selectMembers(value, parts) : selectItems(value, parts)
  return goOn(selected, rest)
}

function selectMembers(value: JsonValue, parts: readonly string[]): JsonValue {
  const members: JsonMember[] = []
  for (const part of parts) {
    const named = /^("(?:[^"\\]|\\.)*"):(.*)$/su.exec(part) ?? /^(\w+):(.*)$/su.exec(part)
    const path = named?.[2] ?? part
    const item = select(value, path)
    if (item !== undefined) members.push([named?.[1] ? nameOf(named[1]) : lastName(path), item])
  }
  return { kind: 'object', members }
}

function nameOf(text: string): string {
  return text.startsWith('"') ? String(JSON.parse(text)) : text
}

/** What an unnamed member is called: the last component, if it is a plain word. */
function lastName(path: string): string {
  const last = path.split(/[.|]/).at(-1) ?? ''
  return /^[^[\]{}()#*?!@"\\]+$/.test(last) ? last : '_'
}

function selectItems(value: JsonValue, parts: readonly string[]): JsonValue {
  const items = parts.map((part) => select(value, part)).filter((item) => item !== undefined)
  return { kind: 'array', items }
}

function selectModifier(value: JsonValue, path: string): JsonValue | undefined | 'ordinary' {
  const found = /^@([^.|:]+)(:?)/.exec(path)
  const name = found?.[1] ?? ''
  const start = found?.[0].length ?? 0
  const [argument, rest] = found?.[2] === ':' ? splitArgument(path, start) : ['', path.slice(start)]
  if (name === 'dig') return goOn({ kind: 'array', items: dig(value, argument) }, rest)
  const modifier = Object.hasOwn(modifiers, name) ? modifiers[name] : undefined
  if (modifier === undefined) return 'ordinary'
  return goOn(modifier(value, argument), rest)
}

function splitArgument(path: string, start: number): [argument: string, rest: string] {
  if ('{["'.includes(path.charAt(start) || ' ')) {
    const end = closingIndex(path, start)
    if (end !== -1) return [path.slice(start, end + 1), path.slice(end + 1)]
  }
  const end = path.indexOf('|', start)
  return end === -1 ? [path.slice(start), ''] : [path.slice(start, end), path.slice(end)]
}

/** Everything that the path finds in the value or, at any depth, below it. */
function dig(value: JsonValue, path: string): JsonValue[] {
  const here = select(value, path)
  const below = value.kind === 'array' ? value.items : members(value).map(([, item]) => item)
  return [...(here === undefined ? [] : [here]), ...below.flatMap((item) => dig(item, path))]
}

function selectLiteral(path: string): JsonValue | undefined {
  const [literal = '', ...rest] = splitOutside(path.slice(1), '|')
  try {
    return goOn(parseJson(literal), rest.length === 0 ? '' : `|${rest.join('|')}`)
  } catch {
    return undefined
  }
}

function goOn(value: JsonValue | undefined, rest: string): JsonValue | undefined {
  return value === undefined || rest === '' ? value : select(value, rest.slice(1))
}

function selectStep(value: JsonValue, path: string): JsonValue | undefined {
  if (value.kind === 'array') {
    if (path.startsWith('#(') || path.startsWith('#[')) return selectMatching(value.items, path)
    return selectElement(value.items, firstStep(path))
  }
  const step = firstStep(path)
  const found = members(value).find(([key]) =>
    step.isPattern ? matchesPattern(key, step.part) : key === step.part,
  )
  return found && follow(found[1], step)
}

function members(value: JsonValue): readonly JsonMember[] {
  return value.kind === 'object' ? value.members : []
}

function follow(value: JsonValue, step: Step): JsonValue | undefined {
  return step.rest === undefined ? value : select(value, step.rest)
}

function selectElement(items: readonly JsonValue[], step: Step): JsonValue | undefined {
  if (step.part === '#') return selectEach(items, step)
  if (!/^\d+$/.test(step.part)) return undefined
  const item = items[Number(step.part)]
  return item && follow(item, step)
}

/** `#` counts; `#.path` collects what the path finds in each element, up to a "|". */
function selectEach(items: readonly JsonValue[], step: Step): JsonValue | undefined {
  const count: JsonValue = { kind: 'number', digits: String(items.length) }
  if (step.rest === undefined) return count
  if (step.isPiped && !/^[@{[!]/.test(step.rest)) return select(count, step.rest)
  return collect(items, step.rest)
}

function collect(items: readonly JsonValue[], path: string): JsonValue | undefined {
  const [each = '', ...piped] = splitOutside(path, '|')
  const found = items.map((item) => select(item, each)).filter((item) => item !== undefined)
  const rest = piped.join('|')
  return goOn({ kind: 'array', items: found }, piped.length === 0 ? '' : `|${rest}`)
}

/** `#(query)`: the first element that matches; `#(query)#`: all of them. */
function selectMatching(items: readonly JsonValue[], path: string): JsonValue | undefined {
  const end = closingIndex(path, 1)
  if (end === -1) return undefined
  const query = parseQuery(path.slice(2, end))
  const matches = (item: JsonValue) =>
    query.path === '' ? matchesQuery(query, item) : matchesQuery(query, select(item, query.path))
  const all = path[end + 1] === '#'
  const rest = path.slice(end + (all ? 2 : 1))
  if (!all) return goOn(items.find(matches), rest)
  const matching = items.filter(matches)
  if (rest.startsWith('.')) return collect(matching, rest.slice(1))
  return goOn({ kind: 'array', items: matching }, rest)
}
