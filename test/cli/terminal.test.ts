// What only a terminal shows: colours, progress, questions. Driven in a real one, by tmux.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mainFile, patience, runCli } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

const isMissing = spawnSync('tmux', ['-V']).error !== undefined

if (isMissing) {
  test('tmux is there (needed where CI=true)', ({ skip }) => {
    if (!process.env['CI']) skip('tmux is not installed')
    expect(isMissing).toBe(false)
  })
}

describe.skipIf(isMissing)('in a terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-terminal-'))
  const socket = join(folder, 'tmux')
  let server: Served

  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-S', socket, ...args], { encoding: 'utf8' })
  const type = (...keys: string[]) => tmux('send-keys', ...keys)
  const screen = (...flags: string[]) => tmux('capture-pane', '-p', ...flags)

  /** The screen, once it shows what is waited for. */
  async function shows(wanted: RegExp, ...flags: string[]): Promise<string> {
    for (const end = Date.now() + 40_000; Date.now() < end;) {
      const text = screen(...flags)
      if (wanted.test(text)) return text
      await sleep(50)
    }
    throw new Error(`never saw ${wanted.source} on:\n${screen()}`)
  }

  /** Runs one command on a screen of its own; `$?` stands behind "ended". */
  function run(line: string): void {
    type('-R')
    tmux('clear-history')
    type(`clear; ${line}; echo ended $?`, 'Enter')
  }

  async function put(path: string, content: string): Promise<void> {
    const args = ['put', '-', `notes:${path}`]
    expect((await runCli(args, { stdin: content, env: server.env })).code).toBe(0)
  }

  beforeAll(async () => {
    server = await serve()
    await runCli(['stores', 'create', 'notes'], { env: server.env })
    const program = `"${process.execPath}" "${mainFile}"`
    writeFileSync(
      join(folder, 'rc'),
      `export ANTHROPIC_BASE_URL=${server.url} ANTHROPIC_API_KEY=${server.key} LC_ALL=C.UTF-8 PS1=
unset NO_COLOR FORCE_COLOR
p() { case $1 in __complete) NODE_OPTIONS=${patience.NODE_OPTIONS} ${program} "$@" ;; *) ${program} "$@" ;; esac; }
cd ${folder}
`,
    )
    tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      '120',
      '-y',
      '40',
      `bash --rcfile ${folder}/rc -i`,
    )
  })
  afterAll(async () => {
    if (server === undefined) return
    spawnSync('tmux', ['-S', socket, 'kill-server'])
    await server[Symbol.asyncDispose]()
  })

  test('ls has aligned columns and colours; NO_COLOR takes the colours away', async () => {
    await put('/dir/a.md', 'x'.repeat(2_000))
    await put('/b.md', 'x')
    run('p ls notes')
    const coloured = await shows(/ended 0/, '-e')
    expect(coloured).toContain('\u001b[34m/dir/')
    run('NO_COLOR=1 p ls -R notes')
    const plain = await shows(/ended 0/, '-e')
    expect(plain).toMatch(/^ {4}1 B {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}\/b\.md$/m)
    expect(plain).toMatch(/^2\.0 KiB {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}\/dir\/a\.md$/m)
  })

  test('control and bidi characters never reach it raw', async () => {
    await put('/evil', 'safe\u001b[2J\u202egone\u0007')
    run('p cat notes:/evil')
    const text = await shows(/ended 0/)
    expect(text).toContain('safe\\u{1b}[2J\\u{202e}gone\\u{7}')
    run('p beta:memory-stores list --transform name -r; p cat notes:/evil --json')
    expect(await shows(/ended 0/)).toContain('\\u202egone')
  })

  test('put -r shows how far it is', async () => {
    mkdirSync(join(folder, 'tree'))
    for (let index = 0; index < 1_500; index += 1) {
      writeFileSync(join(folder, 'tree', `f${index}`), 'x'.repeat(4_000))
    }
    const printed = join(folder, 'printed')
    tmux('pipe-pane', `cat > ${printed}`)
    run('p put -r tree notes:/tree -j 1')
    const text = await shows(/ended 0/)
    await expect.poll(() => readFileSync(printed, 'utf8')).toMatch(/\[#+\.+\] \d+\/1500 .*\/s/)
    tmux('pipe-pane')
    expect(text).toContain('1,500 created')
    expect(text).not.toContain('[#')
  })

  test('rm asks, and only yes is yes', async () => {
    await put('/doomed', 'x')
    run('p rm notes:/doomed')
    await shows(/Delete 1 memory\? \[y\/N\]/)
    type('Enter')
    await shows(/ended 1/)
    run('p rm notes:/doomed')
    await shows(/\[y\/N\]/)
    type('y', 'Enter')
    expect(await shows(/ended 0/)).toContain('deleted /doomed')
  })

  test('stores delete shows what would be lost, and takes only the name for a yes', async () => {
    await runCli(['stores', 'create', 'old notes'], { env: server.env })
    const args = ['put', '-', 'old notes:/a']
    for (const stdin of ['one', 'two']) await runCli(args, { stdin, env: server.env })
    run('p stores delete "old notes"')
    const asked = await shows(/Type the name of the store to delete it:/)
    expect(asked).toMatch(/^old notes memstore_\w+: 1 memory, 2 versions$/m)
    type('y', 'Enter')
    expect(await shows(/ended 1/)).toContain('nothing was deleted')
    run('p stores delete "old notes"')
    await shows(/Type the name/)
    type('-l', 'old notes')
    type('Enter')
    expect(await shows(/ended 0/)).toContain('deleted old notes')
    expect((await runCli(['ls', 'old notes'], { env: server.env })).code).toBe(3)
  })

  test('forget says that any other word than "forget" erases nothing', async () => {
    await put('/mona.md', 'Mona Muster')
    run('p forget --text "Mona Muster"')
    await shows(/Type "forget" to erase it:/)
    type('yes', 'Enter')
    expect(await shows(/ended 1/)).toContain('nothing was erased')
    expect((await runCli(['cat', 'notes:/mona.md'], { env: server.env })).code).toBe(0)
  })

  test('webhooks replay of all that there is says how much it is, and asks', async () => {
    await runCli(['stores', 'create', 'told'], { env: server.env })
    for (const stdin of ['one', 'two']) {
      await runCli(['put', '-', 'told:/a'], { stdin, env: server.env })
    }
    const hook = ['webhooks', 'create', 'https://hooks.example.com/', '--json']
    const { id } = JSON.parse((await runCli(hook, { env: server.env })).stdout)
    run(`p webhooks replay ${id} told`)
    await shows(/Send all that is retained of this store again, up to 3 changes\? \[y\/N\]/)
    type('Enter')
    expect(await shows(/ended 1/)).toContain('nothing is sent again')
    run(`p webhooks replay ${id} told`)
    await shows(/\[y\/N\]/)
    type('y', 'Enter')
    expect(await shows(/ended 0/)).toContain('changes of told after 0 are sent again')
  })

  test('summarize shows each diff and asks; all, no and quit mean what they say', async () => {
    for (const name of ['a', 'b', 'c']) {
      await put(`/long/${name}.md`, `# ${name}\n\n${`${name} is so. Told twice.\n`.repeat(100)}`)
    }
    const command = 'p summarize notes:/long --model demo --longer-than 1kB'
    run(command)
    expect(await shows(/Save this\? \[y\]es, \[n\]o, \[a\]ll from here, \[q\]uit:/)).toContain('- ')
    type('n', 'Enter')
    // The next diff may have pushed it off the screen.
    await shows(/not saved \/long\/a\.md[^]*Save this\?/, '-S', '-')
    type('q', 'Enter')
    const ended = await shows(/ended 0/)
    expect(ended).toContain('left /long/c.md')
    expect(ended).toContain('you ended it')
    run(command)
    await shows(/Save this/)
    type('a', 'Enter')
    expect(await shows(/ended 0/)).toContain('condensed /long/c.md')
    for (const name of ['a', 'b', 'c']) {
      const { stdout } = await runCli(['cat', `notes:/long/${name}.md`], { env: server.env })
      expect(stdout).toBe(`# ${name}\n\n${name} is so.\n`)
    }
  })

  test.each([
    ['"no', '"notes:/'],
    ['"notes:/quo', '"notes:/quoted \\$x"'],
    ["'notes:/quo", "'notes:/quoted $x'"],
    ['"notes:/"quo', 'notes:/quoted\\ \\$x'],
  ])('Tab completes %s in bash', async (typed, completed) => {
    await put('/quoted $x', 'x')
    run('eval "$(p completion bash --name p)"')
    await shows(/ended 0/)
    type('-l', `p cat ${typed}`)
    type('Tab')
    await shows(new RegExp(`^p cat ${completed.replace(/\W/g, String.raw`\$&`)}$`, 'm'))
    type('C-u')
  })

  describe('a lost race in edit shows both texts and asks', () => {
    /** An editor that adds a line while somebody else saves, the first time it runs. */
    async function loseRace(path: string): Promise<void> {
      await put(path, 'base\n')
      const editor = join(folder, 'editor')
      const other = `printf 'base\\ntheirs\\n' | p put - notes:${path} >/dev/null 2>&1`
      writeFileSync(
        editor,
        `. ${folder}/rc\ncd - >/dev/null\necho mine >> "$1"\n` +
          `[ -e ${folder}/raced${path} ] || { mkdir -p ${folder}/raced${path}; ${other}; }\n`,
      )
      run(`EDITOR='bash ${editor}' p edit notes:${path}`)
      const text = await shows(/\[s\]ave yours elsewhere\?/)
      expect(text).toMatch(/^- theirs$/m)
      expect(text).toMatch(/^\+ mine$/m)
    }

    const content = async (path: string) =>
      (await runCli(['cat', `notes:${path}`], { env: server.env })).stdout

    test('overwrite', async () => {
      await loseRace('/overwrite')
      type('o', 'Enter')
      await shows(/ended 0/)
      expect(await content('/overwrite')).toBe('base\nmine\n')
    })

    test('keep theirs', async () => {
      await loseRace('/keep')
      type('k', 'Enter')
      expect(await shows(/ended 0/)).toContain('kept theirs')
      expect(await content('/keep')).toBe('base\ntheirs\n')
    })

    test('edit again', async () => {
      await loseRace('/again')
      type('e', 'Enter')
      await shows(/ended 0/)
      expect(await content('/again')).toBe('base\nmine\nmine\n')
    })

    test('save mine elsewhere', async () => {
      await loseRace('/elsewhere')
      type('s', 'Enter')
      const text = await shows(/ended 0/)
      const [, file = ''] = /your text is in (\S+)/.exec(text) ?? []
      expect(execFileSync('cat', [file], { encoding: 'utf8' })).toBe('base\nmine\n')
      expect(await content('/elsewhere')).toBe('base\ntheirs\n')
    })
  })
})
