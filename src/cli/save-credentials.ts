import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

interface Served {
  readonly url: string
  readonly firstKey: { readonly secret: string } | undefined
  /** Whether a secret is a valid key of the server that just started. */
  readonly isOurKey: (secret: string) => Promise<boolean>
  /** Whether a server answers at an address and knows the key. */
  readonly isStillServed: (baseUrl: string, apiKey: string) => Promise<boolean>
  /** How an operator who has no key makes one. */
  readonly recovery: string
}

/**
 * Hands URL and key to this machine's command line, in a file only its owner can read. The file of
 * another installation is left alone unless that one was at the same address; that of the same, or
 * of one that this is a copy of, while a server answers at the old address.
 * @returns a sentence that says what happened
 */
export async function saveCredentials(file: string, served: Served): Promise<string> {
  const { url, firstKey, isOurKey, isStillServed, recovery } = served
  const known = read(file)
  if (known !== undefined && (await isOurKey(known.api_key))) {
    if (known.base_url !== url) {
      if (await isStillServed(known.base_url, known.api_key)) {
        return `Kept ${file}: the server at ${known.base_url} still answers, and the palimpsest command line goes on talking to it. Its keys are valid here, too: --base-url ${url} with --api-key leads to this server.`
      }
      write(file, { ...known, base_url: url })
      return `The palimpsest command line talks to this server now, and no more to ${known.base_url}: its key is one of this server, too (${file}).`
    }
    return `The key is in ${file}, which the palimpsest command line reads.`
  }
  if (firstKey === undefined) {
    return `No key of this server in ${file}. Use one you kept, or ${recovery}.`
  }
  if (known !== undefined && known.base_url !== url) {
    return `Kept ${file}, which belongs to the server at ${known.base_url}: use the line above for this one.`
  }
  write(file, { base_url: url, api_key: firstKey.secret })
  return `Saved to ${file}, which the palimpsest command line reads.`
}

interface Credentials {
  readonly base_url: string
  readonly api_key: string
}

function read(file: string): Credentials | undefined {
  try {
    const { base_url, api_key } = JSON.parse(readFileSync(file, 'utf8')) as Credentials
    return typeof base_url === 'string' && typeof api_key === 'string'
      ? { base_url, api_key }
      : undefined
  } catch {
    // Absent or not ours to understand: both mean that no key is known.
    return undefined
  }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
function write(file: string, credentials: Credentials): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(credentials, undefined, 2)}\n`, { mode: 0o600 })
  chmodSync(temporary, 0o600)
  renameSync(temporary, file)
}
