// What programs hear when a write cannot become a version, and where the reason stands.
import { existsSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canMount, openStore, sh, until, type Mounted, type TestStore } from './mounted-store.ts'

describe.skipIf(!canMount)('a write that cannot be', () => {
  let store: TestStore
  let mounted: Mounted
  beforeAll(async () => {
    store = await openStore({ storeMemoriesMax: 12 })
    await store.write('/a.md', 'text\n')
    await store.write('/d/b.md', 'text\n')
    mounted = await store.mount()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  const versions = async () => (await store.lines()).length

  const long = 'n'.repeat(256)
  const deep = Array.from({ length: 21 }, (_none, index) => `s${index}`).join('/')
  const parts = Array.from({ length: 6 }, () => 'p'.repeat(200)).join('/')
  const cases: readonly [string, string, string][] = [
    ['too long', 'head -c 102401 /dev/zero | tr "\\0" x > a.md', 'File too large'],
    ['no UTF-8', `printf '\\377' > a.md`, 'Invalid or incomplete multibyte'],
    [
      'no UTF-8 at the end',
      `printf 'a\\303' > a.md; until grep text a.md >&2; do sleep 0.02; done`,
      'text',
    ],
    ['a control character in the name', `touch $'x\\ty'`, 'Invalid argument'],
    ['a name that is not NFC', `touch $'e\\xcc\\x81'`, 'Invalid argument'],
    ['a name that is no UTF-8', `touch $'\\xff'`, 'Invalid or incomplete multibyte'],
    ['a long name', `touch ${long}`, 'File name too long'],
    ['a long path', `mkdir -p ${parts}`, 'File name too long'],
    ['a deep path', `mkdir -p ${deep}; rm -r s0`, 'File name too long'],
    ['a symbolic link', 'ln -s a.md l', 'Operation not permitted'],
    ['a hard link', 'ln a.md l', 'Operation not permitted'],
    ['a pipe', 'mkfifo p', 'Operation not permitted'],
    ['a directory over a file', 'mkdir a.md', 'File exists'],
    ['a file below a file', 'touch a.md/x', 'Not a directory'],
    ['a directory that is not empty', 'rmdir d', 'not empty'],
    ['the mount’s own directory', 'touch .palimpsest/x', 'Operation not permitted'],
    ['the mount’s own files', 'echo x > .palimpsest/problems', 'Permission denied'],
  ]

  test.each(cases)('%s', async (_name, script, message) => {
    const before = await versions()
    const { err } = await sh(mounted.directory, `{ ${script}; } 2>&1 >/dev/null | cat >&2`)
    expect(err).toContain(message)
    await mounted.barrier()
    expect(await versions()).toBe(before)
    expect((await sh(mounted.directory, 'cat a.md')).out).toBe('text\n')
  })

  test('leaves its reason in a file that no listing shows', async () => {
    await sh(mounted.directory, `printf '\\377' > d/b.md`)
    const { out } = await sh(mounted.directory, 'cat .palimpsest/problems | tail -1; ls -A; find .')
    expect(out).toMatch(/EILSEQ \/d\/b\.md: a memory is text: the bytes are not valid UTF-8\n/)
    expect(out.slice(out.indexOf('\n'))).not.toContain('.palimpsest')
    const status = await sh(mounted.directory, 'cat .palimpsest/status')
    expect(status.out).toContain(`store: ${store.storeId}`)
  })

  test('one memory too many, until one is deleted', async () => {
    const fill = await sh(mounted.directory, 'for i in $(seq 1 11); do echo $i > fill-$i.md; done')
    expect(fill.err).toContain('Disk quota exceeded')
    await mounted.barrier()
    expect(await store.paths()).toHaveLength(12)
    const { err } = await sh(mounted.directory, 'rm fill-1.md && echo x > other.md')
    expect(err).toBe('')
    await sh(mounted.directory, 'rm fill-*.md other.md')
    await mounted.barrier()
  })

  test('in a store that is archived meanwhile', async () => {
    const { id: storeId } = await store.api.createStore({ name: 'archived' })
    await using other = await openStore()
    await other.write('/a.md', 'text\n')
    const { directory, live } = await other.mount()
    await other.api.archiveStore({ storeId: other.storeId })
    await until(() => live.status().isReadOnly, 'the news')
    const { err, out } = await sh(directory, 'cat a.md; echo x > a.md')
    expect(out).toBe('text\n')
    expect(err).toContain('Read-only file system')
    expect(storeId).toBeDefined()
  })
})

describe.skipIf(!canMount)('a read-only mount', () => {
  test('refuses every write in the kernel and follows the store', async () => {
    await using store = await openStore()
    await store.write('/a.md', 'one\n')
    const { directory, barrier } = await store.mount({ isReadOnly: true })
    const script = 'cat a.md; echo x > a.md; touch n; rm a.md; mkdir d; mv a.md b.md; cat a.md'
    const { out, err } = await sh(directory, script)
    expect(out).toBe('one\none\n')
    expect(err.match(/Read-only file system/g)).toHaveLength(5)
    await store.write('/a.md', 'two\n')
    const { seq } = await store.api.getUsage({ storeId: store.storeId })
    await barrier(seq)
    expect((await sh(directory, 'cat a.md')).out).toBe('two\n')
  })
})

describe.skipIf(!canMount)('a text that somebody else changed', () => {
  const start = 'one\ntwo\nthree\nfour\nfive\n'
  const inPlace = ['open("a.md","r+")', 'f.truncate(0); f.write(n); f.close()']
  const byRename = ['open("a.tmp","x")', 'f.write(n); f.close(); os.replace("a.tmp","a.md")']
  /** Opens the file, lets somebody else write, then writes and closes. */
  const race = async (
    store: TestStore,
    mounted: Mounted,
    sed: string,
    theirs: string,
    [open, save] = inPlace,
  ) => {
    const script = `python3 -c '
import os,subprocess,time
t=open("a.md").read(); f=${open}; open("$0.open","w").close()
n=subprocess.run(["sed","${sed}"],input=t,text=True,capture_output=True).stdout
while not os.path.exists("$0.go"): time.sleep(0.01)
${save}'`.replaceAll('$0', mounted.directory)
    const running = sh(mounted.directory, script)
    await until(() => existsSync(`${mounted.directory}.open`), 'python')
    await store.write('/a.md', theirs)
    const { seq } = await store.api.getUsage({ storeId: store.storeId })
    await mounted.barrier(seq)
    writeFileSync(`${mounted.directory}.go`, '')
    return running
  }

  test.each([
    ['in place', inPlace],
    ['by a temporary file', byRename],
  ])('is merged by lines when it is saved %s', async (_how, saving) => {
    await using store = await openStore()
    await store.write('/a.md', start)
    const mounted = await store.mount()
    await race(store, mounted, 's/two/TWO/', start.replace('four', 'FOUR'), saving)
    await mounted.barrier()
    expect(await store.text('/a.md')).toBe('one\nTWO\nthree\nFOUR\nfive\n')
    expect((await sh(mounted.directory, 'cat a.md')).out).toBe('one\nTWO\nthree\nFOUR\nfive\n')
  })

  test('is kept beside theirs where both changed one line, and the writer is told', async () => {
    await using store = await openStore()
    await store.write('/a.md', start)
    const mounted = await store.mount()
    await race(store, mounted, 's/two/TWO/', start.replace('two', 'zwei'))
    await mounted.barrier()
    expect(await store.text('/a.md')).toBe(start.replace('two', 'zwei'))
    const beside = (await store.paths()).find((path) => /a\.conflict-\d+-\d+\.md/.test(path))
    expect(await store.text(beside ?? '')).toBe(start.replace('two', 'TWO'))
    const { out } = await sh(mounted.directory, 'cat .palimpsest/problems')
    expect(out).toContain(
      `note /a.md: somebody else changed the same lines; your text is at ${beside}`,
    )
  })

  test('is refused at close where the mount says so', async () => {
    await using store = await openStore()
    await store.write('/a.md', start)
    const mounted = await store.mount({ onConflict: 'fail' })
    const { code, err } = await race(store, mounted, 's/two/TWO/', start.replace('four', 'FOUR'))
    expect([code, err]).toEqual([1, expect.stringContaining('Stale file handle')])
    await mounted.barrier()
    expect(await store.text('/a.md')).toBe(start.replace('four', 'FOUR'))
  })
})
