// The guide's memory calls with the official Python SDK, on the real server.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryPlace } from '../support/in-process.ts'
import { findPython, pythonSdk, runPython } from '../support/python.ts'
import { startTestServer } from '../support/server.ts'

const python = await findPython()

if ('missing' in python) {
  test.skipIf(process.env['CI'] !== 'true')(`needs ${python.missing}`, () => {
    throw new Error(`missing: ${python.missing}`)
  })
} else {
  test('[R-5-1] [R-7.1-2] [R-7.5-7] [R-3.3-1] [R-4.4-1] [R-8.5-1] the guide runs as it is written', async () => {
    await using server = await startTestServer(await temporaryPlace())
    const { secrets } = await server.newWorkspace()
    const script = join(import.meta.dirname, 'guide.py')
    const stdout = await runPython(python.path, script, {
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: secrets.admin,
    })
    const seen: unknown = JSON.parse(stdout)
    expect(seen).toMatchObject({
      sdk: pythonSdk.replace('anthropic==', ''),
      every: [
        ['id', 'str'],
        ['created_at', 'datetime'],
        ['name', 'str'],
        ['type', 'str'],
        ['updated_at', 'datetime'],
        ['archived_at', 'NoneType'],
        ['description', 'str'],
        ['metadata', 'dict'],
      ],
      store: {
        id: expect.stringMatching(/^memstore_/) as string,
        type: 'memory_store',
        name: 'User Preferences',
        metadata: {},
        archived_at: null,
      },
      seeded: {
        id: expect.stringMatching(/^mem_/) as string,
        path: '/standards/formatting.md',
        content: null,
        content_size_bytes: 97,
      },
      hash_matches: true,
      listed: [['/users/maya/profile.md', 'Maya, Acme Corp, colour #0E7A4F \u2014 \u{1f600}']],
      top: [
        ['memory_prefix', '/standards/'],
        ['memory_prefix', '/users/'],
      ],
      updated: ['/users/maya/profile.md', 9],
      stale: ['ConflictError', 409, 'memory_precondition_failed_error'],
      taken: ['ConflictError', 409, 'memory_path_conflict_error'],
      history: [
        ['modified', 'corrected'],
        ['created', 'Maya, Acme Corp, colour #0E7A4F \u2014 \u{1f600}'],
      ],
      since: [2, 2],
      actor: 'api_actor',
      redacted: [null, null, true],
      deleted: [true, 'memory_deleted'],
      gone: ['NotFoundError', 404, 'not_found_error'],
      paged: Array.from({ length: 45 }, (_, index) => `${index}`),
      archived: true,
      closed: ['BadRequestError', 400, 'invalid_request_error'],
      removed: 'memory_store_deleted',
      stores: [],
    })
  }, 120_000)
}
