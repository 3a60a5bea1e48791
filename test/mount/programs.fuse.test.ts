// Real programs on a real mount: what each leaves in the history.
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canMount, openStore, sh, type Mounted, type TestStore } from './mounted-store.ts'

interface Case {
  readonly name: string
  /** Programs it needs. */
  readonly needs?: readonly string[]
  readonly script: string
  /** What the script adds to the history, `%` standing for the case's own directory. */
  readonly log: readonly string[]
  /** Texts afterwards. */
  readonly texts?: Readonly<Record<string, string | undefined>>
  /** Memories that must be the same ones as before. */
  readonly keepsId?: boolean
}

const start = 'one\ntwo\nthree\n'

/** Types into an editor on a terminal of its own: keys, each once a text stands on its screen. */
function typed(command: string, steps: readonly (readonly [shown: string, keys: string])[]) {
  const late = 'timeout { exit 9 }'
  const sends = steps.map(
    ([shown, keys]) =>
      `expect ${late} eof { exit 8 } -ex ${JSON.stringify(shown)} {}; send ${JSON.stringify(keys)}`,
  )
  const script = `set timeout 40; log_user 0; spawn ${command}; ${sends.join('; ')}; expect ${late} eof`
  return `expect -c '${script}' >/dev/null`
}

const vim = (options: string) =>
  `vim -u NONE -N -n -c 'set ${options}' -c '%s/two/TWO/' -c 'wq' f.md </dev/null >/dev/null 2>&1`

/** By itself it makes no backups below /tmp. */
const emacs = (settings: string) =>
  `emacs -Q --batch f.md --eval '(progn ` +
  `(setq backup-enable-predicate (lambda (_) t) backup-inhibited nil ${settings}) ` +
  `(goto-char (point-max)) (insert "four\\n") (save-buffer))' 2>/dev/null`

