import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bubblewrapArgv } from './bubblewrap.ts'
import { defaultSandboxLimits, type SandboxLimits } from './sandbox-limits.ts'
import { handOver, newOwner, ownerOf } from './sandbox-owner.ts'
import type { Sandbox } from './sandbox.ts'
import { SandboxedShell, type CommandInput } from './sandboxed-shell.ts'
import { unshareArgv } from './unshare.ts'

export const sandboxKinds = ['bubblewrap', 'unshare'] as const
export type SandboxKind = (typeof sandboxKinds)[number]

const build: Record<SandboxKind, (limits: SandboxLimits, input: CommandInput) => string[]> = {
  bubblewrap: bubblewrapArgv,
  unshare: unshareArgv,
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

const execute = promisify(execFile)

/** Tried once, with a shell that must not see a file of the host. */
export async function trySandbox(
  kind: SandboxKind,
  limits: SandboxLimits = defaultSandboxLimits,
): Promise<Sandbox | NoSandbox> {
  if (process.platform !== 'linux') return { noneBecause: 'it needs Linux' }
  const argv = (input: CommandInput) => build[kind](limits, input)
  const home = await mkdtemp(join(tmpdir(), 'palimpsest-probe-'))
  try {
    const owner = newOwner()
    await mkdir(join(home, 'root'))
    await chmod(home, 0o711)
    const command = ['/bin/sh', '-c', probeScript]
    const [program = '', ...args] = argv({ binds: [], command, home })
    const options = { timeout: 10_000, cwd: '/', env: { PATH: systemPath }, ...owner }
    const { stdout } = await execute(program, args, options)
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
    open: (options) => new SandboxedShell(options, { limits, argv }),
  }
}

const systemPath = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'
const probeScript =
  'if [ -e /etc/shadow ] || [ -e /home ] || [ -e /sys/kernel ]; then echo leaks; else echo sealed; fi'

function reasonOf(error: unknown): string {
  const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: unknown }
  if (code === 'ENOENT') return 'not installed'
  const said = typeof stderr === 'string' ? (stderr.trim().split('\n')[0] ?? '') : ''
  return said || `failed (${String(code)})`
}
