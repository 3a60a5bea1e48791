import type { ForgetOutcome, ForgetPreview } from '../api/forget.ts'
import type { Receipt, SigningKey } from '../domain/forget/receipt.ts'
import type { ForgetId } from '../domain/ids.ts'
import { expectObject } from './json.ts'
import { count, literal, object, string, type Schema } from './schema.ts'

const list = (items: Schema): Schema => ({ type: 'array', items })
const keptSchema = object({ id: string(), why: string() })

export const forgetReceiptSchema = object(
  {
    id: string(),
    type: literal('forget_receipt'),
    document: string('The JSON that was signed, to the byte: ids and counts, never content.'),
    key_id: string('The key that signed it.'),
    signature: string('Ed25519 over the bytes of the document, base64.'),
  },
  'What was forgotten.',
)

const previewSchema = object(
  {
    type: literal('forget_preview'),
    stores: list(object({ id: string(), name: string(), memories: count, versions: count })),
    memories: list(
      object({ memory_store_id: string(), memory_id: string(), path: string(), versions: count }),
    ),
    sessions: list(string()),
    redacted: list(object({ place: string(), owner: string(), rows: list(string()) })),
    running: list(string('A session that has to rest first.')),
    kept: list(keptSchema),
  },
  'What would be erased.',
)

export const forgetOutcomeSchema: Schema = {
  oneOf: [forgetReceiptSchema, previewSchema],
  discriminator: { propertyName: 'type' },
}

export const signingKeySchema = object(
  {
    id: string(),
    type: literal('signing_key'),
    algorithm: literal('Ed25519'),
    public_key_pem: string(),
  },
  'The public half of the key that signs receipts.',
)

export interface WireReceipt {
  readonly id: string
  readonly type: 'forget_receipt'
  readonly document: string
  readonly key_id: string
  readonly signature: string
}

export function encodeReceipt({ id, document, keyId, signature }: Receipt): WireReceipt {
  return { id, type: 'forget_receipt', document, key_id: keyId, signature }
}

export function decodeReceipt(json: unknown): Receipt {
  const { id, document, key_id: keyId, signature } = expectObject(json) as WireReceipt
  return { id: id as ForgetId, document, keyId, signature }
}

interface WireFound {
  readonly memory_store_id: string
  readonly memory_id: string
  readonly path: string
  readonly versions: number
}

export interface WireForgetPreview extends Omit<ForgetPreview, 'memories'> {
  readonly type: 'forget_preview'
  readonly memories: readonly WireFound[]
}

export function encodeOutcome(outcome: ForgetOutcome): WireReceipt | WireForgetPreview {
  if (outcome.type === 'receipt') return encodeReceipt(outcome.receipt)
  const { stores, memories, sessions, redacted, running, kept } = outcome
  return {
    type: 'forget_preview',
    stores,
    memories: memories.map(({ storeId, memoryId, path, versions }) => {
      return { memory_store_id: storeId, memory_id: memoryId, path, versions }
    }),
    sessions,
    redacted,
    running,
    kept,
  }
}

export function decodeOutcome(json: unknown): ForgetOutcome {
  const value = expectObject(json) as { readonly type: string }
  if (value.type === 'forget_receipt') return { type: 'receipt', receipt: decodeReceipt(json) }
  const preview = json as WireForgetPreview
  const memories = preview.memories.map((found) => ({
    storeId: found.memory_store_id,
    memoryId: found.memory_id,
    path: found.path,
    versions: found.versions,
  }))
  return { ...preview, type: 'preview', memories }
}

export function encodeSigningKey({ id, publicKeyPem }: SigningKey) {
  return { id, type: 'signing_key', algorithm: 'Ed25519', public_key_pem: publicKeyPem } as const
}

export function decodeSigningKey(json: unknown): SigningKey {
  const { id, public_key_pem: publicKeyPem } = expectObject(json) as ReturnType<
    typeof encodeSigningKey
  >
  return { id, publicKeyPem }
}
