import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'

// How `umount` and `status` talk to the process that holds a mount: one question, one answer.

export type Question =
  | { readonly type: 'status' }
  /**
   * Flushes what is held back; `until` also waits until the mount shows that sequence, or what
   * others have done so far.
   */
  | { readonly type: 'barrier'; readonly until?: number | 'now' | undefined }
  /** Hands the kernel the texts of the files it knows, before anybody reads them. */
  | { readonly type: 'prewarm' }
  | { readonly type: 'unmount'; readonly isForced: boolean }

export type Reply =
  | { readonly type: 'done'; readonly value: unknown }
  | { readonly type: 'failed'; readonly message: string }

/** @param path for this user alone */
export async function serveControl<Asked = Question>(
  path: string,
  answer: (question: Asked) => Promise<unknown>,
): Promise<Server> {
  rmSync(path, { force: true })
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    void converse(socket, async (text) => answer(JSON.parse(text) as Asked))
  })
  // It is made in this very call.
  const before = process.umask(0o177)
  server.listen(path)
  process.umask(before)
  await once(server, 'listening')
  return server
}

async function converse(
  socket: Socket,
  answer: (question: string) => Promise<unknown>,
): Promise<void> {
  socket.on('error', () => undefined) // the asker went away
  let reply: Reply
  try {
    reply = { type: 'done', value: await answer(await readAll(socket)) }
  } catch (error) {
    reply = { type: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
  socket.end(JSON.stringify(reply))
}

/** What the other side says until it ends; the socket stays open for the answer. */
function readAll(socket: Socket): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.once('end', () => resolve(Buffer.concat(chunks).toString()))
  socket.once('close', () => resolve(Buffer.concat(chunks).toString()))
  socket.once('error', reject)
  return promise
}

/** Nobody holds the mount any more. */
export class NobodyThere extends Error {
  override readonly name = 'NobodyThere'
}

/** @throws NobodyThere; Error with the reason of a refusal */
export async function ask<Asked = Question>(path: string, question: Asked): Promise<unknown> {
  const socket = connect({ path, allowHalfOpen: true })
  try {
    await once(socket, 'connect')
  } catch (error) {
    throw new NobodyThere('no process holds this mount', { cause: error })
  }
  socket.end(JSON.stringify(question))
  // A process that is killed before it read the question resets the connection.
  const answer = await readAll(socket).catch(() => '')
  if (answer === '') throw new NobodyThere('the process that held this mount ended')
  const reply = JSON.parse(answer) as Reply
  if (reply.type === 'failed') throw new Error(reply.message)
  return reply.value
}
