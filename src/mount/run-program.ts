import { spawn } from 'node:child_process'

/**
 * Runs a program to its end, with a descriptor at 3 where one is given.
 * @throws Error with what it wrote to its standard error
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  fd?: number,
): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe', ...(fd === undefined ? [] : [fd])],
  })
  const errors: Buffer[] = []
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk))
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.once('error', reject)
  child.once('close', resolve)
  const code = await promise
  if (code === 0) return
  throw new Error(Buffer.concat(errors).toString().trim() || `${program} ended with ${code}`)
}
