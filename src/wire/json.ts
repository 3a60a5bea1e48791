/** The object in an answer; a stranger's server is to blame when it is anything else. */
export function expectObject(json: unknown, type?: string): object {
  if (typeof json !== 'object' || json === null) {
    throw new Error('the server answered something that is not a JSON object')
  }
  if (type !== undefined && (json as { type?: unknown }).type !== type) {
    throw new Error(`the server answered something that is not a ${type}`)
  }
  return json
}
