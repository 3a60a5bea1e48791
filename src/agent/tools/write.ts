import type { Tool } from './tool.ts'

export const write: Tool = {
  name: 'write',
  description:
    'Write a UTF-8 text file: creates it with its directories, or replaces it whole. Files below ' +
    'a writable directory of /mnt/memory are kept for later sessions; others end with this one.',
  inputSchema: {
    type: 'object',
    properties: {
      file_path: { type: 'string', description: 'The file to write' },
      content: { type: 'string', description: 'The whole new content' },
    },
    required: ['file_path', 'content'],
  },
  async run({ files }, { file_path, content }) {
    const given = String(file_path)
    const text = String(content)
    const { tree, path } = files.resolveToWrite(given)
    await tree.write(path, text)
    return `wrote ${Buffer.byteLength(text)} bytes to ${given}`
  },
}
