/** Below these the keys are their owner's, and stay as they are. */
const opaque: ReadonlySet<string> = new Set(['input', 'metadata', 'inputSchema', 'input_schema'])

/** camelCase of the domain to snake_case of the wire, as deep as it goes. */
export function snakeKeys(value: unknown): unknown {
  return mapKeys(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
}

/** Keys that are not of the wire's spelling become unknown ones, which are refused. */
export function camelKeys(value: unknown): unknown {
  return mapKeys(value, (key) =>
    /[A-Z!]/.test(key)
      ? `!${key}`
      : key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  )
}

function mapKeys(value: unknown, spell: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, spell))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      spell(key),
      opaque.has(key) ? item : mapKeys(item, spell),
    ]),
  )
}
