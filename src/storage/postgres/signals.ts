import { Client, type ClientConfig } from 'pg'
import type { LiveMessage, Topic } from '../port.ts'
import { select, type Session, type Statement } from './connection.ts'

const channel = 'palimpsest_changes'
const liveChannel = 'palimpsest_live'
/** PostgreSQL takes payloads below 8,000 bytes; what is larger is heard in this process only. */
const liveBytesMax = 7_900
/** Changes of this span travel in one notification: each costs the database a transaction. */
const coalesceMs = 10
const reconnectMs = 1_000
const pollMs = 1_000
/** Stores whose feed was read here, the longest unread forgotten first. */
const watchedMax = 10_000
/** PostgreSQL takes payloads below 8,000 bytes; an id has 33. */
const idsPerNotification = 200

type Listener = (topic: Topic) => void
type LiveListener = (message: LiveMessage) => void

/**
 * Tells listeners in every process that a store changed. Notifications are sent after the commit,
 * on a connection of their own: inside it they would serialize all commits of the database. They
 * are hints and may be lost, with the connection or with the process that should have sent them; so
 * a process with listeners also asks once a second for the sequences of the stores whose feed it
 * has read, and tells about those that moved.
 */
export class Signals implements AsyncDisposable {
  readonly #config: ClientConfig
  readonly #session: Session
  readonly #listeners = new Set<Listener>()
  readonly #live = new Set<LiveListener>()
  readonly #watched = new Map<Topic, number>()
  readonly #unsent = new Set<Topic>()
  #unsentLive: string[] = []
  #client: Client | undefined
  #connecting: Promise<void>
  /** The database's number of our connection: what it sends comes back to it. */
  #ownProcess = 0
  #sending: NodeJS.Timeout | undefined
  #reconnecting: NodeJS.Timeout | undefined
  readonly #polling: NodeJS.Timeout
  #pollUnderWay = false
  #closed = false

  constructor(config: ClientConfig, session: Session) {
    this.#config = config
    this.#session = session
    this.#polling = setInterval(() => void this.#poll(), pollMs).unref()
    this.#connecting = this.#connect()
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#watched.clear()
    }
  }

  /** After a commit: listeners here hear at once, other processes soon. */
  changed(topic: Topic): void {
    this.#tell(topic)
    this.#unsent.add(topic)
    this.#sendSoon()
  }

  publish(message: LiveMessage): void {
    for (const listener of this.#live) listener(message)
    const payload = JSON.stringify(message)
    if (Buffer.byteLength(payload) > liveBytesMax) return
    this.#unsentLive.push(payload)
    this.#sendSoon()
  }

  listen(listener: LiveListener): () => void {
    this.#live.add(listener)
    return () => this.#live.delete(listener)
  }

  #sendSoon(): void {
    this.#sending ??= setTimeout(() => void this.#send(), coalesceMs).unref()
  }

  /** Someone here reads the store's feed and wants to hear of changes. */
  watch(topic: Topic): void {
    const seq = this.#watched.get(topic) ?? -1
    this.#watched.delete(topic)
    this.#watched.set(topic, seq)
    if (this.#watched.size <= watchedMax) return
    for (const oldest of this.#watched.keys()) {
      this.#watched.delete(oldest)
      break
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearInterval(this.#polling)
    clearTimeout(this.#reconnecting)
    clearTimeout(this.#sending)
    await this.#connecting
    await this.#send()
    await this.#client?.end().catch(() => undefined)
  }

  #tell(topic: Topic): void {
    for (const listener of this.#listeners) listener(topic)
  }

  #hear(payload: string): void {
    const message = JSON.parse(payload) as LiveMessage
    for (const listener of this.#live) listener(message)
  }

  async #connect(): Promise<void> {
    // A hint need not survive a crash: its transaction does not wait for the disk.
    const options = `${this.#config.options ?? ''} -c synchronous_commit=off`
    const client = new Client({ ...this.#config, options })
    client.on('error', () => undefined)
    client.on('end', () => this.#lost(client))
    client.on('notification', ({ processId, payload, channel: of }) => {
      if (processId === this.#ownProcess || payload === undefined) return
      if (of === liveChannel) return this.#hear(payload)
      for (const topic of payload.split(' ')) this.#tell(topic as Topic)
    })
    try {
      await client.connect()
      await client.query(`LISTEN ${channel}`)
      await client.query(`LISTEN ${liveChannel}`)
      const self = await client.query('SELECT pg_backend_pid() AS process')
      this.#ownProcess = Number(self.rows[0]?.process)
      this.#client = client
    } catch {
      // Polling goes on meanwhile; 'end' or this path brings the next attempt.
      await client.end().catch(() => undefined)
      this.#lost(client)
    }
  }

  #lost(client: Client): void {
    if (this.#client === client) this.#client = undefined
    if (this.#closed || this.#client !== undefined) return
    this.#reconnecting ??= setTimeout(() => {
      this.#reconnecting = undefined
      this.#connecting = this.#connect()
    }, reconnectMs).unref()
  }

  async #send(): Promise<void> {
    const ids = [...this.#unsent]
    this.#unsent.clear()
    const payloads: string[] = []
    for (let start = 0; start < ids.length; start += idsPerNotification) {
      payloads.push(ids.slice(start, start + idsPerNotification).join(' '))
    }
    const live = this.#unsentLive
    this.#unsentLive = []
    // Words before the event that holds them all: who hears both shows no word twice.
    await this.#notify(liveChannel, live)
    await this.#notify(channel, payloads)
    this.#sending = undefined
    if (this.#closed || (this.#unsent.size === 0 && this.#unsentLive.length === 0)) return
    this.#sendSoon()
  }

  /** A lost notification is made up for by polling. */
  async #notify(to: string, payloads: readonly string[]): Promise<void> {
    if (payloads.length === 0) return
    const text = 'SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload'
    await this.#client
      ?.query({ name: 'notify', text, values: [to, payloads] })
      .catch(() => undefined)
  }

  async #poll(): Promise<void> {
    if (this.#pollUnderWay || this.#listeners.size === 0 || this.#watched.size === 0) return
    this.#pollUnderWay = true
    const before = new Map(this.#watched)
    const rows = await select<{ topic: Topic; seq: number }>(this.#session, pollStatement, [
      [...before.keys()],
    ]).catch(() => undefined)
    this.#pollUnderWay = false
    if (rows === undefined) return // unreachable now; the next poll asks again
    const seqs = new Map(rows.map((row) => [row.topic, row.seq]))
    for (const [topic, known] of before) {
      const seq = seqs.get(topic)
      if (seq === undefined) this.#watched.delete(topic)
      else if (this.#watched.has(topic)) this.#watched.set(topic, seq)
      if (seq !== known) this.#tell(topic)
    }
  }
}

const pollStatement: Statement = {
  name: 'poll_sequences',
  text: `SELECT store_id AS topic, seq FROM counters WHERE store_id = ANY($1::text[])
    UNION ALL SELECT id, head FROM sessions WHERE id = ANY($1::text[])`,
}
