// A receiver of webhooks on loopback that remembers what it got and answers what it is told to.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
  /** The status of the answers from now on; 0 never answers. */
  answer(status: number): void
  /** Resolves once this many have come. */
  until(count: number): Promise<void>
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let status = 200
  let wake = () => {}
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const headers = request.headers as Record<string, string>
      received.push({ headers, body: Buffer.concat(parts).toString() })
      wake()
      if (status !== 0) response.writeHead(status, { location: '/elsewhere' }).end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer: (next) => (status = next),
    until: async (count) => {
      while (received.length < count) {
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
