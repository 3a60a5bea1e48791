// Bytes over a socket, for what no HTTP client would send.
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

const waitMs = 20_000

/** Sends the bytes and reads until the server closes or goes quiet: a hang fails. */
export async function exchange(port: number, ...parts: (string | Buffer)[]): Promise<RawAnswer[]> {
  const socket = connect(port, '127.0.0.1')
  for (const part of parts) socket.write(part)
  return answersOf(await readAll(socket))
}

/** Everything until the server ends the connection. Ask for that with `connection: close`. */
export function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`the server did not close; it said ${JSON.stringify(text.slice(0, 500))}`))
    }, waitMs)
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      text += String(chunk)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(text)
    })
  })
}

export function answersOf(text: string): RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) throw new Error(`no whole answer in ${JSON.stringify(rest.slice(0, 500))}`)
    const head = rest.slice(0, end)
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
    const length = status === 100 ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1])
    if (Number.isNaN(length)) throw new Error(`an answer without length: ${head}`)
    const start = end + '\r\n\r\n'.length
    answers.push({ status, head, body: rest.slice(start, start + length) })
    rest = rest.slice(start + length)
  }
  return answers
}
