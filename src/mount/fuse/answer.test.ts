import { describe, expect, test } from 'vitest'
import { encodeAnswer, type Answer, type Attributes } from './answer.ts'
import { negotiate } from './init.ts'
import { invalidateEntry, invalidateInode, resend, storeData } from './notification.ts'

const out = Buffer.alloc(65_536, 0xee)
const to = { uniqueLow: 10, uniqueHigh: 0x8000_0000 }

/**
 * The answer's bytes in words of eight hexadecimal digits, without the spaces of the expectation.
 */
function encoded(answer: Answer): string {
  return out.subarray(0, encodeAnswer(out, to, answer)).toString('hex')
}

const hex = (text: string) => text.replace(/\s/g, '')
const unique = '0a00000000000080'

const file: Attributes = {
  node: 5,
  size: 1_000,
  mode: 0o100644,
  links: 1,
  uid: 1_000,
  gid: 1_001,
  atimeMs: 1_000.5,
  mtimeMs: 2_000,
  ctimeMs: 3_000,
  validSeconds: 3_600,
}
// ino, size, blocks, atime, mtime, ctime, their nanoseconds, mode, links, uid, gid, rdev, block,
// flags
const attributes = `
  0500000000000000 e803000000000000 0200000000000000
  0100000000000000 0200000000000000 0300000000000000
  20a10700 00000000 00000000 a4810000 01000000 e8030000 e9030000 00000000 00100000 00000000`
// node, generation, entry valid, attributes valid, their nanoseconds
const entry = `
  0500000000000000 0000000000000000 100e000000000000 100e000000000000 00000000 00000000 ${attributes}`

const golden: readonly [string, Answer, string][] = [
  ['an error', { type: 'error', errno: 2 }, `10000000 feffffff ${unique}`],
  ['nothing but yes', { type: 'ok' }, `10000000 00000000 ${unique}`],
  ['an entry', { type: 'entry', attributes: file }, `90000000 00000000 ${unique} ${entry}`],
  [
    'an absent name',
    { type: 'absent', validSeconds: 3_600 },
    `90000000 00000000 ${unique} ${'00'.repeat(16)} 100e000000000000 ${'00'.repeat(104)}`,
  ],
  [
    'attributes',
    { type: 'attributes', attributes: file },
    `78000000 00000000 ${unique} 100e000000000000 00000000 00000000 ${attributes}`,
  ],
  [
    'an open file',
    { type: 'open', handle: 7, flags: 0x22 },
    `20000000 00000000 ${unique} 0700000000000000 22000000 00000000`,
  ],
  [
    'a created file',
    { type: 'created', attributes: file, handle: 7, flags: 2 },
    `a0000000 00000000 ${unique} ${entry} 0700000000000000 02000000 00000000`,
  ],
  ['data', { type: 'data', data: Buffer.from('hi') }, `12000000 00000000 ${unique} 6869`],
  ['bytes written', { type: 'written', bytes: 2 }, `18000000 00000000 ${unique} 0200000000000000`],
  [
    'a listing',
    {
      type: 'directory',
      plus: false,
      entries: [{ name: 'abcdefghi', offset: 3, attributes: file, isLinked: true }],
    },
    // ino, offset, name length, type, name, padding
    `38000000 00000000 ${unique} 0500000000000000 0300000000000000 09000000 08000000
     6162636465666768 69 00000000000000`,
  ],
  [
    'a listing with attributes',
    {
      type: 'directory',
      plus: true,
      entries: [{ name: 'a', offset: 3, attributes: file, isLinked: true }],
    },
    `b0000000 00000000 ${unique} ${entry}
     0500000000000000 0300000000000000 01000000 08000000 61 00000000000000`,
  ],
  [
    'a listing that links nothing',
    {
      type: 'directory',
      plus: true,
      entries: [{ name: 'a', offset: 3, attributes: file, isLinked: false }],
    },
    `b0000000 00000000 ${unique} ${'00'.repeat(128)}
     0500000000000000 0300000000000000 01000000 08000000 61 00000000000000`,
  ],
  [
    'the state of the file system',
    { type: 'statfs', blocks: 100, blocksFree: 90, files: 2_000, filesFree: 1_999 },
    `60000000 00000000 ${unique} 6400000000000000 5a00000000000000 5a00000000000000
     d007000000000000 cf07000000000000 00100000 ff000000 00100000 ${'00'.repeat(28)}`,
  ],
]

describe('answers to the kernel', () => {
  test.each(golden)('%s', (_name, answer, bytes) => {
    expect(encoded(answer)).toBe(hex(bytes))
  })

  test('the agreement at the start: what both sides know', () => {
    const agreed = negotiate({
      major: 7,
      minor: 45,
      maxReadahead: 1_048_576,
      flags: 0x73fffffb,
      flags2: 0x5fd,
    })
    expect(agreed?.agreement).toEqual({
      minor: 45,
      noOpen: true,
      noOpendir: true,
      readdirplus: true,
      canResend: true,
    })
    // major, minor, read-ahead, flags, background, congestion, write, granularity, pages, flags2
    expect(encoded(agreed?.answer ?? { type: 'ok' })).toBe(
      hex(`50000000 00000000 ${unique} 07000000 2d000000 00000200 29204641 4000 3000
           00000200 01000000 2000 0000 80000000 ${'00'.repeat(28)}`),
    )
  })

  test('a kernel that is too old, or speaks another protocol, is refused', () => {
    const request = { major: 7, minor: 27, maxReadahead: 0, flags: 0, flags2: 0 }
    expect(negotiate(request)).toBeUndefined()
    expect(negotiate({ ...request, minor: 28 })?.agreement.canResend).toBe(false)
    expect(negotiate({ ...request, major: 8, minor: 45 })).toBeUndefined()
  })
})

describe('what the kernel is told unasked', () => {
  test.each<[string, Buffer, string]>([
    [
      'an entry is no longer valid',
      invalidateEntry(9, 'a.md'),
      '25000000 03000000 0000000000000000 0900000000000000 04000000 00000000 612e6d6400',
    ],
    [
      'data and attributes are no longer valid',
      invalidateInode(9),
      '28000000 02000000 0000000000000000 0900000000000000 0000000000000000 0000000000000000',
    ],
    [
      'content ahead of the first read',
      storeData(9, Buffer.from('hi')),
      `2a000000 04000000 0000000000000000 0900000000000000 0000000000000000 02000000 00000000 6869`,
    ],
    ['send again what was not answered', resend(), '10000000 07000000 0000000000000000'],
  ])('%s', (_name, bytes, expected) => {
    expect(bytes.toString('hex')).toBe(hex(expected))
  })
})
