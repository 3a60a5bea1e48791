// Gives the official SDK the resource that this server adds: `client.beta.sessions.turns`. Import it
// once, anywhere:  import 'palimpsest/turns'
import Anthropic from '@anthropic-ai/sdk'

/** A little more than the longest turn, which the server ends at 540 seconds. */
const timeoutMs = 600_000

export class Turns {
  #client

  constructor(client) {
    this.#client = client
  }

  /** Sends a message and resolves when the session rests. Repeats of one call make one turn. */
  create(sessionId, { input, timeout_seconds, wait_for_memory }, options = {}) {
    return this.#client.post(`/v1/sessions/${encodeURIComponent(sessionId)}/turns`, {
      timeout: timeoutMs,
      ...options,
      body: { input, timeout_seconds, wait_for_memory },
      headers: { 'idempotency-key': crypto.randomUUID(), ...options.headers },
    })
  }

  /** A turn as it stands now. */
  retrieve(turnId, { session_id: sessionId }, options = {}) {
    const path = `/v1/sessions/${encodeURIComponent(sessionId)}/turns/${encodeURIComponent(turnId)}`
    return this.#client.get(path, options)
  }
}

const known = new WeakMap()

Object.defineProperty(Anthropic.Beta.Sessions.prototype, 'turns', {
  configurable: true,
  get() {
    const turns = known.get(this) ?? new Turns(this._client)
    known.set(this, turns)
    return turns
  },
})
