import { readSync, writeSync, fdatasyncSync, fstatSync } from 'node:fs'

// When SQLite moves rows from one page to another it leaves their bytes in the unused middle of the
// page, also with secure_delete. What is redacted later is erased where it is, not where it was. So
// after a redaction every such gap that holds something is overwritten.
// The format of a page: https://www.sqlite.org/fileformat2.html#b_tree_pages

const databaseHeaderBytes = 100
const interiorKinds = new Set([0x02, 0x05])
const leafKinds = new Set([0x0a, 0x0d])

interface Gap {
  readonly start: number
  readonly end: number
}

/**
 * The unused middle of a b-tree page, between its cell pointers and its cells. Undefined for a page
 * of another kind: the first bytes of those are a page number, which below 2^25 pages (128 GiB)
 * never looks like a kind.
 * @param number of the page, from 1
 */
export function gapOf(page: Buffer, number: number): Gap | undefined {
  const header = number === 1 ? databaseHeaderBytes : 0
  const kind = page[header] ?? 0
  if (!interiorKinds.has(kind) && !leafKinds.has(kind)) return undefined
  const headerBytes = interiorKinds.has(kind) ? 12 : 8
  const cells = page.readUInt16BE(header + 3)
  const start = header + headerBytes + 2 * cells
  const end = page.readUInt16BE(header + 5) || 65_536
  return start < end && end <= page.length ? { start, end } : undefined
}

const chunkPages = 256

/** The numbers of the pages of a database file whose gap holds something. */
export function findDirtyPages(file: number): number[] {
  const pageBytes = pageBytesOf(file)
  const pages = Math.floor(fstatSync(file).size / pageBytes)
  const chunk = Buffer.alloc(chunkPages * pageBytes)
  const dirty: number[] = []
  for (let first = 0; first < pages; first += chunkPages) {
    const bytes = readSync(file, chunk, 0, chunk.length, first * pageBytes)
    for (let index = 0; (index + 1) * pageBytes <= bytes; index += 1) {
      const page = chunk.subarray(index * pageBytes, (index + 1) * pageBytes)
      if (dirtyGap(page, first + index + 1) !== undefined) dirty.push(first + index + 1)
    }
  }
  return dirty
}

/**
 * Overwrites the gaps of pages with zeros, durably. Only while nobody writes the database and no
 * connection that will write it has pages in its cache.
 */
export function cleanPages(file: number, numbers: readonly number[]): void {
  const pageBytes = pageBytesOf(file)
  const page = Buffer.alloc(pageBytes)
  const zeros = Buffer.alloc(pageBytes)
  for (const number of numbers) {
    const at = (number - 1) * pageBytes
    if (readSync(file, page, 0, pageBytes, at) !== pageBytes) continue
    const gap = dirtyGap(page, number)
    if (gap) writeSync(file, zeros, 0, gap.end - gap.start, at + gap.start)
  }
  fdatasyncSync(file)
}

const zeroPage = Buffer.alloc(65_536)

function dirtyGap(page: Buffer, number: number): Gap | undefined {
  const gap = gapOf(page, number)
  if (gap === undefined) return undefined
  const length = gap.end - gap.start
  return page.compare(zeroPage, 0, length, gap.start, gap.end) === 0 ? undefined : gap
}

/** As the header of the file says; 1 stands for 65,536. */
function pageBytesOf(file: number): number {
  const header = Buffer.alloc(2)
  readSync(file, header, 0, 2, 16)
  const bytes = header.readUInt16BE(0)
  return bytes === 1 ? 65_536 : bytes
}
