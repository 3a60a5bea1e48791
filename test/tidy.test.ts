// The walls and measures of the house (ARCHITECTURE.md, CONTRIBUTING.md), checked on the real
// files.
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  filesBelow,
  isBarrel,
  resolveSpecifier,
  root,
  specifiersIn,
  withoutComments,
} from './support/imports.ts'

/** Who may import whom; everybody may import within the own folder. "*" is everything. */
const allowed: Record<string, readonly string[]> = {
  domain: [],
  api: ['domain'],
  storage: ['domain'],
  usecases: ['domain', 'storage/port', 'api'],
  wire: ['domain', 'api'],
  client: ['wire', 'api', 'domain'],
  http: ['wire', 'api', 'domain', 'observe'],
  mcp: ['api', 'domain'],
  mount: ['api', 'domain'],
  sync: ['api', 'domain'],
  transfer: ['api', 'domain', 'wire'],
  agent: ['api', 'domain'],
  observe: ['domain'],
  webhooks: ['domain', 'storage/port', 'wire'],
  config: ['domain'],
  version: [],
  console: ['wire'],
  cli: ['client', 'api', 'domain', 'config', 'sync', 'mount', 'transfer', 'server', 'version'],
  server: ['*'],
}

/** Packages and built-in modules that only these places may name. */
const kept: Record<string, RegExp> = {
  'node:sqlite': /^src\/storage\/sqlite\//,
  pg: /^src\/storage\/postgres\//,
  'find-my-way': /^src\/http\//,
  'node:http': /^src\/(http|client|webhooks)\//,
  'node:https': /^src\/(http|client|webhooks)\//,
  ajv: /^src\/http\//,
  pino: /^src\/observe\//,
  'prom-client': /^src\/observe\//,
  '@anthropic-ai/sdk': /^src\/agent\/anthropic\.ts$/,
}

const isTest = (file: string) => file.endsWith('.test.ts')
const sources = filesBelow('src').filter((file) => /\.tsx?$/.test(file) && !isTest(file))
const code = ['src', 'test', 'bench', 'scripts', 'tools', 'docs'].flatMap((folder) =>
  filesBelow(folder).filter((file) => /\.(tsx?|mjs)$/.test(file)),
)
const read = (file: string) => readFileSync(join(root, file), 'utf8')

interface Edge {
  readonly from: string
  /** A file from the root, or the name of a package. */
  readonly to: string
  readonly names: string
  readonly typeOnly: boolean
}

const edges: Edge[] = sources.flatMap((from) =>
  specifiersIn(read(from)).map(({ text, ...rest }) => ({
    from,
    to: resolveSpecifier(from, text) ?? text,
    ...rest,
  })),
)
const inner = edges.filter(({ to }) => to.startsWith('src/'))
const outer = edges.filter(({ to }) => !to.startsWith('src/'))

/** The folder or file below src/ that a file belongs to. */
const partOf = (file: string) => file.split('/')[1]?.replace(/\.tsx?$/, '') ?? ''
const show = ({ from, to }: Edge) => `${from} → ${to}`

describe('this test sees what it judges', () => {
  test('the files and their imports', () => {
    expect(sources.length).toBeGreaterThan(25)
    expect(inner.length).toBeGreaterThan(60)
    const seen = inner.map(show)
    expect(seen).toContain('src/api.ts → src/domain/caller.ts')
    expect(seen).toContain('src/storage/port.ts → src/domain/memory/path.ts')
    expect(seen).toContain('src/domain/memory/move.ts → src/domain/memory/decide.ts')
    expect(seen).toContain('src/storage/sqlite/writer-thread.ts → src/storage/sqlite/writer.ts')
    expect(outer.map(show)).toContain('src/domain/page.ts → node:crypto')
  })

  test('every file that an import names', () => {
    const missing = inner.filter(({ to }) => !sources.includes(to) && !to.endsWith('.json'))
    expect(missing.map(show)).toEqual([])
  })

  test('every way to name a module', () => {
    const source = [
      `import { a } from './a.ts'`,
      `import type { B } from './b.ts'`,
      `import {\n  c,\n  type D,\n} from './c.ts'`,
      `import './e.ts'`,
      `export { f } from './f.ts'`,
      `export * from './g.ts'`,
      `const h = await import('./h.ts')`,
      `new Worker(new URL('./i.ts', import.meta.url))`,
      'new Worker(new URL(`./j${extname(import.meta.url)}`, import.meta.url))',
      `workerModule('./k'.slice(2), base)`,
      `workerModule('writer', import.meta.url)`,
      `// import { k } from './k.ts'`,
      `/* import { l } from './l.ts' */`,
      `const text = "import { m } from './m.ts'"`,
    ].join('\n')
    expect(specifiersIn(source).map(({ text }) => text.charAt(2))).toEqual('abcefghijw'.split(''))
    expect(specifiersIn(source).filter(({ typeOnly }) => typeOnly)).toHaveLength(1)
  })

  test('a barrel, and what is none', () => {
    expect(isBarrel(`// all\nexport * from './a.ts'\nexport { b, c } from './b.ts'\n`)).toBe(true)
    expect(isBarrel(`export { b } from './b.ts'\nexport const c = 1\n`)).toBe(false)
    expect(isBarrel(`import { b } from './b.ts'\nexport const c = b\n`)).toBe(false)
  })
})

