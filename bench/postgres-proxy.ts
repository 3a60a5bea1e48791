// Stands between a server and PostgreSQL and counts round trips: how often one side had to wait for
// the other. Statements that travel together are one.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { answerCalls } from './child.ts'

export interface ProxyCalls {
  /** @returns a URL that leads to the same database through the proxy */
  listen(url: string): Promise<string>
  /** Round trips so far, of all connections. */
  roundTrips(input: undefined): number
}

let server: Server | undefined
let roundTrips = 0

function listen(url: string): Promise<string> {
  const target = new URL(url)
  const listening = createServer({ noDelay: true }, (client) => join(client, target))
  server = listening
  return new Promise((resolve) => {
    listening.listen(0, '127.0.0.1', () => {
      const through = new URL(url)
      through.host = `127.0.0.1:${(listening.address() as AddressInfo).port}`
      resolve(through.href)
    })
  })
}

function join(client: Socket, target: URL): void {
  const { hostname: host, port } = target
  const upstream = connect({ host, port: Number(port || 5_432), noDelay: true })
  // A client that speaks after it was spoken to begins a new round trip.
  let isAnswered = true
  client.on('data', (bytes: Buffer) => {
    if (isAnswered) roundTrips += 1
    isAnswered = false
    upstream.write(bytes)
  })
  upstream.on('data', (bytes: Buffer) => {
    isAnswered = true
    client.write(bytes)
  })
  const end = () => {
    client.destroy()
    upstream.destroy()
  }
  for (const socket of [client, upstream]) socket.on('close', end).on('error', end)
}

answerCalls<ProxyCalls>({ listen, roundTrips: () => roundTrips }, async () => {
  server?.close()
})
