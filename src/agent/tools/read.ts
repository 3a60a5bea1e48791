import { ToolFailure } from '../files/tool-failure.ts'
import type { Tool, ToolInput } from './tool.ts'

export const fileBytesMax = 262_144
/** Of a larger file a range of lines can be read. */
const rangedFileBytesMax = 33_554_432

export const read: Tool = {
  name: 'read',
  description:
    'Read a UTF-8 text file. Relative paths begin in the working directory; memories are files ' +
    'below /mnt/memory. view_range returns only those lines.',
  inputSchema: {
    type: 'object',
    properties: {
      file_path: { type: 'string', description: 'The file to read' },
      view_range: {
        type: 'array',
        items: { type: 'integer' },
        description:
          '[first_line, last_line], counted from 1, both included; last_line -1: the end',
      },
    },
    required: ['file_path'],
  },
  async run({ files }, { file_path, view_range }) {
    const given = String(file_path)
    const range = parseRange(view_range)
    const { tree, path } = files.resolve(given)
    const found = await tree.read(path, range === undefined ? fileBytesMax : rangedFileBytesMax)
    switch (found.kind) {
      case 'nothing':
        throw new ToolFailure(`${given}: no such file or directory`)
      case 'directory':
        throw new ToolFailure(`${given} is not a regular file`)
      case 'too_large':
        throw tooLarge(given, found.sizeBytes, range === undefined)
      case 'file':
        return range === undefined ? found.text : linesOf(given, found.text, range)
    }
  },
}

interface Range {
  readonly first: number
  /** Not above 0: to the end. */
  readonly last: number
}

function parseRange(input: ToolInput[string]): Range | undefined {
  if (input === undefined) return undefined
  const [first, last, ...more] = input as readonly number[]
  if (first === undefined || last === undefined || more.length > 0) {
    throw new ToolFailure('view_range must be [start_line, end_line]')
  }
  return { first: Math.max(1, first), last }
}

function linesOf(given: string, text: string, { first, last }: Range): string {
  const lines = text.split('\n').slice(first - 1, last > 0 ? last : undefined)
  const selected = lines.join('\n')
  if (Buffer.byteLength(selected) > fileBytesMax) {
    throw new ToolFailure(
      `view_range [${first}, ${last}] of ${given} exceeds ${fileBytesMax}-byte limit. ` +
        'Read fewer lines at once.',
    )
  }
  return selected
}

export function tooLarge(given: string, sizeBytes: number, canRange: boolean): ToolFailure {
  const advice = canRange ? ' Use view_range to read a part of it.' : ''
  return new ToolFailure(
    `${given} is ${sizeBytes} bytes, exceeds ${fileBytesMax}-byte limit.${advice}`,
  )
}
