import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { serve } from '../support/serve.ts'

test('demo tells the story from the first to the last step, offline', async () => {
  const { code, stdout, stderr } = await runCli(['demo'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.match(/^\d\. /gm)).toEqual(['1. ', '2. ', '3. ', '4. ', '5. ', '6. ', '7. ', '8. '])
  expect(stdout).toContain('no language model')
  const [before = '', after = ''] = stdout.split('8. The store emptied')
  expect(before).toMatch(/agent Acme Corp release: .*#0E7A4F/)
  expect(before).toMatch(/created \/users\/maya\/profile\.md {2}by the session above/)
  expect(after).toContain('agent I do not know')
  expect(after).not.toContain('#0E7A4F')
})

test('chat remembers from one run to the next, and ends with its input', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chat-'))
  const env = {
    PALIMPSEST_MODEL: 'demo',
    PALIMPSEST_DATA_DIR: directory,
    PALIMPSEST_SANDBOX: 'off',
  }
  const chat = (stdin: string) => runCli(['chat', '--store', 'notes', '--local'], { stdin, env })
  const first = await chat("I'm Maya. Please remember that my favourite colour is teal.\n")
  expect(first.code).toBe(0)
  expect(first.stdout).toContain('Got it, Maya')
  expect(first.stderr).toContain('made the store notes')
  const second = await chat("What is Maya's favorite color?\nAnd Bob?\n")
  expect(second.stdout).toContain('teal')
  expect(second.stdout).toContain('I do not know')
  expect(second.stderr).not.toContain('made the store')
  await rm(directory, { recursive: true })
})

test('chat at a server without the model makes no store', async () => {
  await using server = await serve()
  const result = await runCli(['chat', '--store', 'notes'], { stdin: '', env: server.env })
  expect(result.code).toBe(1)
  expect(result.stderr).toContain('is not served here')
  expect((await runCli(['stores', 'list'], { env: server.env })).stdout).toBe('')
})

test('chat without a model says what to set', async () => {
  const { code, stderr } = await runCli(['chat', '--store', 'notes'], { stdin: '' })
  expect(code).toBe(2)
  expect(stderr).toContain('PALIMPSEST_MODEL_BASE_URL')
})
