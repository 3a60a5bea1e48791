import type { StaticPage } from './door.ts'
import { makeOpenApi } from './openapi.ts'
import { makeReference, referenceHeaders } from './reference-page.ts'

/** Documents about the server itself, made when somebody first asks. */
export function createDocuments(version: string): (path: string) => StaticPage | undefined {
  const made = new Map<string, StaticPage>()
  return (path) => {
    const known = made.get(path)
    if (known !== undefined) return known
    const page = makeDocument(path, version)
    if (page !== undefined) made.set(path, page)
    return page
  }
}

function makeDocument(path: string, version: string): StaticPage | undefined {
  switch (path) {
    case '/openapi.json':
      return { contentType: 'application/json', body: JSON.stringify(makeOpenApi(version)) }
    case '/docs':
      return {
        contentType: 'text/html; charset=utf-8',
        body: makeReference(version),
        headers: referenceHeaders,
      }
    default:
      return undefined
  }
}
