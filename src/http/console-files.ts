// The browser application under /console: the files that the build left in dist/console.
import { hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StaticPage } from './door.ts'

/** Serves by path; undefined for what is no business of the console. */
export type ServePage = (
  path: string,
  headers: IncomingHttpHeaders,
) => Promise<StaticPage | undefined>

/** Beside the server's own modules once built, in dist/ when the server runs from source. */
const builtConsole = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/console/' : '../console/', import.meta.url),
)

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

/**
 * Nothing from outside, no script but ours, and no text that becomes markup: the browser refuses
 * every assignment to `innerHTML` and its like.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const safety: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
}

interface File {
  readonly contentType: string
  readonly etag: string
  /** Names of content never change behind their hash. */
  readonly isHashed: boolean
  readonly plain: Uint8Array
  readonly gzip: Uint8Array | undefined
  readonly br: Uint8Array | undefined
}

/**
 * Reads the built console once: whoever builds anew while this server runs changes nothing in it.
 * @param directory where the build is; the one that came with this server unless said otherwise
 */
export function serveConsole(directory: string = builtConsole): ServePage {
  const files = readFiles(directory)
  return async (path, headers) => {
    if (path !== '/console' && !path.startsWith('/console/')) return undefined
    const name = path.slice('/console/'.length)
    const file = files.get(name)
    if (file !== undefined) return answer(file, headers)
    // What is no file is a place inside the application, which finds its own way from the address.
    if (name.startsWith('assets/')) return noSuchFile
    const page = files.get('index.html')
    return page === undefined ? notBuilt : answer(page, headers)
  }
}

function readFiles(directory: string): ReadonlyMap<string, File> {
  const files = new Map<string, File>()
  if (!existsSync(join(directory, 'index.html'))) return files
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const contentType = contentTypes[extname(name)]
    if (contentType === undefined) continue
    const path = join(directory, name)
    const plain = readFileSync(path)
    files.set(name.replaceAll('\\', '/'), {
      contentType,
      etag: `"${hash('sha256', plain, 'hex').slice(0, 32)}"`,
      isHashed: name.startsWith('assets'),
      plain,
      gzip: readIfThere(`${path}.gz`),
      br: readIfThere(`${path}.br`),
    })
  }
  return files
}

function readIfThere(path: string): Uint8Array | undefined {
  return existsSync(path) ? readFileSync(path) : undefined
}

function answer(file: File, headers: IncomingHttpHeaders): StaticPage {
  const { contentType, etag } = file
  const common = {
    ...safety,
    etag,
    vary: 'accept-encoding',
    'cache-control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
  if (headers['if-none-match']?.includes(etag)) {
    return { status: 304, contentType, body: '', headers: common }
  }
  const encoding = chooseEncoding(file, headers['accept-encoding'])
  if (encoding === undefined) return { contentType, body: file.plain, headers: common }
  const body = file[encoding] ?? file.plain
  return { contentType, body, headers: { ...common, 'content-encoding': encoding } }
}

function chooseEncoding(file: File, header: string | string[] | undefined) {
  const accepted = String(header ?? '')
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.replace(/;.*/, '').trim())
  return (['br', 'gzip'] as const).find(
    (encoding) => file[encoding] !== undefined && accepted.includes(encoding),
  )
}

const noSuchFile: StaticPage = {
  status: 404,
  contentType: 'text/plain; charset=utf-8',
  headers: safety,
  body: 'the console has no such file\n',
}

const notBuilt: StaticPage = {
  status: 404,
  contentType: 'text/html; charset=utf-8',
  headers: safety,
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Palimpsest</title>
<h1>The console is not built</h1>
<p>Run <code>npm run build</code> where this server was cloned, and start it again.
Everything else works without it: <a href="/docs">the reference</a>.</p></html>`,
}
