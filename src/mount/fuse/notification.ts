import { answerHeaderBytes, notifyCodes } from './abi.ts'

// What the server tells the kernel unasked: an answer to no request, its code where the error
// stands.

function message(code: number, bodyBytes: number): Buffer {
  const out = Buffer.alloc(answerHeaderBytes + bodyBytes)
  out.writeUInt32LE(out.length, 0)
  out.writeInt32LE(code, 4)
  return out
}

/** The name in this directory may now be another file, or none: ask again. */
export function invalidateEntry(parent: number, name: string): Buffer {
  const nameBytes = Buffer.byteLength(name)
  const out = message(notifyCodes.invalidateEntry, 16 + nameBytes + 1)
  out.writeBigUInt64LE(BigInt(parent), 16)
  out.writeUInt32LE(nameBytes, 24)
  out.write(name, 32)
  return out
}

/** Attributes and cached data of a file, or the cached listing of a directory, no longer hold. */
export function invalidateInode(node: number): Buffer {
  const out = message(notifyCodes.invalidateInode, 24)
  out.writeBigUInt64LE(BigInt(node), 16)
  return out
}

/** The content of a file the kernel knows, into its cache before anybody reads it. */
export function storeData(node: number, data: Buffer): Buffer {
  const out = message(notifyCodes.store, 24 + data.length)
  out.writeBigUInt64LE(BigInt(node), 16)
  out.writeUInt32LE(data.length, 32)
  data.copy(out, 40)
  return out
}

/** Send again every request that was read from the device and not answered (protocol 7.40). */
export function resend(): Buffer {
  return message(notifyCodes.resend, 0)
}
