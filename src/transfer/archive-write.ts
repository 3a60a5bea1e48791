import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Store } from '../domain/memory/store.ts'
import { encodeTime, encodeTimeOrNull } from '../wire/timestamp.ts'
import { formatName, formatVersion, lineOf, type Manifest } from './archive-format.ts'
import { isVersion, type Entry } from './entry.ts'
import { paddingOf, tarEnd, tarHeader } from './tar.ts'

export interface ArchiveInput {
  readonly store: Store
  readonly entries: AsyncIterable<Entry>
  readonly historyFrom: number
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** An empty place for the file, and one beside it for the history on its way. */
  readonly file: string
  readonly onEntry?: (bytes: number) => void
}

export interface WrittenArchive {
  readonly counts: Manifest['counts']
  /** Of the whole file. */
  readonly sha256: string
  readonly bytes: number
}

/** Writes a store with its whole history, in constant memory but for a hash of each content. */
export async function writeArchive(input: ArchiveInput): Promise<WrittenArchive> {
  const out = await openGzip(input.file)
  const spool = await openSpool(`${input.file}.history`)
  try {
    const counts = await writeEntries(input, out, spool)
    const history = await spool.end()
    await out.stream('history.ndjson', history.bytes, createReadStream(spool.file))
    const manifest = manifestFor(input, counts, history)
    await out.file('manifest.json', Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`))
    return { counts, ...(await out.end()) }
  } catch (error) {
    await Promise.all([out.abort(), spool.abort()])
    throw error
  }
}

type Gzip = Awaited<ReturnType<typeof openGzip>>
type Spool = Awaited<ReturnType<typeof openSpool>>

async function writeEntries(
  input: ArchiveInput,
  out: Gzip,
  spool: Spool,
): Promise<Manifest['counts']> {
  const seen = new Set<string>()
  const counts = { changes: 0, versions: 0, contents: 0, content_bytes: 0 }
  for await (const entry of input.entries) {
    const { content, sha256 } = entry
    if (content !== undefined && sha256 !== undefined && !seen.has(sha256)) {
      seen.add(sha256)
      const bytes = Buffer.from(content)
      await out.file(`contents/${sha256}`, bytes)
      counts.contents += 1
      counts.content_bytes += bytes.length
    }
    await spool.write(Buffer.from(lineOf(entry)))
    counts.changes += 1
    if (isVersion(entry)) counts.versions += 1
    input.onEntry?.(entry.sizeBytes ?? 0)
  }
  return counts
}

function manifestFor(
  { store, historyFrom, seq, now }: ArchiveInput,
  counts: Manifest['counts'],
  history: Manifest['history'],
): Manifest {
  const { id, name, description, metadata } = store
  return {
    format: formatName,
    version: formatVersion,
    exported_at: encodeTime(now),
    store: {
      id,
      name,
      description,
      metadata,
      created_at: encodeTime(store.createdAt),
      updated_at: encodeTime(store.updatedAt),
      archived_at: encodeTimeOrNull(store.archivedAt),
    },
    history_from: historyFrom,
    seq,
    counts,
    history,
  }
}

/** The history on its way: it comes behind the contents, and its length has to be known before. */
async function openSpool(file: string) {
  const lines = (await open(file, 'wx', 0o600)).createWriteStream()
  const written = finished(lines)
  written.catch(() => undefined) // seen at the end, or by whoever waits for room
  const hash = createHash('sha256')
  let bytes = 0
  return {
    file,
    write: async (line: Buffer) => {
      hash.update(line)
      bytes += line.length
      if (!lines.write(line)) await Promise.race([once(lines, 'drain'), written])
    },
    end: async () => {
      lines.end()
      await written
      return { bytes, sha256: hash.digest('hex') }
    },
    abort: async () => {
      lines.destroy()
      await written.catch(() => undefined)
    },
  }
}

async function openGzip(file: string) {
  const gzip = createGzip()
  const sink = (await open(file, 'wx', 0o600)).createWriteStream()
  const hash = createHash('sha256')
  let bytes = 0
  gzip.on('data', (chunk: Buffer) => {
    hash.update(chunk)
    bytes += chunk.length
  })
  gzip.pipe(sink)
  const written = finished(sink)
  written.catch(() => undefined)
  const write = async (chunk: Buffer) => {
    if (!gzip.write(chunk)) await Promise.race([once(gzip, 'drain'), written])
  }
  return {
    file: async (name: string, content: Buffer) => {
      await write(tarHeader(name, content.length))
      await write(content)
      await write(paddingOf(content.length))
    },
    stream: async (name: string, size: number, source: AsyncIterable<Buffer>) => {
      await write(tarHeader(name, size))
      for await (const chunk of source) await write(chunk)
      await write(paddingOf(size))
    },
    end: async () => {
      gzip.end(tarEnd)
      await written
      const handle = await open(file, 'r')
      await handle.sync()
      await handle.close()
      return { sha256: hash.digest('hex'), bytes }
    },
    abort: async () => {
      gzip.destroy()
      sink.destroy()
      await written.catch(() => undefined)
    },
  }
}
