import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bubblewrapArgv } from './bubblewrap.ts'
import { defaultSandboxLimits, type SandboxLimits } from './sandbox-limits.ts'
import { handOver, newOwner, ownerOf } from './sandbox-owner.ts'
import type { Sandbox } from './sandbox.ts'
import { seccompFilter } from './seccomp.ts'
import { spawnSealed, type SealedCommand } from './spawn-sealed.ts'
import { SandboxedShell, type CommandInput } from './sandboxed-shell.ts'
import { unshareArgv } from './unshare.ts'

export const sandboxKinds = ['bubblewrap', 'unshare'] as const
export type SandboxKind = (typeof sandboxKinds)[number]

const build: Record<SandboxKind, (limits: SandboxLimits, input: CommandInput) => string[]> = {
  bubblewrap: bubblewrapArgv,
  unshare: unshareArgv,
}

/** util-linux cannot be told what the kernel should refuse. */
const filterOf: Record<SandboxKind, Uint8Array | undefined> = {
  bubblewrap: seccompFilter(),
  unshare: undefined,
}

export interface NoSandbox {
  readonly noneBecause: string
}

/** The best sandbox that works on this machine, or why none does. */
export async function findSandbox(
  limits: SandboxLimits = defaultSandboxLimits,
): Promise<Sandbox | NoSandbox> {
  const reasons: string[] = []
  for (const kind of sandboxKinds) {
    const found = await trySandbox(kind, limits)
    if (!('noneBecause' in found)) return found
    reasons.push(`${kind}: ${found.noneBecause}`)
  }
  return { noneBecause: `bash needs a sandbox, and none works here (${reasons.join('; ')})` }
}

/** Tried once, with a shell that must not see a file of the host. */
export async function trySandbox(
  kind: SandboxKind,
  limits: SandboxLimits = defaultSandboxLimits,
): Promise<Sandbox | NoSandbox> {
  if (process.platform !== 'linux') return { noneBecause: 'it needs Linux' }
  const argv = (input: CommandInput) => build[kind](limits, input)
  const filter = filterOf[kind]
  const home = await mkdtemp(join(tmpdir(), 'palimpsest-probe-'))
  try {
    const owner = newOwner()
    await mkdir(join(home, 'root'))
    await chmod(home, 0o711)
    const command = ['/bin/sh', '-c', probeScript]
    const stdout = await output({ argv: argv({ binds: [], command, home }), filter, ...owner })
    if (stdout.trim() !== 'sealed') return { noneBecause: 'it would show files of this machine' }
  } catch (error) {
    return { noneBecause: reasonOf(error) }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
  return {
    name: kind,
    prepare: async (directory) => {
      const owner = await ownerOf(directory)
      await handOver(directory, owner)
      return owner
    },
    open: (options) => new SandboxedShell(options, { limits, argv, filter }),
  }
}

const probeScript =
  'if [ -e /etc/shadow ] || [ -e /home ] || [ -e /sys/kernel ]; then echo leaks; else echo sealed; fi'

const probeMs = 10_000

/** What a sandbox prints until it ends. @throws Error that says why it did not end well */
async function output(command: SealedCommand): Promise<string> {
  const child = spawnSealed(command)
  child.stdin?.end()
  const [stdout, stderr]: [string[], string[]] = [[], []]
  child.stdout?.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  const timer = setTimeout(() => child.kill('SIGKILL'), probeMs)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    if (code === 0) return stdout.join('')
    throw new Error(stderr.join('').trim().split('\n')[0] || `failed (${String(code)})`)
  } finally {
    clearTimeout(timer)
  }
}

function reasonOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'not installed'
  return error instanceof Error ? error.message : String(error)
}
