// Completion, driven in the shells themselves.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mainFile, patience, runCli, runProgram } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-completion-'))

beforeAll(async () => {
  server = await serve()
  const run = async (args: string[], stdin?: string) => {
    expect((await runCli(args, { stdin, env: server.env })).code).toBe(0)
  }
  await run(['stores', 'create', 'notes'])
  await run(['stores', 'create', 'my docs'])
  await run(['stores', 'create', 'e\u202evil'])
  await run(['stores', 'create', "it's"])
  await run(['put', '-', 'my docs:/!$x'], 'x')
  for (const path of ['/style.md', '/steps/one two.md', '/steps/ü.md']) {
    await run(['put', '-', `notes:${path}`], path)
  }
  writeFileSync(join(folder, 'file.txt'), '')
  const program = join(folder, 'palimpsest')
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${mainFile}" "$@"\n`)
  chmodSync(program, 0o755)
})
afterAll(() => server[Symbol.asyncDispose]())

function shell(command: readonly string[]) {
  const path = `${folder}:${process.env['PATH']}`
  const env = { ...server.env, ...patience, PATH: path, LC_ALL: 'C.UTF-8' }
  return runProgram(command, { env, cwd: folder })
}

/** What completing the line gives: the lines as they would stand then. */
type Complete = (line: string) => Promise<string[]>

/** bash without its line editor: the function is called as the editor calls it. */
const inBash: Complete = async (line) => {
  const script = `eval "$(palimpsest completion bash)"
COMP_LINE=$1 COMP_POINT=\${#1}
compopt() { :; }
_palimpsest_complete
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await shell(['bash', '-c', script, 'bash', line])
  const kept = line.slice(0, Math.max(line.lastIndexOf(' '), line.lastIndexOf(':')) + 1)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((word) => kept + word)
}

/**
 * zsh in a terminal of its own: what Tab makes of the line, then the list of what is possible.
 * Marks are in two pieces where they are typed, so that no echo of that is taken for them.
 */
const inZsh: Complete = async (line) => {
  const script = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'autoload -U compinit; compinit -D -u; eval "$(palimpsest completion zsh)"; PS1=; stty -echo'
zpty -w z 'zle -C list-all complete-word _all; _all() { _palimpsest_complete; print -l -- "<<\${compstate[nmatches]}>>" }; _show() { compadd() { builtin compadd -O found "$@"; print -rl -- "fou""nd:"$^found; builtin compadd "$@" }; _palimpsest_complete; print "en""d:" }; zle -C show complete-word _show; bindkey "^X" show; print "rea""dy:"'
zpty -r z out '*ready:*'
zpty -n -w z "$1"$'\\x18'
zpty -r z out '*end:*'
print -r -- "$out"`
  const { stdout } = await shell(['zsh', '-f', '-c', script, 'zsh', line])
  const kept = line.slice(0, line.lastIndexOf(' ') + 1)
  return [...stdout.matchAll(/found:(.*?)\r?\n/g)].map(([, word]) => kept + word)
}

const inFish: Complete = async (line) => {
  const script = `palimpsest completion fish | source; complete -C "$argv[1]"`
  const { stdout } = await shell(['fish', '--no-config', '-c', script, line])
  const kept = line.slice(0, line.lastIndexOf(' ') + 1)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((word) => kept + word.split('\t')[0])
}

const shells: readonly [name: string, complete: Complete][] = [
  ['bash', inBash],
  ['zsh', inZsh],
  ['fish', inFish],
]

describe.each(shells)('%s', (name, complete) => {
  const isMissing = spawnSync(name, ['--version']).error !== undefined
  if (isMissing) {
    test(`${name} is there (needed where CI=true)`, ({ skip }) => {
      if (!process.env['CI']) skip(`${name} is not installed`)
      expect(isMissing).toBe(false)
    })
  }

  describe.skipIf(isMissing)('completes', () => {
    test.each([
      ['palimpsest comp', ['palimpsest completion']],
      ['palimpsest stores c', ['palimpsest stores create']],
      ['palimpsest ls --js', ['palimpsest ls --json']],
      ['palimpsest beta:memory-stores li', ['palimpsest beta:memory-stores list']],
      ['palimpsest beta:sessions:e', ['palimpsest beta:sessions:events']],
      ['palimpsest beta:sessions:events str', ['palimpsest beta:sessions:events stream']],
      ['palimpsest beta:agents create --mo', ['palimpsest beta:agents create --model']],
      ['palimpsest cat no', ['palimpsest cat notes:/']],
      [
        'palimpsest cat notes:/st',
        ['palimpsest cat notes:/steps/', 'palimpsest cat notes:/style.md'],
      ],
      ['palimpsest cat notes:/steps/ü', ['palimpsest cat notes:/steps/ü.md']],
      ['palimpsest mv notes:/style.md /ste', ['palimpsest mv notes:/style.md /steps/']],
      ['palimpsest completion b', ['palimpsest completion bash']],
    ])('%s', async (line, expected) => {
      expect((await complete(line)).sort()).toEqual(expected)
    })
  })
})

describe('the hidden command', () => {
  const ask = async (...args: string[]) =>
    (await runCli(['__complete', ...args], { env: { ...server.env, ...patience } })).stdout
      .split('\n')
      .filter(Boolean)

  test('quotes for bash what its line would take apart', async () => {
    expect(await ask('bash', '--', 'palimpsest cat notes:/steps/o')).toEqual([
      '/steps/one\\ two.md',
    ])
    expect(await ask('bash', '--', 'palimpsest cat my')).toEqual(['my\\ docs:/'])
  })

  test('inside quotes a candidate follows the quote, and keeps to its rules', async () => {
    expect(await ask('bash', '--', 'palimpsest cat "notes:/steps/o')).toEqual([
      'notes:/steps/one two.md',
    ])
    expect(await ask('bash', '--', "palimpsest cat 'notes:/steps/o")).toEqual([
      'notes:/steps/one two.md',
    ])
    expect(await ask('bash', '--', 'palimpsest cat "my docs:/')).toEqual(['my docs:/"\'!\'"\\$x'])
    expect(await ask('bash', '--', "palimpsest cat 'it")).toEqual(["it'\\''s:/", "it'\\''s:/…"])
  })

  test('keeps quiet about names that a line cannot hold', async () => {
    const names = await ask('fish', '--', 'palimpsest', 'put', '-r', '.', '')
    expect(names).toContain('notes')
    expect(names.join()).not.toContain('\n')
  })

  test('leaves file names to the shell', async () => {
    expect(await ask('fish', '--', 'palimpsest', 'put', '')).toEqual(['@files'])
  })

  test('says nothing without a server', async () => {
    const env = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1', ANTHROPIC_API_KEY: 'k' }
    const result = await runCli(['__complete', 'fish', '--', 'palimpsest', 'cat', ''], { env })
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('@completion is the same command', async () => {
    const scripts = await Promise.all(
      ['completion', '@completion'].map((name) => runCli([name, 'bash'])),
    )
    expect(scripts[0]?.stdout).toBe(scripts[1]?.stdout)
    expect((await runCli(['completion', 'tcsh'])).code).toBe(2)
  })
})
