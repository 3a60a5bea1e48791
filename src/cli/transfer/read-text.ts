import { isUtf8 } from 'node:buffer'
import { contentBytesMax } from '../../domain/memory/content.ts'

/** A memory's content out of bytes, kept byte for byte; or why it cannot be one. */
export function readText(bytes: Buffer): { readonly text: string } | { readonly reason: string } {
  if (bytes.length > contentBytesMax) {
    return { reason: `has ${bytes.length} bytes; a memory holds at most ${contentBytesMax}` }
  }
  if (!isUtf8(bytes)) return { reason: 'is not UTF-8 text' }
  // TextDecoder and Buffer differ: only the latter keeps a byte order mark.
  return { text: bytes.toString() }
}
