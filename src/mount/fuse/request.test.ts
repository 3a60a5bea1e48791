import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRequest } from './request.ts'

/** Bytes as the kernel lays them out, words little-endian; the length is filled in. */
function message(opcode: number, body: string): Buffer {
  const rest = Buffer.from(body.replace(/\s/g, ''), 'hex')
  const header = Buffer.from(
    // length, opcode, unique, node, uid, gid, pid, padding
    '00000000 00000000 0a00000000000080 0500000000000000 e8030000 e9030000 39300000 00000000'.replace(
      /\s/g,
      '',
    ),
    'hex',
  )
  header.writeUInt32LE(40 + rest.length, 0)
  header.writeUInt32LE(opcode, 4)
  return Buffer.concat([header, rest])
}

const handle7 = '0700000000000000'
const text = (value: string) => Buffer.from(`${value}\0`).toString('hex')
const zeros = (bytes: number) => '00'.repeat(bytes)

const golden: readonly [string, Buffer, object][] = [
  ['LOOKUP', message(1, text('notes')), { type: 'lookup', name: 'notes' }],
  ['LOOKUP of "é"', message(1, 'c3a900'), { type: 'lookup', name: 'é' }],
  ['LOOKUP of no UTF-8', message(1, 'ff00'), { type: 'lookup', name: undefined }],
  [
    'FORGET',
    message(2, '0300000000000000'),
    { type: 'forget', forgets: [{ node: 5, lookups: 3 }] },
  ],
  ['GETATTR', message(3, zeros(16)), { type: 'getattr' }],
  [
    'SETATTR of size by handle',
    message(4, `48000000 00000000 ${handle7} 0002000000000000 ${zeros(64)}`),
    {
      type: 'setattr',
      handle: 7,
      size: 512,
      mode: undefined,
      uid: undefined,
      gid: undefined,
      atimeMs: undefined,
      mtimeMs: undefined,
    },
  ],
  [
    'SETATTR of mode, owner and times',
    message(
      4,
      // valid, padding, handle, size, lock owner, atime, mtime, ctime,
      // their nanoseconds, mode, unused, uid, gid, unused
      `37000000 00000000 ${zeros(24)} 0100000000000000 0200000000000000 ${zeros(8)}
       00ca9a3b 40420f00 00000000 a4810000 00000000 e8030000 e9030000 00000000`,
    ),
    {
      type: 'setattr',
      handle: undefined,
      size: undefined,
      mode: 0o100644,
      uid: 1000,
      gid: 1001,
      atimeMs: 2_000,
      mtimeMs: 2_001,
    },
  ],
  [
    'MKDIR',
    message(9, `ed010000 12000000 ${text('d')}`),
    { type: 'mkdir', mode: 0o755, name: 'd' },
  ],
  ['UNLINK', message(10, text('a')), { type: 'unlink', name: 'a' }],
  ['RMDIR', message(11, text('a')), { type: 'rmdir', name: 'a' }],
  [
    'RENAME',
    message(12, `0900000000000000 ${text('a')} ${text('b')}`),
    { type: 'rename', name: 'a', newParent: 9, newName: 'b', flags: 0 },
  ],
  [
    'RENAME2 without replacing',
    message(45, `0900000000000000 01000000 00000000 ${text('a')} ${text('b')}`),
    { type: 'rename', name: 'a', newParent: 9, newName: 'b', flags: 1 },
  ],
  [
    'RENAME2 with a whiteout',
    message(45, `0900000000000000 04000000 00000000 ${text('a')} ${text('b')}`),
    { type: 'other', opcode: 45 },
  ],
  ['OPEN', message(14, '01020000 00000000'), { type: 'open', flags: 0o1001 }],
  [
    'READ',
    message(15, `${handle7} 0010000000000000 00100000 ${zeros(20)}`),
    { type: 'read', offset: 4096, size: 4096 },
  ],
  [
    'WRITE',
    message(16, `${handle7} 0300000000000000 02000000 00000000 ${zeros(8)} 01040000 00000000 6869`),
    { type: 'write', handle: 7, offset: 3, flags: 0o2001, data: Buffer.from('hi') },
  ],
  ['STATFS', message(17, ''), { type: 'statfs' }],
  [
    'RELEASE',
    message(18, `${handle7} 01000000 00000000 ${zeros(8)}`),
    { type: 'release', handle: 7, flags: 1 },
  ],
  ['FSYNC', message(20, `${handle7} 00000000 00000000`), { type: 'fsync', handle: 7 }],
  ['GETXATTR', message(22, `${zeros(8)} ${text('user.a')}`), { type: 'other', opcode: 22 }],
  ['FLUSH', message(25, `${handle7} ${zeros(16)}`), { type: 'flush', handle: 7 }],
  [
    'INIT',
    message(26, `07000000 2d000000 00000200 fbffff73 fd050000 ${zeros(44)}`),
    {
      type: 'init',
      major: 7,
      minor: 45,
      maxReadahead: 131_072,
      flags: 0x73fffffb,
      flags2: 0x5fd,
    },
  ],
  ['INIT of an old kernel', message(26, '07000000 1c000000 00000200 fbff7f00'), { flags2: 0 }],
  [
    'READDIR',
    message(28, `${handle7} 0300000000000000 00100000 ${zeros(20)}`),
    { type: 'readdir', offset: 3, size: 4096, plus: false },
  ],
  ['FSYNCDIR', message(30, zeros(16)), { type: 'fsyncdir' }],
  [
    'CREATE',
    message(35, `c2000000 a4810000 12000000 00000000 ${text('n.md')}`),
    { type: 'create', flags: 0o302, mode: 0o100644, name: 'n.md' },
  ],
  ['INTERRUPT', message(36, '0a00000000000000'), { type: 'interrupt' }],
  ['DESTROY', message(38, ''), { type: 'destroy' }],
  [
    'BATCH_FORGET',
    message(
      42,
      '02000000 00000000 0600000000000000 0100000000000000 0700000000000000 0200000000000000',
    ),
    {
      type: 'forget',
      forgets: [
        { node: 6, lookups: 1 },
        { node: 7, lookups: 2 },
      ],
    },
  ],
  [
    'READDIRPLUS',
    message(44, `${handle7} 0000000000000000 00100000 ${zeros(20)}`),
    { type: 'readdir', offset: 0, size: 4096, plus: true },
  ],
  ['IOCTL', message(39, zeros(32)), { type: 'other', opcode: 39 }],
]