const cases: readonly Case[] = [
  {
    name: 'echo >',
    script: 'echo x > f.md',
    log: ['modified %/f.md'],
    texts: { 'f.md': 'x\n' },
    keepsId: true,
  },
  {
    name: 'echo > a new file',
    script: 'echo x > n.md',
    log: ['created %/n.md'],
    texts: { 'n.md': 'x\n' },
  },
  {
    name: 'echo >>',
    script: 'echo four >> f.md',
    log: ['modified %/f.md'],
    texts: { 'f.md': `${start}four\n` },
  },
  {
    name: 'printf without an end of line',
    script: 'printf x > f.md',
    log: ['modified %/f.md'],
    texts: { 'f.md': 'x' },
  },
  { name: 'the same text again', script: `printf 'one\\ntwo\\nthree\\n' > f.md`, log: [] },
  { name: 'emptying', script: ': > f.md', log: ['modified %/f.md'], texts: { 'f.md': '' } },
  { name: 'touch of a file', script: 'touch f.md && chmod 600 f.md', log: [] },
  {
    name: 'touch of a new file',
    script: 'touch n.md',
    log: ['created %/n.md'],
    texts: { 'n.md': '' },
  },
  {
    name: 'tee',
    script: 'echo x | tee f.md >/dev/null',
    log: ['modified %/f.md'],
    texts: { 'f.md': 'x\n' },
  },
  { name: 'tee -a', script: 'echo x | tee -a f.md >/dev/null', log: ['modified %/f.md'] },
  {
    name: 'a loop that children share',
    script: 'for i in 1 2 3; do /bin/echo $i; done > f.md',
    log: ['modified %/f.md'],
    texts: { 'f.md': '1\n2\n3\n' },
  },
  {
    name: 'sed -i',
    script: 'sed -i s/two/TWO/ f.md',
    log: ['modified %/f.md'],
    texts: { 'f.md': 'one\nTWO\nthree\n' },
    keepsId: true,
  },
  {
    name: 'sed -i with a backup',
    script: 'sed -i.bak s/two/TWO/ f.md',
    log: ['modified %/f.md', 'created %/f.md.bak'],
    keepsId: true,
  },
  {
    name: 'perl -i',
    script: `perl -i -pe 's/two/TWO/' f.md`,
    log: ['modified %/f.md'],
    keepsId: true,
  },
  {
    name: 'python open("w")',
    needs: ['python3'],
    script: `python3 -c 'open("f.md","w").write("py\\n")'`,
    log: ['modified %/f.md'],
  },
  {
    name: 'python open("r+") in the middle',
    needs: ['python3'],
    script: `python3 -c 'f=open("f.md","r+"); f.seek(4); f.write("TWO"); f.close()'`,
    log: ['modified %/f.md'],
    texts: { 'f.md': 'one\nTWO\nthree\n' },
  },
  {
    name: 'python atomic replace',
    needs: ['python3'],
    script: `python3 -c '
import os,tempfile
d,t=tempfile.mkstemp(dir=".")
os.write(d,b"new\\n"); os.fsync(d); os.close(d)
os.replace(t,"f.md")'`,
    log: ['modified %/f.md'],
    texts: { 'f.md': 'new\n' },
    keepsId: true,
  },
  {
    name: 'python with mmap',
    needs: ['python3'],
    script: `python3 -c '
import mmap
f=open("f.md","r+b"); m=mmap.mmap(f.fileno(),0); m[0:3]=b"ONE"; m.flush(); m.close(); f.close()'`,
    log: ['modified %/f.md'],
    texts: { 'f.md': 'ONE\ntwo\nthree\n' },
  },
  {
    name: 'node writeFile',
    script: `node -e 'require("fs").writeFileSync("f.md","js\\n")'`,
    log: ['modified %/f.md'],
  },
  {
    name: 'patch',
    needs: ['patch'],
    script: `printf -- '--- f.md\\n+++ f.md\\n@@ -1,3 +1,3 @@\\n one\\n-two\\n+TWO\\n three\\n' | patch -s f.md`,
    log: ['modified %/f.md'],
    texts: { 'f.md': 'one\nTWO\nthree\n' },
    keepsId: true,
  },
  {
    name: 'rsync of a change',
    needs: ['rsync'],
    script: 'mkdir $T/s && echo new > $T/s/f.md && rsync -a --no-o --no-g $T/s/ ./',
    log: ['modified %/f.md'],
    keepsId: true,
  },
  {
    name: 'rsync of a new tree',
    needs: ['rsync'],
    script: 'mkdir -p $T/s/d && echo a > $T/s/d/a.md && echo b > $T/s/d/b.md && rsync -a $T/s/ ./',
    log: ['created %/d/a.md', 'created %/d/b.md'],
  },
  {
    name: 'tar',
    script:
      'mkdir -p $T/s/d && echo a > $T/s/d/a.md && tar -C $T/s -cf $T/x.tar d && tar -xf $T/x.tar',
    log: ['created %/d/a.md'],
    texts: { 'd/a.md': 'a\n' },
  },
  { name: 'cp', script: 'cp f.md g.md', log: ['created %/g.md'], texts: { 'g.md': start } },
  {
    name: 'cp over',
    script: 'echo x > $T/x && cp $T/x f.md',
    log: ['modified %/f.md'],
    keepsId: true,
  },
  {
    name: 'mv to a free name',
    script: 'mv f.md g.md',
    log: ['modified %/g.md'],
    texts: { 'f.md': undefined, 'g.md': start },
  },
  {
    name: 'mv over another memory',
    script: 'echo x > g.md && mv g.md f.md',
    log: ['created %/g.md', 'modified %/f.md', 'deleted %/g.md'],
    texts: { 'f.md': 'x\n', 'g.md': undefined },
    keepsId: true,
  },
  { name: 'mv to a backup name', script: 'mv f.md f.md.bak', log: ['modified %/f.md.bak'] },
  {
    name: 'mv of a directory',
    script: 'mkdir d && echo a > d/a.md && echo b > d/b.md && mv d e',
    log: ['created %/d/a.md', 'created %/d/b.md', 'modified %/e/a.md', 'modified %/e/b.md'],
    texts: { 'e/a.md': 'a\n', 'd/a.md': undefined },
  },
  { name: 'rm', script: 'rm f.md', log: ['deleted %/f.md'], texts: { 'f.md': undefined } },
  {
    name: 'rm -r',
    script: 'mkdir d && echo a > d/a.md && rm -r d',
    log: ['created %/d/a.md', 'deleted %/d/a.md'],
  },
  { name: 'empty directories', script: 'mkdir -p a/b/c && rmdir a/b/c a/b a', log: [] },
  {
    name: 'a temporary file that goes away',
    script: 't=$(mktemp -p .) && echo x > $t && rm $t',
    log: [],
  },
  {
    name: 'a lock file taken by O_EXCL and renamed',
    needs: ['python3'],
    script: `python3 -c '
import os
d=os.open("f.md.lock",os.O_CREAT|os.O_EXCL|os.O_WRONLY); os.write(d,b"git\\n"); os.close(d)
os.rename("f.md.lock","f.md")'`,
    log: ['modified %/f.md'],
    keepsId: true,
  },
  { name: 'yarn.lock, a legal memory', script: 'echo x > yarn.lock', log: ['created %/yarn.lock'] },
  {
    name: 'sort -o',
    script: 'sort -o f.md f.md',
    log: ['modified %/f.md'],
    texts: { 'f.md': 'one\nthree\ntwo\n' },
  },
  {
    name: 'dd with fsync',
    script: 'echo x | dd of=f.md conv=fsync status=none',
    log: ['modified %/f.md'],
  },
  {
    name: 'truncate',
    script: 'truncate -s 3 f.md',
    log: ['modified %/f.md'],
    texts: { 'f.md': 'one' },
  },
  {
    name: 'git diff --no-index',
    script: 'echo x > $T/x; git diff --no-index f.md $T/x >/dev/null; [ $? = 1 ]',
    log: [],
  },
  { name: 'git init stays here', script: 'git init -q . && ls .git/HEAD >/dev/null', log: [] },
  { name: 'rg', needs: ['rg'], script: 'rg -q two f.md', log: [] },
  { name: 'find and grep -r', script: 'find . -type f | grep -q f.md && grep -rq two .', log: [] },
  {
    name: 'vim',
    needs: ['vim'],
    script: vim('nobackup writebackup backupskip='),
    log: ['modified %/f.md'],
    keepsId: true,
  },
  {
    name: 'vim that copies the backup',
    needs: ['vim'],
    script: vim('backupcopy=yes backupskip='),
    log: ['modified %/f.md'],
    keepsId: true,
  },
  {
    name: 'vim without a backup',
    needs: ['vim'],
    script: vim('nowritebackup nobackup'),
    log: ['modified %/f.md'],
    keepsId: true,
  },
  {
    name: 'vim that keeps a backup',
    needs: ['vim'],
    script: vim('backup backupcopy=no backupskip='),
    log: ['modified %/f.md', 'created %/f.md~'],
    keepsId: true,
  },
  {
    name: 'vim on a terminal, with a swap file',
    needs: ['vim', 'expect'],
    script: typed('vim -u NONE -N f.md', [
      ['three', 'Go'],
      ['INSERT', 'four'],
      ['four', '\u001b:wq\r'],
    ]),
    log: ['modified %/f.md'],
    texts: { 'f.md': `${start}four\n` },
    keepsId: true,
  },
  {
    name: 'nano',
    needs: ['nano', 'expect'],
    script: typed('nano -I f.md', [
      ['three', 'zero '],
      ['Modified', '\u0018'],
      ['Save modified buffer', 'y'],
      ['Name to Write', '\r'],
    ]),
    log: ['modified %/f.md'],
    texts: { 'f.md': `zero ${start}` },
    keepsId: true,
  },
  {
    name: 'emacs, which renames its backup',
    needs: ['emacs'],
    script: emacs('make-backup-files t'),
    log: ['modified %/f.md', 'created %/f.md~'],
    texts: { 'f.md': `${start}four\n`, 'f.md~': start },
    keepsId: true,
  },
  {
    name: 'emacs that copies the backup',
    needs: ['emacs'],
    script: emacs('backup-by-copying t'),
    log: ['modified %/f.md', 'created %/f.md~'],
    keepsId: true,
  },
  {
    name: 'emacs without a backup',
    needs: ['emacs'],
    script: emacs('make-backup-files nil'),
    log: ['modified %/f.md'],
    keepsId: true,
  },
  {
    name: 'emacs that writes a file anew and renames it over',
    needs: ['emacs'],
    script: emacs('make-backup-files nil file-precious-flag t'),
    log: ['modified %/f.md'],
    texts: { 'f.md': `${start}four\n` },
    keepsId: true,
  },
]

