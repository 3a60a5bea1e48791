import { hash, randomBytes } from 'node:crypto'
import type { Sha256 } from '../../domain/memory/content.ts'

const secretBytes = 32

/** API keys, the keys of environments, and the tokens of sessions. */
export type SecretPrefix = 'plm-key_' | 'plm-env_' | 'plm-tok_'

/** 256 random bits behind a prefix that secret scanners can look for. */
export function makeSecret(prefix: SecretPrefix): string {
  return `${prefix}${randomBytes(secretBytes).toString('base64url')}`
}

/** What is stored of a secret. It has 256 random bits, so a plain hash cannot be searched. */
export function hashSecret(secret: string): Sha256 {
  return hash('sha256', secret) as Sha256
}
