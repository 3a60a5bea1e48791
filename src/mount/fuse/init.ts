import { initFlags, protocol, writeBytesMax } from './abi.ts'
import type { InitAnswer } from './answer.ts'

export interface InitRequest {
  readonly major: number
  readonly minor: number
  readonly maxReadahead: number
  readonly flags: number
  readonly flags2: number
}

/** What was agreed with the kernel at the start. */
export interface Agreement {
  readonly minor: number
  /** OPEN may be answered "not implemented": then none is sent again. */
  readonly noOpen: boolean
  readonly noOpendir: boolean
  readonly readdirplus: boolean
  /** What a killed worker left unanswered can be asked for again. */
  readonly canResend: boolean
}

const wanted = [
  initFlags.asyncRead,
  initFlags.atomicTruncate,
  initFlags.bigWrites,
  initFlags.readdirplus,
  initFlags.noOpen,
  initFlags.parallelDirectoryOperations,
  initFlags.maxPages,
  initFlags.noOpendir,
  initFlags.extended,
  initFlags.hasResend,
]

/** @returns undefined when the kernel's protocol is too old or of another major version */
export function negotiate(
  request: InitRequest,
): { readonly answer: InitAnswer; readonly agreement: Agreement } | undefined {
  if (request.major !== protocol.major || request.minor < protocol.minorMin) return undefined
  const offered = BigInt(request.flags >>> 0) | (BigInt(request.flags2 >>> 0) << 32n)
  const wish = wanted.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)
  const agreed = offered & wish
  const has = (bit: number) => (agreed & (1n << BigInt(bit))) !== 0n
  const minor = Math.min(request.minor, protocol.minor)
  return {
    answer: {
      type: 'init',
      minor,
      maxReadahead: Math.min(request.maxReadahead, writeBytesMax),
      flags: Number(agreed & 0xffff_ffffn),
      flags2: Number(agreed >> 32n),
    },
    agreement: {
      minor,
      noOpen: has(initFlags.noOpen),
      noOpendir: has(initFlags.noOpendir),
      readdirplus: has(initFlags.readdirplus),
      canResend: has(initFlags.hasResend),
    },
  }
}
