import { fstatSync, readFileSync } from 'node:fs'

/**
 * What is piped into the program, or redirected from a file; undefined when nothing is. Some
 * callers leave a pipe open that nobody writes to, so the first byte is waited for only so long.
 */
export async function readPiped(waitMs: number): Promise<Buffer | undefined> {
  let stat: ReturnType<typeof fstatSync>
  try {
    stat = fstatSync(0)
  } catch {
    return undefined // closed
  }
  if (stat.isFile()) return stat.size > 0 ? readFileSync(0) : undefined
  if (!stat.isFIFO() && !stat.isSocket()) return undefined
  const { stdin } = process
  if (!(await becomesReadable(waitMs))) {
    stdin.destroy()
    return undefined
  }
  return readAllStdin()
}

function becomesReadable(waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), waitMs)
    const settle = () => {
      clearTimeout(timer)
      resolve(true)
    }
    process.stdin.once('readable', settle)
    process.stdin.once('error', settle)
  })
}

/** Standard input to its end. */
export async function readAllStdin(): Promise<Buffer> {
  if (fstatSync(0).isFile()) return readFileSync(0)
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}
