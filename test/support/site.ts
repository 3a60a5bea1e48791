// A workspace with a store and a memory in it, on the real server, and requests to look at them
// with.
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { temporaryPlace } from './in-process.ts'
import {
  startTestServer,
  type Answer,
  type RequestOptions,
  type TestServer,
  type TestWorkspace,
} from './server.ts'

export const stores = '/v1/memory_stores'
/** SHA-256 of "text", the content of the memory. */
export const shaOfText = '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1'
export const invalid = '400 invalid_request_error'

export interface Site {
  readonly server: TestServer
  readonly workspace: TestWorkspace
  /** Of an admin. */
  readonly secret: string
  readonly storeId: string
  readonly storePath: string
  /** Of the memory at `/a`. */
  readonly memoryPath: string
  readonly get: (path: string, options?: RequestOptions) => Promise<Answer>
  readonly post: (
    path: string,
    body?: RequestOptions['body'],
    options?: RequestOptions,
  ) => Promise<Answer>
}

/** One server for the tests of a file; a workspace of its own for each. */
export function eachSite(): () => Site {
  let server: TestServer | undefined
  let site: Site | undefined
  beforeAll(async () => {
    server = await startTestServer(await temporaryPlace())
  })
  afterAll(() => server?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    site = server && (await furnish(server))
  })
  return () => {
    if (site === undefined) throw new Error('the site is not there yet')
    return site
  }
}

async function furnish(server: TestServer): Promise<Site> {
  const workspace = await server.newWorkspace()
  const secret = workspace.secrets.admin
  const get: Site['get'] = (path, options) => server.request(path, { secret, ...options })
  const post: Site['post'] = (path, body, options) => {
    const sent = body === undefined ? {} : { body }
    return server.request(path, { secret, method: 'POST', ...sent, ...options })
  }
  const storeId = (await post(stores, { name: 'x' })).json.id as string
  const storePath = `${stores}/${storeId}`
  const memory = await post(`${storePath}/memories`, { path: '/a', content: 'text' })
  const memoryPath = `${storePath}/memories/${memory.json.id}`
  return { server, workspace, secret, storeId, storePath, memoryPath, get, post }
}

/** Status and type of an answer that is an error. */
export function errorOf({ status, json }: Answer): string {
  return `${status} ${json.error?.type}`
}
