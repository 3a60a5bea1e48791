// Servers that are not quite ours: with the official operations alone, and with a bad line.
import { createServer, request, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Api, Verb } from '../../src/api.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { endpoints } from '../../src/wire/endpoints.ts'

const ownPrefix = '/palimpsest/'

function isOwn(name: string | symbol): boolean {
  return Object.hasOwn(endpoints, name) && endpoints[name as Verb].path.startsWith(ownPrefix)
}

/** The api without our own verbs. */
export function officialOnly(api: Api): Api {
  return new Proxy(api, {
    get(on, name) {
      if (!isOwn(name)) return Reflect.get(on, name) as unknown
      return () => {
        throw new DomainError({ code: 'not_found', message: 'no such operation' })
      }
    },
  })
}

const writes = new Set(['createMemory', 'updateMemory', 'deleteMemory', 'applyBatch'])

/** The api over a line on which every fourth answer to a write gets lost. */
export function losing(api: Api): Api {
  let count = 0
  return new Proxy(api, {
    get(on, name) {
      const value = Reflect.get(on, name) as (...args: unknown[]) => unknown
      if (!writes.has(String(name))) return value
      return async (...args: unknown[]) => {
        const answer = await Reflect.apply(value, on, args)
        count += 1
        if (count % 4 === 0) throw new DomainError({ code: 'unavailable', message: 'no answer' })
        return answer
      }
    },
  })
}

/** A server in front of ours that knows nothing below our own prefix. */
export async function startOfficialServer(
  target: string,
): Promise<AsyncDisposable & { url: string }> {
  const server: Server = createServer((incoming, answer) => {
    const { url = '/', method, headers } = incoming
    if (url.startsWith(ownPrefix)) {
      answer.writeHead(404, { 'content-type': 'application/json' })
      answer.end('{"type":"error","error":{"type":"not_found_error","message":"Not found"}}')
      return
    }
    const outgoing = request(new URL(url, target), { method, headers }, (found) => {
      answer.writeHead(found.statusCode ?? 500, found.headers)
      found.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