const has = (program: string) => spawnSync('which', [program]).status === 0

describe.skipIf(!canMount)('programs on a mount', () => {
  let store: TestStore
  let mounted: Mounted
  beforeAll(async () => {
    store = await openStore()
    mounted = await store.mount()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  test.for(cases.map((one, index) => ({ ...one, index })))('$name', async (one, { skip }) => {
    const missing = (one.needs ?? []).filter((program) => !has(program))
    skip(missing.length > 0, `${missing.join(', ')} is not installed`)
    const own = `/case-${one.index}`
    await store.write(`${own}/f.md`, start)
    const before = await store.log()
    const { seq } = await store.api.getUsage({ storeId: store.storeId })
    await mounted.barrier(seq)
    const script = `T=$(mktemp -d) && cd ${own.slice(1)} && { ${one.script}\n}; c=$?; rm -rf $T; exit $c`
    const { code, err } = await sh(mounted.directory, script)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    await mounted.barrier()

    const after = await store.log()
    const added = after.slice(before.length)
    const lines = added.map(({ operation, path }) => `${operation} ${path}`)
    expect(lines).toEqual(one.log.map((line) => line.replace('%', own)))
    for (const [name, text] of Object.entries(one.texts ?? {})) {
      expect(await store.text(`${own}/${name}`)).toBe(text)
    }
    if (one.keepsId) {
      const first = before.findLast(({ path }) => path === `${own}/f.md`)
      const last = added.findLast(({ path }) => path === `${own}/f.md`)
      expect(last?.memoryId).toBe(first?.memoryId)
    }
    expect(mounted.live.status().problems).toEqual([])
  })
})
