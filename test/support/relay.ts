// Stands between a client and a server, and tells the test of every request; where the test says
// so, a request waits there.
import { createServer, request } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export interface RelayHooks {
  /** A request came; it goes on once this resolves. */
  readonly asked?: (target: string) => Promise<void> | void
  /** The head of its answer is on its way. */
  readonly answered?: (target: string) => void
}

export interface Relay extends AsyncDisposable {
  readonly url: string
}

export async function startRelay(serverUrl: string, hooks: RelayHooks): Promise<Relay> {
  const server = createServer((incoming, answer) => {
    const { url = '/', method, headers } = incoming
    const forward = () => {
      const outgoing = request(new URL(url, serverUrl), { method, headers }, (found) => {
        answer.writeHead(found.statusCode ?? 500, found.headers)
        answer.flushHeaders()
        found.on('error', () => answer.destroy())
        found.pipe(answer)
        hooks.answered?.(url)
      })
      outgoing.on('error', () => answer.destroy())
      answer.on('close', () => outgoing.destroy())
      incoming.pipe(outgoing)
    }
    void Promise.resolve(hooks.asked?.(url)).then(forward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
