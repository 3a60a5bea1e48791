import { connect, type Socket } from 'node:net'
import { once } from 'node:events'

/** One answer of a server: what a measurement needs to know of it. */
export interface Answer {
  readonly status: number
  /** Undefined unless asked for. */
  readonly body: string | undefined
}

const headEnd = Buffer.from('\r\n\r\n')
const lengthPattern = /\r\ncontent-length: *(\d+)/i
const readBytes = 65_536

/**
 * A kept HTTP connection that does as little as can be done: writes bytes, and of an answer reads
 * the status and the length. One request at a time.
 */
export class Connection {
  readonly #socket: Socket
  readonly #onAnswer: (answer: Answer) => void
  readonly #keepsBody: boolean
  /** What came of an answer's head before its end; usually nothing. */
  #head: Buffer | undefined
  #status = 0
  /** Bytes of the body still to come. */
  #missing = 0
  #body: Buffer[] = []

  private constructor(port: number, { onAnswer, onError, keepsBody = false }: ConnectionOptions) {
    this.#onAnswer = onAnswer
    this.#keepsBody = keepsBody
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      // One buffer for everything that is read: no stream in between.
      onread: {
        buffer: Buffer.allocUnsafeSlow(readBytes),
        callback: (bytes, buffer) => {
          this.#read((buffer as Buffer).subarray(0, bytes))
          return true
        },
      },
    })
    this.#socket.on('error', onError)
    this.#socket.on('close', () => onError(new Error('the server closed a connection')))
  }

  static async open(port: number, options: ConnectionOptions): Promise<Connection> {
    const connection = new Connection(port, options)
    await once(connection.#socket, 'connect')
    return connection
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    let rest = chunk
    if (this.#missing === 0) {
      if (this.#head !== undefined) rest = Buffer.concat([this.#head, chunk])
      const end = rest.indexOf(headEnd)
      if (end === -1) {
        this.#head = Buffer.from(rest)
        return
      }
      this.#head = undefined
      const head = rest.toString('latin1', 0, end)
      this.#status = Number(head.slice(9, 12))
      this.#missing = Number(lengthPattern.exec(head)?.[1] ?? 0)
      rest = rest.subarray(end + headEnd.length)
    }
    this.#missing -= rest.length
    if (this.#keepsBody) this.#body.push(Buffer.from(rest))
    if (this.#missing > 0) return
    this.#missing = 0
    const body = this.#keepsBody ? Buffer.concat(this.#body.splice(0)).toString() : undefined
    this.#onAnswer({ status: this.#status, body })
  }
}

export interface ConnectionOptions {
  readonly onAnswer: (answer: Answer) => void
  readonly onError: (error: Error) => void
  readonly keepsBody?: boolean
}
