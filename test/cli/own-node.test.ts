// A clone's own Node takes over where the running one is too old. The older one is pretended: the
// clone is a copy whose range of versions holds none, until its own Node runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runProgram } from '../support/run-cli.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let clone: string
let program: string

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'palimpsest-clone-'))
  for (const folder of ['scripts', 'dist/cli', 'node_modules/.bin']) {
    mkdirSync(join(clone, folder), { recursive: true })
  }
  cpSync(join(root, 'tools/clone'), join(clone, 'tools/clone'), { recursive: true })
  write('package.json', '{"type":"module"}')
  write(
    'scripts/node-range.mjs',
    `export const isSupportedNode = () => process.env.OWN_NODE === 'yes'`,
  )
  program = join(clone, 'node_modules/.bin/palimpsest')
  symlinkSync('../../tools/clone/palimpsest.mjs', program)
})
afterEach(() => rmSync(clone, { recursive: true, force: true }))

function write(file: string, text: string): void {
  writeFileSync(join(clone, file), text)
}

function bringNode(file: string): void {
  mkdirSync(join(clone, file, '..'), { recursive: true })
  write(file, `#!/bin/sh\nOWN_NODE=yes exec "${process.execPath}" "$@"\n`)
  chmodSync(join(clone, file), 0o755)
}

const start = (...args: string[]) => runProgram([process.execPath, program, ...args])
const report = `
const { argv, env } = process
console.log(JSON.stringify([env.OWN_NODE ?? 'no', argv[1].split('/').at(-1), ...argv.slice(2)]))
process.exitCode = 7`

test.each([
  ['node_modules/.bin/node'],
  [`node_modules/node-${process.platform}-${process.arch}/bin/node`],
])('%s runs the same line, and its exit code is the end', async (node) => {
  bringNode(node)
  write('dist/cli/main.js', report)
  const { code, stdout } = await start('put', 'a b', '--', '*')
  expect([code, JSON.parse(stdout)]).toEqual([7, ['yes', 'palimpsest', 'put', 'a b', '--', '*']])
})

test('flags that were meant for Node reach the other one', async () => {
  bringNode('node_modules/.bin/node')
  write('dist/cli/main.js', 'console.log(process.execArgv.join())')
  const { stdout } = await runProgram([process.execPath, '--max-semi-space-size=8', program])
  expect(stdout).toBe('--max-semi-space-size=8\n')
})

test('without one of its own, the program runs, and says what it needs itself', async () => {
  write('dist/cli/main.js', report)
  expect(JSON.parse((await start()).stdout)).toEqual(['no', 'palimpsest'])
})

test('the program itself, which npx starts directly, does the same', async () => {
  cpSync(join(root, 'src/cli/main.ts'), join(clone, 'src/cli/main.ts'))
  const range = readFileSync(join(clone, 'scripts/node-range.mjs'), 'utf8')
  write('src/cli/node-range.ts', `${range}\nexport const tooOldSentence = () => 'too old'`)
  write('src/cli/run.ts', `export const run = () => process.env['OWN_NODE']?.length`)
  const main = () => runProgram([process.execPath, join(clone, 'src/cli/main.ts')])
  expect(await main()).toMatchObject({ code: 1, stderr: 'too old\n' })
  bringNode('node_modules/.bin/node')
  expect((await main()).code).toBe('yes'.length)
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches it, once', async (signal) => {
  bringNode('node_modules/.bin/node')
  write(
    'dist/cli/main.js',
    `let count = 0
process.on('${signal}', () => { count += 1; setTimeout(() => process.exit(10 + count), 100) })
setInterval(() => {}, 1_000)
console.log('ready')`,
  )
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([11, null])
})

test('ended by a signal, the line ends by the same', async () => {
  bringNode('node_modules/.bin/node')
  write('dist/cli/main.js', `process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1_000)`)
  const child = spawn(process.execPath, [program], { stdio: 'ignore' })
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
})
