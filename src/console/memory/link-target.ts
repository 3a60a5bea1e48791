/** Where a link in a memory leads. */
export type Target =
  | { readonly type: 'memory'; readonly path: string }
  | { readonly type: 'outside'; readonly address: string }
  | { readonly type: 'refused' }

const outside: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:'])

/**
 * An address without a scheme is a path of the store, seen from the memory that has it; of the
 * schemes only those that lead to pages and mail are followed.
 * @param from path of the memory
 */
export function resolveTarget(address: string, from: string): Target {
  if (/^[a-z][a-z0-9+.-]*:/i.test(address) || address.startsWith('//')) {
    const url = parse(address)
    if (url === undefined || !outside.has(url.protocol)) return { type: 'refused' }
    return { type: 'outside', address: url.href }
  }
  const name = decode(address.replace(/[?#].*$/, ''))
  if (name === '' || name === undefined) return { type: 'refused' }
  const segments = name.startsWith('/') ? [] : from.split('/').slice(1, -1)
  for (const segment of name.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return { type: 'memory', path: `/${segments.join('/')}` }
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address)
  } catch {
    return undefined
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
