import { expect, test } from 'vitest'
import { isLoopback } from './loopback.ts'

test.each(['127.0.0.1', '127.0.0.2', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1', 'localhost'])(
  '%s stays on this machine',
  (host) => expect(isLoopback(host)).toBe(true),
)

test.each([
  '0.0.0.0',
  '::',
  '::2',
  '126.255.255.255',
  '128.0.0.0',
  '10.0.0.1',
  'localhost.example',
])('%s may leave it', (host) => expect(isLoopback(host)).toBe(false))
