// Floor R: Node's own HTTP server that answers every request with the same bytes.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerCalls } from './child.ts'

export interface PlainStart {
  /** The body of every answer. */
  readonly body: string
  /** What is done for each answer: text is made from JSON and encoded, encoded, or neither. */
  readonly as: 'json' | 'text' | 'bytes'
}

export interface PlainCalls {
  start(input: PlainStart): Promise<{ readonly port: number }>
}

const servers: Server[] = []

function start({ body, as }: PlainStart): Promise<{ readonly port: number }> {
  const value: unknown = JSON.parse(body)
  const encoded = Buffer.from(body)
  const answers = { json: () => JSON.stringify(value), text: () => body, bytes: () => encoded }
  const answer = answers[as]
  const length = String(Buffer.byteLength(body))
  const headers = ['content-type', 'application/json', 'content-length', length]
  const server = createServer({ noDelay: true }, (_, response) => {
    response.writeHead(200, headers)
    response.end(answer())
  })
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ port: (server.address() as AddressInfo).port })
    })
  })
}

answerCalls<PlainCalls>({ start }, async () => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})
