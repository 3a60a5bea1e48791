import { ToolFailure } from '../files/tool-failure.ts'
import { fileBytesMax, tooLarge } from './read.ts'
import type { Tool } from './tool.ts'

export const edit: Tool = {
  name: 'edit',
  description:
    'Replace old_string by new_string in a text file. old_string must occur exactly once, unless ' +
    'replace_all is true.',
  inputSchema: {
    type: 'object',
    properties: {
      file_path: { type: 'string', description: 'The file to change' },
      old_string: { type: 'string', description: 'The exact text to replace' },
      new_string: { type: 'string', description: 'What stands there afterwards' },
      replace_all: { type: 'boolean', description: 'Replace every occurrence' },
    },
    required: ['file_path', 'old_string', 'new_string'],
  },
  async run({ files }, { file_path, old_string, new_string, replace_all }) {
    const given = String(file_path)
    const change = { given, old: String(old_string), new: String(new_string) }
    const { tree, path } = files.resolveToWrite(given)
    const found = await tree.read(path, fileBytesMax)
    if (found.kind === 'nothing') throw new ToolFailure(`${given}: no such file or directory`)
    if (found.kind === 'directory') throw new ToolFailure(`${given} is not a regular file`)
    if (found.kind === 'too_large') throw tooLarge(given, found.sizeBytes, false)
    let count = 0
    await tree.edit(path, (text) => {
      count = countOf(text, change, replace_all === true)
      return text.split(change.old).join(change.new)
    })
    return `edited ${given} (${count} replacement(s))`
  },
}

interface Replacement {
  readonly given: string
  readonly old: string
  readonly new: string
}

function countOf(text: string, { given, old }: Replacement, isAll: boolean): number {
  const count = text.split(old).length - 1
  if (count === 0) throw new ToolFailure(`old_string not found in ${given}`)
  if (count > 1 && !isAll) {
    throw new ToolFailure(`old_string appears ${count} times in ${given} (must be unique)`)
  }
  return count
}
