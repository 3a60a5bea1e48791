import { pino, type DestinationStream } from 'pino'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** What a log line may say beside its sentence. Never a secret, a memory's content, path or name. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  debug(message: string, facts?: Facts): void
  info(message: string, facts?: Facts): void
  warn(message: string, facts?: Facts): void
  /** @param cause logged by its name, code, message and stack: not by its other fields, which may quote data */
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

/** JSON lines. Buffered: a line is written when enough of them wait, or after a fifth of a second. */
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
const bufferBytes = 8_192

function openDestination(given: DestinationStream | undefined) {
  if (given !== undefined) return { destination: given, flush: () => undefined }
  const stream = pino.destination({ fd: 2, sync: false, minLength: bufferBytes })
  setInterval(() => stream.flush(), flushMs).unref()
  return { destination: stream, flush: () => flushNow(stream) }
}

function flushNow(stream: { flushSync(): void }): void {
  try {
    stream.flushSync()
  } catch {
    // Not open yet, or the reader of the pipe has gone: nothing that waits can be written now.
  }
}

function showsLevel(level: LogLevel, line: LogLevel): boolean {
  return logLevels.indexOf(level) <= logLevels.indexOf(line)
}

/**
 * The same JSON that the logger would make of it, at a tenth of its cost: there is one for every
 * request. No value needs escaping: ids, and words of the program or the HTTP parser.
 */
function requestLine(line: RequestLine): string {
  const level = line.isProbe ? 'debug' : 'info'
  const duration = Math.round(line.durationMs * 1_000) / 1_000
  let text = `{"level":"${level}","time":"${new Date().toISOString()}","request_id":"${line.requestId}","operation":"${line.operation}","method":"${line.method}","status":${line.status},"duration_ms":${duration}`
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
