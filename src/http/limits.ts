/** What bounds one client's hold on the server. Times in milliseconds. */
export interface HttpLimits {
  /** The largest content fits in any JSON spelling (six bytes for each byte), with room. */
  readonly bodyBytesMax: number
  /** Bytes of request line and headers together. */
  readonly headerBytesMax: number
  /** For a request's headers to arrive. */
  readonly headersMs: number
  /** For a whole request to arrive. */
  readonly requestMs: number
  /** For a client to take an answer, or the next event of a stream. */
  readonly takeMs: number
  /** For the next request on a kept connection; longer than usual proxies keep theirs. */
  readonly idleMs: number
  /** Connections at once; more are closed unanswered. */
  readonly connectionsMax: number
  /** Silence after which a stream gets a heartbeat. */
  readonly heartbeatMs: number
  /** How often the credential of an open stream is checked again. */
  readonly recheckMs: number
  /** For requests under way to end when the server closes. */
  readonly closeMs: number
}

export const defaultHttpLimits: HttpLimits = {
  bodyBytesMax: 2_097_152,
  headerBytesMax: 16_384,
  headersMs: 10_000,
  requestMs: 60_000,
  takeMs: 60_000,
  idleMs: 65_000,
  connectionsMax: 4_096,
  heartbeatMs: 10_000,
  recheckMs: 250,
  closeMs: 10_000,
}
