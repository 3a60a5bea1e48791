import { compareBytes } from '../../domain/text.ts'
import { globMatcher } from '../files/glob-pattern.ts'
import { absolute, workRoot } from '../files/files.ts'
import { ToolFailure } from '../files/tool-failure.ts'
import type { Tool } from './tool.ts'

const resultsMax = 200

export const glob: Tool = {
  name: 'glob',
  description:
    'List files whose path matches a pattern, newest first: "*" is any run without "/", "**" any ' +
    'directories. With path /mnt/memory it lists memories: pattern "**/*" for all of them.',
  inputSchema: {
    type: 'object',
    properties: {
      pattern: { type: 'string', description: 'Relative pattern, for example **/*.md' },
      path: { type: 'string', description: 'Directory to look in; default: the working directory' },
    },
    required: ['pattern'],
  },
  async run({ files }, { pattern, path }) {
    const wanted = String(pattern)
    if (wanted.startsWith('/')) {
      throw new ToolFailure(
        'absolute pattern not permitted; pass a relative pattern (and optionally path)',
      )
    }
    if (wanted.split(/[/{},]/).includes('..')) {
      throw new ToolFailure('".." is not permitted in the pattern')
    }
    const directory = path === undefined ? workRoot : String(path)
    const base = absolute(directory)
    const matches = globMatcher(wanted)
    const found = (await files.list(directory))
      .map(({ tree, path, modifiedAt }) => ({ name: tree.at + path, modifiedAt }))
      .filter(({ name }) => matches(name.slice(base.length + 1)))
      .sort((a, b) => b.modifiedAt - a.modifiedAt || compareBytes(a.name, b.name))
    if (found.length === 0) return 'no matches'
    const shown = found.slice(0, resultsMax).map(({ name }) => name)
    if (found.length > resultsMax) shown.push(`(${found.length - resultsMax} more not shown)`)
    return shown.join('\n')
  },
}