describe('requests of the kernel', () => {
  test.each(golden)('%s', (_name, bytes, body) => {
    const request = parseRequest(bytes)
    expect(request?.body).toMatchObject(body)
    expect(request?.node).toBe(5)
    // The number is echoed with its top bit, which marks a request sent again.
    expect([request?.uniqueLow, request?.uniqueHigh]).toEqual([10, 0x8000_0000])
  })

  test.each(golden)('%s cut short is none, or lacks nothing', (_name, bytes) => {
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = Buffer.from(bytes.subarray(0, length))
      expect(parseRequest(cut)).toBeUndefined()
      if (length >= 4) cut.writeUInt32LE(length, 0)
      expect(() => parseRequest(cut)).not.toThrow()
    }
  })

  test('bytes that follow the length are not of the request', () => {
    const [, bytes] = golden[0] ?? ['', Buffer.alloc(0)]
    expect(parseRequest(Buffer.concat([bytes, Buffer.alloc(8)]))).toBeUndefined()
  })

  test('no bytes at all make it throw', () => {
    const opcodes = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.nat(0xffff_ffff))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), opcodes, (body, opcode) => {
        const bytes = Buffer.concat([Buffer.alloc(40), body])
        bytes.writeUInt32LE(bytes.length, 0)
        bytes.writeUInt32LE(opcode, 4)
        parseRequest(bytes)
        const data = parseRequest(Buffer.from(body))?.body
        expect(data === undefined || 'type' in data).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })

  test('a write never reaches beyond its own bytes', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.uint8Array({ maxLength: 64 }), (size, data) => {
        const body = Buffer.concat([Buffer.alloc(40), data])
        body.writeUInt32LE(size, 16)
        const parsed = parseRequest(message(16, body.toString('hex')))
        expect(parsed !== undefined).toBe(size <= data.length)
      }),
    )
  })
})
