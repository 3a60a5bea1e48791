import { compareBytes } from '../../domain/text.ts'
import { workRoot, type Listed } from '../files/files.ts'
import { patternOf } from './matches.ts'
import { fileBytesMax } from './read.ts'
import { search, type Source } from './search.ts'
import { ToolFailure } from '../files/tool-failure.ts'
import type { Tool } from './tool.ts'

const outputCharactersMax = 102_400
const lineCharactersMax = 2_000

export const grep: Tool = {
  name: 'grep',
  description:
    'Search file contents for a regular expression; prints file:line:text. With path /mnt/memory ' +
    'it searches every memory. "(?i)" at the start ignores case.',
  inputSchema: {
    type: 'object',
    properties: {
      pattern: { type: 'string', description: 'The regular expression' },
      path: {
        type: 'string',
        description: 'File or directory to search; default: the working directory',
      },
    },
    required: ['pattern'],
  },
  async run({ files }, { pattern, path }, signal) {
    const wanted = String(pattern)
    checkPattern(wanted)
    const listed = await files.list(path === undefined ? workRoot : String(path))
    const matches = await search({
      pattern: wanted,
      sources: listed.map(sourceOf).sort((a, b) => compareBytes(a.name, b.name)),
      charactersMax: outputCharactersMax,
      signal,
    })
    if (matches.length === 0) return 'no matches'
    const lines = matches.map(({ name, number, line }) => `${name}:${number}:${cut(line)}`)
    return capped(lines)
  },
}

function checkPattern(pattern: string): void {
  try {
    patternOf(pattern)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ToolFailure(`invalid regex: ${why}`)
  }
}

function sourceOf({ tree, path }: Listed): Source {
  return {
    name: tree.at + path,
    load: async () => {
      const found = await tree.read(path, fileBytesMax)
      return found.kind === 'file' ? found.text : undefined
    },
  }
}

function cut(line: string): string {
  if (line.length <= lineCharactersMax) return line
  return `${line.slice(0, lineCharactersMax)} [line truncated]`
}

function capped(lines: readonly string[]): string {
  let characters = 0
  const fits = lines.filter((line) => {
    characters += line.length + 1
    return characters <= outputCharactersMax
  })
  if (fits.length < lines.length) fits.push('[output truncated]')
  return fits.join('\n')
}
