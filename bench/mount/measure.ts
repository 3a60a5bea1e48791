// Programs run from outside and timed; nothing here touches a mount by itself.
import { spawn } from 'node:child_process'

/** Runs a program to its end, on one processor where `cpu` names it. */
export function run(command: readonly string[], cpu?: number): Promise<string> {
  const pinned = cpu === undefined ? command : ['taskset', '-c', String(cpu), ...command]
  const [program = '', ...args] = pinned
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  child.once('error', reject)
  child.once('close', () => resolve(out))
  return promise
}

const clientFile = new URL('./client.ts', import.meta.url).pathname

/** Acts per second of the client in a directory, the best of `rounds`. */
export async function rate(
  what: string,
  directory: string,
  { cpu, rounds = 2 }: { cpu?: number | undefined; rounds?: number } = {},
): Promise<number> {
  let best = 0
  for (let round = 0; round < rounds; round += 1) {
    const out = await run([process.execPath, clientFile, what, directory], cpu)
    best = Math.max(best, Number(out))
  }
  return best
}

/** The best of several runs of a search through a tree, in milliseconds. */
export async function search(
  command: readonly string[],
  { cpu, rounds = 7 }: { cpu?: number | undefined; rounds?: number } = {},
): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round += 1) {
    // The shell's clock: starting the shell itself is not timed.
    const script = 'a=$EPOCHREALTIME; "$@" >/dev/null; b=$EPOCHREALTIME; echo ${a/./} ${b/./}'
    const out = await run(['bash', '-c', script, 'bash', ...command], cpu)
    const [from = 0, to = 0] = out.trim().split(' ').map(Number)
    best = Math.min(best, (to - from) / 1_000)
  }
  return best
}

export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => String(row[column] ?? '').length)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0
            ? String(cell).padEnd(widths[column] ?? 0)
            : String(cell).padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n')
}
