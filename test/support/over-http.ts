// Worlds behind the real server: through our own client, and through official SDKs.
import Anthropic from '@anthropic-ai/sdk'
import OlderAnthropic from 'anthropic-sdk-0'
import { connect, type RemoteApi } from '../../src/client/connect.ts'
import type { Limits } from '../../src/domain/limits.ts'
import type { Place } from './in-process.ts'
import { officialApi } from './official-api.ts'
import { startTestServer, type TestServer } from './server.ts'
import type { World } from './world.ts'

interface Remote {
  readonly server: TestServer
  readonly world: World
  readonly reach: (secret: string) => RemoteApi
}

async function openRemote(place: Place, limits?: Partial<Limits>): Promise<Remote> {
  const server = await startTestServer(place, { limits })
  const opened: Disposable[] = []
  const reach = (secret: string) => {
    const api = connect({ baseUrl: server.url, headers: { 'x-api-key': secret } })
    opened.push(api)
    return api
  }
  const world: World = {
    operator: reach(server.operatorSecret),
    connect: async (secret) => reach(secret),
    async [Symbol.asyncDispose]() {
      for (const api of opened) api[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
  return { server, world, reach }
}

/** The Api through our own client. */
export async function openConnected(place: Place, limits?: Partial<Limits>): Promise<World> {
  return (await openRemote(place, limits)).world
}

/** 1.x sends the key as a bearer token; 0.x as x-api-key, with ?beta=true behind every path. */
export type Generation = '1.x' | '0.x'

export function officialClient(generation: Generation, url: string, secret: string): Anthropic {
  const options = { baseURL: url, apiKey: secret, authToken: null }
  if (generation === '1.x') return new Anthropic(options)
  return new OlderAnthropic(options) as unknown as Anthropic
}

/** The Api through an official SDK; what the hosted API does not have, through our own client. */
export async function openOfficial(
  generation: Generation,
  place: Place,
  limits?: Partial<Limits>,
): Promise<World> {
  const { server, world, reach } = await openRemote(place, limits)
  return {
    ...world,
    connect: async (secret) => {
      const rest = reach(secret)
      const client = officialClient(generation, server.url, secret)
      // A secret that nobody has is refused by the first call, not here.
      const { workspaceId } = await rest.whoAmI().catch(() => ({ workspaceId: '' }))
      return officialApi(client, rest, workspaceId)
    },
  }
}