describe('walls', () => {
  test('every folder below src/ has its line in the table', () => {
    const parts = new Set(sources.map(partOf))
    expect([...parts].filter((part) => !(part in allowed))).toEqual([])
  })

  test('imports follow the table', () => {
    const broken = inner.filter(({ from, to }) => {
      const rules = allowed[partOf(from)] ?? []
      const target = to.slice('src/'.length).replace(/\.tsx?$/, '')
      const own = partOf(from) === partOf(to)
      return !own && !rules.some((rule) => rule === '*' || isBelow(target, rule))
    })
    expect(broken.map(show)).toEqual([])
  })

  test('nothing but the command line imports the server', () => {
    const importers = inner
      .filter(({ to }) => partOf(to) === 'server')
      .map(({ from }) => partOf(from))
    expect(new Set(importers)).toEqual(new Set(['cli', 'server']))
  })

  test('the console takes types from the wire and nothing that runs', () => {
    const runs = inner.filter((edge) => partOf(edge.from) === 'console' && !edge.typeOnly)
    expect(runs.length).toBeGreaterThan(100)
    expect(runs.filter(({ to }) => partOf(to) !== 'console').map(show)).toEqual([])
  })

  test('no engine knows another engine', () => {
    const engine = (file: string) => /^src\/storage\/(sqlite|postgres)\//.exec(file)?.[1]
    const crossing = inner.filter(({ from, to }) => {
      const [mine, other] = [engine(from), engine(to)]
      return mine !== undefined && other !== undefined && mine !== other
    })
    expect(crossing.map(show)).toEqual([])
  })

  test('a use-case calls no use-case', () => {
    const useCases = /^src\/usecases\/[^/]+\//
    const verbOf = (file: string) =>
      basename(file, '.ts').replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())
    const calls = inner.filter(
      ({ from, to, names }) =>
        useCases.test(from) && useCases.test(to) && names.match(/\w+/g)?.includes(verbOf(to)),
    )
    // Shared nouns have files of their own; a file of a verb holds the verb under its own name.
    expect(sources.filter((file) => useCases.test(file)).length).toBeGreaterThan(20)
    expect(calls.filter(({ to }) => read(to).includes(`UseCase<'${verbOf(to)}'>`))).toEqual([])
  })

  test('the domain is pure: of what is built in it names hashing, and no package', () => {
    const named = outer.filter(({ from }) => partOf(from) === 'domain').map(({ to }) => to)
    expect([...new Set(named)]).toEqual(['node:crypto'])
  })

  test('drivers, framework and other packages are named in their own places only', () => {
    const broken = outer.filter(({ from, to }) => !(kept[packageOf(to)] ?? /^/).test(from))
    expect(broken.map(show)).toEqual([])
  })

  test('the product imports what it depends on, and nothing of the tests', () => {
    const { dependencies, devDependencies } = manifest()
    const unknown = outer.filter(({ from, to }) => {
      // The console is shipped with what it uses built in.
      const known = partOf(from) === 'console' ? devDependencies : dependencies
      const isBuiltIn = to.startsWith('node:') && partOf(from) !== 'console'
      return !isBuiltIn && !(packageOf(to) in known)
    })
    expect(unknown.map(show)).toEqual([])
  })

  test('what the console is made of runs nowhere else', () => {
    const users = (part: (file: string) => boolean) =>
      new Set(outer.filter(({ from }) => part(from)).map(({ to }) => packageOf(to)))
    const ofConsole = users((file) => partOf(file) === 'console')
    expect(ofConsole.size).toBeGreaterThan(5)
    expect(users((file) => partOf(file) !== 'console').intersection(ofConsole)).toEqual(new Set())
  })

  test('there are no cycles', () => {
    expect(findCycle(inner.filter(({ typeOnly }) => !typeOnly))).toBeUndefined()
    const cycle = [
      { from: 'a', to: 'b', names: '', typeOnly: false },
      { from: 'b', to: 'a', names: '', typeOnly: true },
    ]
    expect(findCycle(cycle)).toEqual(['a', 'b', 'a'])
  })
})

