// What the kernel refuses to programs in the sandbox, and how much of the machine they get.
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sandboxKinds, trySandbox } from '../../src/agent/sandbox/find-sandbox.ts'
import { defaultSandboxLimits } from '../../src/agent/sandbox/sandbox-limits.ts'
import type { SandboxShell } from '../../src/agent/sandbox/sandbox.ts'
import { deniedCalls, seccompFilter } from '../../src/agent/sandbox/seccomp.ts'
import { openAgentWorld, type AgentWorld } from '../support/agent-world.ts'

const limits = {
  ...defaultSandboxLimits,
  cpuSecondsMax: 1,
  processesMax: 40,
  fileBytesMax: 1_000_000,
}
const boxes = await Promise.all(
  sandboxKinds.map(async (kind) => ({ kind, found: await trySandbox(kind, limits) })),
)

describe.each(boxes)('in $kind', ({ kind, found: box }) => {
  if ('noneBecause' in box) {
    const why = `${kind}: ${box.noneBecause}`
    return process.env['CI'] === 'true' ? test(why, () => expect.fail(why)) : test.skip(why)
  }
  let agent: AgentWorld
  let home: string
  let shell: SandboxShell

  beforeAll(async () => {
    agent = await openAgentWorld()
    home = await mkdtemp(join(tmpdir(), 'sealed-'))
    await chmod(home, 0o711)
    const scratch = join(home, 'scratch')
    await mkdir(scratch)
    const owner = await box.prepare(scratch)
    shell = box.open({ api: agent.apiOf([]), attached: [], scratch, owner, home })
  })
  afterAll(async () => {
    await shell?.[Symbol.asyncDispose]()
    await agent[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  const run = async (command: string, timeoutMs = 50_000) =>
    (await shell.run(command, { timeoutMs, signal: new AbortController().signal })).text

  test('[R-S2-8] no program gets privileges back', async () => {
    expect(await run('grep -E "^(NoNewPrivs|CapBnd|CapAmb)" /proc/self/status')).toBe(
      'CapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1',
    )
  })

  test.skipIf(kind !== 'bubblewrap' || seccompFilter() === undefined)(
    '[R-S2-8] calls that only serve to get out are refused by number',
    async () => {
      expect(await run('grep ^Seccomp: /proc/self/status')).toBe('Seccomp:\t2')
      const denied = deniedCalls(process.arch as 'x64' | 'arm64')
      const numbers = Array.from(denied.values()).join(' ')
      const ask = 'print "$n ", syscall($n, 0, 0, 0, 0) == -1 ? $! + 0 : "done", "\\n"'
      const answers = await run(`perl -e 'for my $n (@ARGV) { $n += 0; ${ask} }' ${numbers}`)
      expect(answers.split('\n')).toEqual(Array.from(denied.values(), (number) => `${number} 1`))
    },
  )

  test.skipIf(kind !== 'bubblewrap' || seccompFilter() === undefined)(
    '[R-S2-8] sockets are those of the network that is not there',
    async () => {
      const script =
        'for f in 1 2 10 16 17 38 40; do perl -e \'socket(my $s, $ARGV[0], 1, 0) ? print "yes " : print $! + 0, " "\' $f; done'
      expect(await run(script)).toBe('yes yes yes 97 97 97 97 ')
    },
  )

  test('ordinary programs notice nothing of it', async () => {
    expect(
      await run(
        '(sleep 0.1; echo child) & wait; seq 3 | sort -r | tr "\\n" " "; perl -e "print 1"',
      ),
    ).toBe('child\n3 2 1 1')
  })

  test('[R-S2-8] a program that computes without end is ended, and only it', async () => {
    expect(await run('(while :; do :; done); echo "ended $?"')).toMatch(/ended (137|152)$/)
    expect(await run('echo alive')).toBe('alive')
  })

  test('[R-S2-8] a file has an end', async () => {
    expect(await run('head -c 2000000 /dev/zero > /tmp/big; echo $?; stat -c %s /tmp/big')).toMatch(
      /[1-9]\d*\n1000000$/,
    )
  })

  test('[R-S2-8] processes are counted', async () => {
    const script =
      '$| = 1; my $n = 0; for (1..200) { my $p = fork; last unless defined $p; if (!$p) { sleep 600; exit } $n += 1 } ' +
      'print $n; kill 9, 0' // itself and all of them
    const count = /^\d+/.exec(await run(`setsid -w perl -e '${script}'`))?.[0]
    expect(Number(count)).toBeGreaterThan(20)
    expect(Number(count)).toBeLessThan(limits.processesMax)
  })
})
