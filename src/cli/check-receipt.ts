import { readFileSync } from 'node:fs'
import { isSignedBy, type Receipt, type ReceiptDocument } from '../domain/forget/receipt.ts'
import { administer } from './administer.ts'
import { UsageError, type Arguments, type ExitCode } from './command.ts'
import { counted, lineFor } from './print.ts'
import { err, out } from './terminal.ts'

/** A receipt as files and `--json` have it. */
interface ReceiptJson {
  readonly id: string
  readonly type: 'forget_receipt'
  readonly document: string
  readonly key_id: string
  readonly signature: string
}

export function receiptJson({ id, document, keyId, signature }: Receipt): ReceiptJson {
  return { id, type: 'forget_receipt', document, key_id: keyId, signature }
}

/** What was forgotten, in a few lines. */
export function printReceipt({ document }: Pick<Receipt, 'document'>): void {
  const read = JSON.parse(document) as ReceiptDocument
  const { stores = 0, memories = 0, versions = 0, sessions = 0, rows = 0 } = read.counts
  const parts = [
    counted(stores, 'store'),
    counted(memories, 'memory', 'memories'),
    counted(versions, 'version'),
    counted(sessions, 'session'),
    `text in ${counted(rows, 'row')}`,
  ]
  const reason = read.reason === null ? '' : `  (${lineFor(read.reason)})`
  out(`${read.id}  ${read.finished}  ${parts.join(', ')}${reason}\n`)
  for (const { id, why } of read.kept) out(`  stays: ${id}  ${why}\n`)
  for (const where of read.unreachable) out(`  not reached: ${where}\n`)
}

/** Checks a signature, with a key from a file or that of the server. */
export async function checkReceipt(args: Arguments, file: string): Promise<ExitCode> {
  const receipt = readReceipt(file)
  const keyFile = args.text('public-key')
  const pem =
    keyFile === undefined
      ? (await administer(args, { run: (api) => api.getSigningKey() })).publicKeyPem
      : readFileSync(keyFile, 'utf8')
  if (!isSignedBy(receipt, pem)) {
    err('palimpsest: the signature is not one of this key over this document\n')
    return 1
  }
  out('the signature is good\n')
  printReceipt(receipt)
  return 0
}

function readReceipt(file: string): Pick<ReceiptJson, 'document' | 'signature'> {
  const text = readFileSync(file, 'utf8')
  const refusal = new UsageError(`--check: ${file} is no receipt`)
  let json: Partial<ReceiptJson> | null
  try {
    json = JSON.parse(text) as Partial<ReceiptJson> | null
  } catch {
    throw refusal
  }
  const { document, signature } = json ?? {}
  if (typeof document !== 'string' || typeof signature !== 'string') throw refusal
  return { document, signature }
}
