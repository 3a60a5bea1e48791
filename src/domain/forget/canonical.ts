/**
 * JSON with one spelling for each value: keys in the order of their UTF-16 units, no white space,
 * as RFC 8785 has it for what we write (texts, whole numbers, lists, objects). Absent fields are
 * left out.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
