import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Matcher } from '../domain/forget/words.ts'
import { makeSessionId, type SessionId } from '../domain/ids.ts'
import { FilesOnDisk } from './files-on-disk.ts'

let root: string
let files: FilesOnDisk
let session: SessionId

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'palimpsest-left-'))
  files = new FilesOnDisk(root)
  session = makeSessionId(Date.now())
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const ada = new Matcher({ texts: ['Ada'], isCaseSensitive: false, isWholeWord: false })

function pathOf(...names: readonly string[]): string {
  const path = join(root, session, ...names)
  mkdirSync(dirname(path), { recursive: true })
  return path
}

test('nothing is found where nobody left anything, or nothing of it', async () => {
  expect(await files.find(session, ada)).toBeUndefined()
  writeFileSync(pathOf('workspace', 'a.txt'), 'I am Bob')
  expect(await files.find(session, ada)).toBeUndefined()
})

test.each(['.git/COMMIT_EDITMSG', 'node_modules/ada/readme', 'deep/er/file'])(
  'text in %s is found: what an agent does not list is looked into as well',
  async (name) => {
    writeFileSync(pathOf('workspace', name), 'I am Ada')
    expect(await files.find(session, ada)).toBe('scratch')
  },
)

test('names of links and of empty directories count', async () => {
  mkdirSync(pathOf('workspace', 'notes', 'ada'), { recursive: true })
  expect(await files.find(session, ada)).toBe('scratch')
  rmSync(pathOf('workspace', 'notes', 'ada'), { recursive: true })
  expect(await files.find(session, ada)).toBeUndefined()
  symlinkSync('/nowhere', pathOf('workspace', 'ada'))
  expect(await files.find(session, ada)).toBe('scratch')
})

test('what lies too deep to look at is taken for something that holds the text', async () => {
  const deep = Array.from({ length: 60 }, () => 'd')
  mkdirSync(pathOf('workspace', ...deep), { recursive: true })
  expect(await files.find(session, ada)).toBe('scratch')
})

test.runIf(process.getuid?.() === 0)('root touches nothing that somebody else made', async () => {
  const file = pathOf('workspace', 'a.txt')
  writeFileSync(file, 'I am Ada')
  expect(await files.sessions()).toEqual([session])
  chownSync(root, 65_534, 65_534)
  expect(await files.sessions()).toEqual([])
  await files.remove(session, 'scratch')
  expect(existsSync(file)).toBe(true)
  chownSync(root, 0, 0)
  await files.remove(session, 'scratch')
  expect(existsSync(join(root, session))).toBe(false)
})

test('what a program shut is found and goes', async () => {
  writeFileSync(pathOf('workspace', 'shut', 'in', 'a.txt'), 'I am Ada')
  chmodSync(pathOf('workspace', 'shut', 'in'), 0o500)
  chmodSync(pathOf('workspace', 'shut'), 0)
  expect(await files.find(session, ada)).toBe('scratch')
  await files.remove(session, 'scratch')
  expect(existsSync(join(root, session))).toBe(false)
})
