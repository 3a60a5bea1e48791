import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical.ts'
import { isSignedBy, signingKeyOf, signReceipt, type ReceiptDocument } from './receipt.ts'

const secret = Buffer.alloc(32, 7)
const document = {
  format: 'palimpsest-forget-receipt/1',
  id: 'forget_1',
  key: signingKeyOf(secret).id,
  counts: { versions: 2, memories: 1 },
} as unknown as ReceiptDocument

test('a receipt is signed by its installation’s key, to the byte', () => {
  const receipt = signReceipt(document, secret)
  const { publicKeyPem } = signingKeyOf(secret)
  expect(receipt.document).toBe(
    `{"counts":{"memories":1,"versions":2},"format":"palimpsest-forget-receipt/1","id":"forget_1","key":"${receipt.keyId}"}`,
  )
  expect(isSignedBy(receipt, publicKeyPem)).toBe(true)
  const changed = { ...receipt, document: receipt.document.replace('"versions":2', '"versions":3') }
  expect(isSignedBy(changed, publicKeyPem)).toBe(false)
  expect(isSignedBy({ ...receipt, signature: 'AAAA' }, publicKeyPem)).toBe(false)
  expect(isSignedBy(receipt, 'no key')).toBe(false)
  const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' })
  expect(isSignedBy(receipt, String(other))).toBe(false)
})

test('the key is the same for the same secret, and does not tell it', () => {
  expect(signingKeyOf(secret)).toEqual(signingKeyOf(Buffer.alloc(32, 7)))
  expect(signingKeyOf(secret).id).not.toBe(signingKeyOf(Buffer.alloc(32, 8)).id)
})

test('canonical JSON orders keys at every depth and leaves absent ones out', () => {
  expect(canonicalJson({ b: [{ z: 1, a: null }], a: undefined, A: 'é' })).toBe(
    '{"A":"é","b":[{"a":null,"z":1}]}',
  )
})
