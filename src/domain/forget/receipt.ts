import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { canonicalJson } from './canonical.ts'
import type { ForgetId } from '../ids.ts'

/**
 * What was forgotten: ids and counts, never content, paths or the text that was looked for. Field
 * names are single words, because this is what is signed, and everybody reads it as it is.
 */
export interface ReceiptDocument {
  readonly format: 'palimpsest-forget-receipt/1'
  readonly id: string
  readonly key: string
  readonly workspace: string
  readonly actor: string
  readonly reason: string | null
  /** An HMAC of the subject: the same one has the same, and nobody can guess it. */
  readonly subject: string
  readonly started: string
  readonly finished: string
  readonly stores: readonly string[]
  readonly memories: readonly ForgottenMemory[]
  readonly sessions: readonly string[]
  readonly redacted: readonly RedactedRows[]
  readonly counts: Readonly<Record<string, number>>
  /** What bears the subject and is still there, and why. */
  readonly kept: readonly Kept[]
  /** Where copies may be that this server cannot reach. */
  readonly unreachable: readonly string[]
}

export interface ForgottenMemory {
  readonly store: string
  readonly memory: string
  /** Versions of it that were erased. */
  readonly versions: number
}

/** Rows in which text was replaced by a mark. */
export interface RedactedRows {
  readonly place: string
  /** Whose rows they are: a session, an agent, the workspace. */
  readonly owner: string
  /** Ids; of rows that are numbered, spans as `3` and `7-12`. */
  readonly rows: readonly string[]
}

export interface Kept {
  readonly id: string
  readonly why: string
}

export interface Receipt {
  readonly id: ForgetId
  /** The JSON of the document, to the byte as it was signed. */
  readonly document: string
  /** Ed25519 over the UTF-8 bytes of the document, base64. */
  readonly signature: string
  readonly keyId: string
}

/** The public half of the key that signs receipts. */
export interface SigningKey {
  readonly id: string
  readonly publicKeyPem: string
}

/** What stands before the 32 bytes of a private Ed25519 key in PKCS #8. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Derived from the installation's secret: the same in every process, and after a restore. */
function privateKeyOf(secret: Uint8Array): KeyObject {
  const seed = createHmac('sha256', secret).update('palimpsest receipt signing key').digest()
  return createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, seed]),
    format: 'der',
    type: 'pkcs8',
  })
}

export function signingKeyOf(secret: Uint8Array): SigningKey {
  return publicHalf(createPublicKey(privateKeyOf(secret)))
}

function publicHalf(key: KeyObject): SigningKey {
  const der = key.export({ format: 'der', type: 'spki' })
  const id = `ed25519-${createHash('sha256').update(der).digest('hex').slice(0, 16)}`
  return { id, publicKeyPem: String(key.export({ format: 'pem', type: 'spki' })) }
}

export function signReceipt(document: ReceiptDocument, secret: Uint8Array): Receipt {
  const text = canonicalJson(document)
  const signature = sign(null, Buffer.from(text), privateKeyOf(secret)).toString('base64')
  return { id: document.id as ForgetId, document: text, signature, keyId: document.key }
}

/** Whether the key signed exactly this document. A key that is none signs nothing. */
export function isSignedBy(
  receipt: Pick<Receipt, 'document' | 'signature'>,
  publicKeyPem: string,
): boolean {
  try {
    const signature = Buffer.from(receipt.signature, 'base64')
    return verify(null, Buffer.from(receipt.document), createPublicKey(publicKeyPem), signature)
  } catch {
    return false
  }
}
