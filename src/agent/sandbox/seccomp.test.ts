import { describe, expect, test } from 'vitest'
import { deniedCalls, seccompFilter } from './seccomp.ts'

interface Call {
  readonly machine: number
  readonly number: number
  readonly arguments?: readonly number[]
}

/** Runs a filter as the kernel does. */
function verdict(program: Uint8Array, { machine, number, arguments: given = [] }: Call): number {
  const data = new DataView(new ArrayBuffer(64))
  data.setUint32(0, number, true)
  data.setUint32(4, machine, true)
  for (const [index, value] of given.entries())
    data.setBigUint64(16 + 8 * index, BigInt(value), true)
  const code = new DataView(program.buffer)
  let word = 0
  for (let at = 0; at < program.length / 8; at += 1) {
    const k = code.getUint32(at * 8 + 4, true)
    const jump = (holds: boolean) => (at += code.getUint8(at * 8 + (holds ? 2 : 3)))
    switch (code.getUint16(at * 8, true)) {
      case 0x20:
        word = data.getUint32(k, true)
        break
      case 0x15:
        jump(word === k)
        break
      case 0x25:
        jump(word > k)
        break
      case 0x45:
        jump((word & k) !== 0)
        break
      case 0x06:
        return k
      default:
        throw new Error('an instruction that no filter here uses')
    }
  }
  throw new Error('the filter has no end')
}

const allowed = 0x7fff0000
const errno = (number: number) => 0x00050000 + number

describe.each([
  { name: 'x64' as const, machine: 0xc000003e, read: 0, clone: 56, socket: 41, ioctl: 16 },
  { name: 'arm64' as const, machine: 0xc00000b7, read: 63, clone: 220, socket: 198, ioctl: 29 },
])('the filter for $name', ({ name, machine, read, clone, socket, ioctl }) => {
  const program = seccompFilter(name) ?? new Uint8Array()
  const ask = (number: number, ...given: readonly number[]) =>
    verdict(program, { machine, number, arguments: given })

  test('denies what it says, each call once, and nothing else', () => {
    const denied = deniedCalls(name)
    expect(denied.size).toBeGreaterThan(45)
    expect(new Set(denied.values()).size).toBe(denied.size)
    const refused = Array.from({ length: 512 }, (_, number) => number).filter(
      (number) => ![clone, socket, ioctl, 435].includes(number) && ask(number) !== allowed,
    )
    const byNumber = (a: number, b: number) => a - b
    expect(refused).toEqual(Array.from(denied.values()).toSorted(byNumber))
    for (const number of denied.values()) expect(ask(number)).toBe(errno(1))
  })

  test('lets threads and processes be made, and no namespaces', () => {
    expect(ask(clone, 0x11)).toBe(allowed)
    expect(ask(clone, 0x003d0f00)).toBe(allowed)
    for (const flag of [17, 25, 26, 27, 28, 29, 30]) {
      expect(ask(clone, 0x11 + 2 ** flag)).toBe(errno(1))
    }
    expect(ask(435)).toBe(errno(38))
  })

  test('knows three families of sockets', () => {
    const families = Array.from({ length: 64 }, (_, family) => family)
    expect(families.filter((family) => ask(socket, family) === allowed)).toEqual([1, 2, 10])
    expect(ask(socket, 40)).toBe(errno(97))
  })

  test('lets nobody type into a terminal', () => {
    expect(ask(ioctl, 0, 0x5401)).toBe(allowed)
    expect(ask(ioctl, 0, 0x5412)).toBe(errno(1))
    expect(ask(ioctl, 0, 0x541c)).toBe(errno(1))
  })

  test('kills who calls as on another machine, and knows no second way of calling', () => {
    expect(verdict(program, { machine: 0x40000003, number: read })).toBe(0x80000000)
    expect(ask(0x3fffffff)).toBe(allowed)
    expect(ask(0x40000000 + read)).toBe(errno(38))
  })
})

test('a machine whose numbers are not known has no filter', () => {
  expect(seccompFilter('riscv64')).toBe(undefined)
})
