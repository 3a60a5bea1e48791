import { pino, type DestinationStream } from 'pino'

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
type LogLevel = (typeof logLevels)[number]

/**
 * What a log line may say beside its sentence. Never a secret, a memory's content, path or name.
 */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  debug(message: string, facts?: Facts): void
  info(message: string, facts?: Facts): void
  warn(message: string, facts?: Facts): void
  /**
   * @param cause logged by its name, code, message and stack: not by its other fields, which may
   * quote data
   */
  error(message: string, cause?: unknown, facts?: Facts): void
  /** One line per request. */
  request(line: RequestLine): void
  /** Writes out what is buffered. */
  flush(): void
}

export interface RequestLine {
  readonly requestId: string
  /** The verb, or the name of a page such as `healthz`. */
  readonly operation: string
  readonly method: string
  readonly status: number
  readonly durationMs: number
  readonly workspaceId: string | undefined
  readonly actor: string | undefined
  readonly door: string | undefined
  /** The problem's code, of a refusal. */
  readonly problem: string | undefined
  readonly traceId: string | undefined
  /** Probes ask all the time: their lines are only for `debug`. */
  readonly isProbe: boolean
}

export interface LogOptions {
  readonly level: LogLevel
  /** Default: standard error, so that standard output stays for what a command prints. */
  readonly destination?: DestinationStream | undefined
}

/**
 * JSON lines. Buffered: a line is written when enough of them wait, or after a fifth of a second.
 */
export function createLog(options: LogOptions): Log {
  const { destination, flush } = openDestination(options.destination)
  const shows = {
    info: showsLevel(options.level, 'info'),
    debug: showsLevel(options.level, 'debug'),
  }
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  return {
    debug: (message, facts) => logger.debug(facts ?? {}, message),
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, cause, facts) => {
      logger.error({ ...facts, ...describe(cause) }, message)
      flush()
    },
    request: (line) => {
      if (line.isProbe ? shows.debug : shows.info) destination.write(requestLine(line))
    },
    flush,
  }
}

const flushMs = 200
const pageBytes = 65_536
/** Longer lines do not go by the page. In UTF-16 units, of which each is at most three bytes. */
const lineUnitsMax = 8_192
/** When nobody takes the lines, those above this are dropped rather than fill the memory. */
const waitingBytesMax = 8_388_608

interface Buffered {
  readonly destination: DestinationStream
  readonly flush: () => void
}

interface ByteStream {
  write(bytes: Uint8Array): boolean
  flushSync(): void
}

/** Lines are gathered in a page of bytes: one long string of them would cost more than they do. */
function openDestination(given: DestinationStream | undefined): Buffered {
  if (given !== undefined) return { destination: given, flush: () => undefined }
  const options = { fd: 2, sync: false, maxLength: waitingBytesMax, contentMode: 'buffer' }
  const stream = pino.destination(options) as unknown as ByteStream
  const page = Buffer.allocUnsafe(pageBytes)
  let used = 0
  const pass = () => {
    if (used > 0) stream.write(Buffer.from(page.subarray(0, used)))
    used = 0
  }
  const write = (line: string) => {
    if (line.length > lineUnitsMax) {
      pass()
      stream.write(Buffer.from(line))
    } else {
      if (used + 3 * lineUnitsMax > pageBytes) pass()
      used += page.write(line, used)
    }
  }
  const flush = () => {
    pass()
    flushNow(stream)
  }
  setInterval(pass, flushMs).unref()
  process.once('exit', flush)
  return { destination: { write }, flush }
}

function flushNow(stream: ByteStream): void {
  try {
    stream.flushSync()
  } catch {
    // Not open yet, or the reader of the pipe has gone: nothing that waits can be written now.
  }
}

function showsLevel(level: LogLevel, line: LogLevel): boolean {
  return logLevels.indexOf(level) <= logLevels.indexOf(line)
}

let knownSecond = Number.NaN
let knownText = ''

/** RFC 3339; lines of one second share all but the last digits. */
function timeOf(now: number): string {
  const second = Math.floor(now / 1_000)
  if (second !== knownSecond) {
    knownText = new Date(second * 1_000).toISOString().slice(0, -'000Z'.length)
    knownSecond = second
  }
  return `${knownText}${String((now % 1_000) + 1_000).slice(1)}Z`
}

/**
 * The same JSON that the logger would make of it, at a tenth of its cost: there is one for every
 * request. No value needs escaping: ids, and words of the program or the HTTP parser.
 */
function requestLine(line: RequestLine): string {
  const level = line.isProbe ? 'debug' : 'info'
  const duration = Math.round(line.durationMs * 1_000) / 1_000
  let text = `{"level":"${level}","time":"${timeOf(Date.now())}","request_id":"${line.requestId}","operation":"${line.operation}","method":"${line.method}","status":${line.status},"duration_ms":${duration}`
  if (line.workspaceId !== undefined) text += `,"workspace_id":"${line.workspaceId}"`
  if (line.actor !== undefined) text += `,"actor":"${line.actor}"`
  if (line.door !== undefined) text += `,"door":"${line.door}"`
  if (line.problem !== undefined) text += `,"problem":"${line.problem}"`
  if (line.traceId !== undefined) text += `,"trace_id":"${line.traceId}"`
  return `${text},"msg":"request"}\n`
}

const messageCharactersMax = 300

function describe(cause: unknown): Facts {
  if (cause === undefined) return {}
  if (!(cause instanceof Error)) return { error: typeof cause }
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  return {
    error: cause.name,
    error_code: code,
    error_message: cause.message.slice(0, messageCharactersMax),
    error_stack: cause.stack
      ?.split('\n')
      .filter((frame) => frame.trimStart().startsWith('at '))
      .join('\n'),
  }
}