describe('measures', () => {
  test('a file has at most 400 lines', () => {
    expect(code.filter((file) => read(file).trimEnd().split('\n').length > 400)).toEqual([])
  })

  test('a line has at most 100 characters, besides what a string or an address needs', () => {
    const long = code.flatMap((file) =>
      measure(read(file)).flatMap((length, index) =>
        length > 100 ? [`${file}:${index + 1} has ${length}`] : [],
      ),
    )
    expect(long).toEqual([])
  })

  test('texts do not count, comments and code do', () => {
    const text = 'x'.repeat(120)
    const texts = [`const a = '${text}'`, 'const b = `', text, '`', `/* ${text} */`, `c(${text})`]
    expect(measure(texts.join('\n')).map((length) => length > 100)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ])
  })

  test('no module only hands on what others export', () => {
    expect(sources.filter((file) => isBarrel(read(file)))).toEqual([])
  })

  test('a file is named for what is in it, in kebab case', () => {
    const bags = /^(utils?|helpers?|common|types?|misc|shared|index|lib|constants)$/
    const names = code.map((file) => ({ file, name: basename(file).replace(/\..*$/, '') }))
    const wrong = names.filter(
      ({ name }) => bags.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name),
    )
    expect(wrong.map(({ file }) => file)).toEqual([])
    const folders = code.flatMap((file) => file.split('/').slice(0, -1))
    expect(folders.filter((folder) => bags.test(folder))).toEqual([])
  })

  test('the product has no default exports', () => {
    const defaults = /^export\s+default\b|^export\s+\{[^}]*\bas\s+default\b/m
    expect(sources.filter((file) => defaults.test(withoutComments(read(file))))).toEqual([])
  })
})

describe('words that have no place in the repository', () => {
  // Spelled in pieces, so that this file does not find itself.
  const banned: Record<string, RegExp> = {
    'a package registry': new RegExp(['npmjs', 'pythonhosted', 'artifactory'].join('\\.|\\.'), 'i'),
    'a registry host': new RegExp(
      `\\b(${['regis', 'try'].join('')}\\.[\\w-]+|pypi)\\.[a-z]{2,}\\b`,
    ),
    'a path of one machine': new RegExp(`(^|[^\\w.])/(${['work', 'root', 'Users'].join('|')})/\\w`),
    'a folder outside': new RegExp(`(^|[^\\w-])${['sha', 'red'].join('')}/`),
    'a note to come back': new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`),
  }
  const texts = filesBelow('.').filter(
    (file) => !/^LICENSE$|\.(png|jpg|ico|woff2|tgz|log|db|sqlite)$/.test(file),
  )

  test('are looked for in every kind of file', () => {
    expect(texts.length).toBeGreaterThan(60)
    for (const file of ['package.json', '.ci/run', 'src/api.ts', 'test/vectors/paths.json']) {
      expect(texts).toContain(file)
    }
    const found = Object.entries(banned).filter(([, word]) =>
      [
        ['TO', 'DO'],
        ['see ../sha', 'red/x'],
        ['in /ro', 'ot/x'],
        ['regis', 'try.example.org'],
      ]
        .map((pieces) => pieces.join(''))
        .some((text) => word.test(text)),
    )
    expect(found).toHaveLength(4)
  })

  test.each(Object.entries(banned))('%s', (_what, word) => {
    const found = texts.flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) =>
          word.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
        ),
    )
    expect(found).toEqual([])
  })
})

function manifest() {
  return JSON.parse(read('package.json')) as {
    dependencies: Record<string, string>
    devDependencies: Record<string, string>
  }
}

function isBelow(target: string, rule: string): boolean {
  return target === rule || target.startsWith(`${rule}/`)
}

/** `@scope/name` or `name` of a specifier like `name/file`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

const comment = /^\s*(\*|\/\/|\/\*)/

/** Characters of each line, without texts, patterns and addresses: they cannot be broken. */
function measure(source: string): number[] {
  const lines = source.split('\n')
  const code = lines.map((line) => (comment.test(line) ? '' : line)).join('\n')
  const texts = /`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|^\s*\/.*\/[a-z]*$/gm
  const rest = code.replace(texts, (text) => text.replace(/[^\n]/g, '')).split('\n')
  return lines.map((line, index) => {
    if (comment.test(line)) return line.replace(/https?:\S+/g, '').length
    return Math.min(line.length, rest[index]?.length ?? 0)
  })
}

function findCycle(edges: readonly Edge[]): string[] | undefined {
  const done = new Set<string>()
  const walk = (file: string, above: readonly string[]): string[] | undefined => {
    if (above.includes(file)) return [...above.slice(above.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const { to } of edges.filter(({ from }) => from === file)) {
      const cycle = walk(to, [...above, file])
      if (cycle !== undefined) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const { from } of edges) {
    const cycle = walk(from, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}
