// Reads who imports whom from source text. Written for formatted code: one statement starts a line.
import { readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

/** Below these nothing is ours. */
const skipped = new Set([
  '.git',
  'node_modules',
  'dist',
  'coverage',
  'test-artifacts',
  '__pycache__',
])

/** All files of the project below a folder of it, as paths from the root, in order. */
export function filesBelow(folder: string): string[] {
  const found: string[] = []
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (skipped.has(entry.name)) continue
    if (entry.isFile()) found.push(path)
    else if (entry.isDirectory()) found.push(...filesBelow(path))
  }
  return found.sort()
}

export interface Specifier {
  readonly text: string
  /** What stands between the braces or before "from": the names. */
  readonly names: string
  /** Gone when the program runs: `import type`, `export type`. */
  readonly typeOnly: boolean
}

const statement = /^(?:import|export)\s+(type\s+)?(?:([^'"`;]*?)\sfrom\s+)?['"]([^'"]+)['"]/gm
const call = /\bimport\(\s*['"`]([^'"`]+)['"`]/g
/** A module that is started, not a file that is read. */
const url = /\bnew URL\(\s*['"`](\.{1,2}\/[^'"`]+(?:\.[jt]s|\}))['"`],\s*import\.meta\.url/g

/** What a module imports, re-exports, imports when it runs, or starts as a worker. */
export function specifiersIn(source: string): Specifier[] {
  const code = withoutComments(source)
  const statements = [...code.matchAll(statement)].map(([, typeOnly, names = '', text = '']) => ({
    text,
    names,
    typeOnly: typeOnly !== undefined,
  }))
  const others = [...code.matchAll(call), ...code.matchAll(url)].map(([, text = '']) => text)
  const workers = [...code.matchAll(worker)].map(([, name = '']) => `./${name}.ts`)
  const started = [...others, ...workers].map((text) => ({ text, names: '', typeOnly: false }))
  return [...statements, ...started]
}

/** How an engine names the module of a thread: `workerModule('writer', import.meta.url)`. */
const worker = /\bworkerModule\(\s*['"`]([\w-]+)['"`],\s*import\.meta\.url/g

/** Source without whole-line and block comments; a comment behind code stays. */
export function withoutComments(source: string): string {
  return source.replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '').replace(/^\s*\/\/.*$/gm, '')
}

/**
 * The file a relative specifier names, from the root; undefined for packages and built-in modules.
 * A
 * worker's address ends in an expression for the extension, so that it holds in dist/ too.
 */
export function resolveSpecifier(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const path = resolve(root, dirname(file), specifier.replace(/\$\{.*$/, ''))
  return relative(root, /\.\w+$/.test(path) ? path : `${path}.ts`)
}

/** True when a module does nothing but hand on what others export. */
export function isBarrel(source: string): boolean {
  const code = withoutComments(source)
  const handsOn = /^export\s+(?:type\s+)?(?:\*[^;'"]*|\{[^}]*\})\s+from\s+['"][^'"]+['"];?$/gm
  const rest = code.replace(handsOn, '').replace(/^import\s[^'"]*['"][^'"]+['"];?$/gm, '')
  return code !== code.replace(handsOn, '') && rest.trim() === ''
}
